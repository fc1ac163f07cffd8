"""The strict edge: JSON text or a mapping becomes a `WireActivity`, or every reason why not is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from unicodedata import is_normalized, normalize

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, core_schema, from_json, to_json

from loyalty_engine.activity.activity import BUILT_IN_TYPES, ActivityKey, MemberRef
from loyalty_engine.activity.complaint import complaints
from loyalty_engine.activity.contradiction import contradictions
from loyalty_engine.activity.field import parse_moment
from loyalty_engine.activity.json_text import LONGEST_TEXT, key_count, read_json, repeated_keys
from loyalty_engine.activity.problem import Problem, first_problems, shown
from loyalty_engine.activity.wire_format import (
    WireLine,
    WireMemberActivity,
    WireOriginal,
    WireOther,
    WirePointsTender,
    WirePurchase,
    WireRecharge,
    WireReturn,
    WireReturnLine,
)
from loyalty_engine.errors import InvalidActivity

_MODELS: Mapping[str, type] = {
    "purchase": WirePurchase,
    "recharge": WireRecharge,
    "return": WireReturn,
    "enrolment": WireMemberActivity,
    "member-change": WireMemberActivity,
}
_VALIDATORS: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(_MODELS.get(name, WireOther)) for name in BUILT_IN_TYPES
}
_OTHER: TypeAdapter[Any] = TypeAdapter(WireOther)


def _built_in() -> SchemaValidator:
    """One step from JSON text, for every type that has no other name."""
    shapes: dict[str, core_schema.CoreSchema] = {}
    shared: dict[str, core_schema.CoreSchema] = {}  # by name: several shapes bring the same ones along
    for name, adapter in _VALIDATORS.items():
        schema = adapter.core_schema
        if schema["type"] == "definitions":
            shared |= {part["ref"]: part for part in schema["definitions"]}
            schema = schema["schema"]
        shapes[name] = schema
    union = core_schema.tagged_union_schema(shapes, discriminator="type")
    return SchemaValidator(core_schema.definitions_schema(union, [*shared.values()]))


_BUILT_IN = _built_in()


class WireActivity(NamedTuple):
    """An activity whose shape is right, read but not yet typed: that needs the program version in force.

    Instants are microseconds UTC.
    """

    type: str
    source: str
    id: str
    member: MemberRef
    at: int
    offset: int  # minutes east of UTC, as the source wrote it
    body: Mapping[str, Any]  # the activity as one of the models of the wire format has it

    @property
    def key(self) -> ActivityKey:
        """The activity's idempotency key within its program."""
        return ActivityKey(self.source, self.type, self.id)


_wire_activity: Callable[[Iterable[Any]], WireActivity] = partial(tuple.__new__, WireActivity)  # quicker


def read_wire(raw: object) -> WireActivity:
    """Read an activity from a mapping, or from JSON as bytes or str.

    Raises InvalidActivity with every problem of shape, each at its place: nothing else, whatever comes in.
    """
    text = _text(raw)
    if text is None:
        body = _modelled(_object(raw))
    else:
        try:
            body = _BUILT_IN.validate_json(text)
        except ValidationError:  # one of the program's own types, or what does not fit
            body = _modelled(_object(read_json(text)))
    problems = contradictions(body)
    try:
        at, offset = parse_moment(body["at"])
    except ValueError as error:
        raise InvalidActivity(first_problems([("at", str(error)), *problems])) from None
    escapes = text is None or b"\\" in text
    if text is not None:
        problems += repeated_keys(text, body, escapes=escapes)
    if problems:
        raise InvalidActivity(first_problems(problems))
    if text is None or escapes or not text.isascii():
        body = _composed(body)
    values = (body["type"], body["source"], body["id"], _member(body["member"]), at, offset, body)
    return _wire_activity(values)


def _modelled(given: dict[str, Any]) -> dict[str, Any]:
    """The activity as its model has it; raises InvalidActivity with every place that does not fit."""
    type_ = given.get("type")
    known = type_ if isinstance(type_, str) else ""
    try:
        body: dict[str, Any] = _VALIDATORS.get(known, _OTHER).validate_python(given)
    except ValidationError as error:
        raise InvalidActivity(first_problems(_refused(error, given, known))) from None
    return body


def _text(raw: object) -> bytes | None:
    """JSON as bytes; None when the input is no text."""
    if isinstance(raw, str):
        try:
            text = raw.encode()
        except UnicodeEncodeError:
            raise InvalidActivity([("", "the text holds a surrogate that stands alone")]) from None
    elif isinstance(raw, bytes | bytearray):
        text = bytes(raw)
    else:
        return None
    if len(text) > LONGEST_TEXT:
        raise InvalidActivity([("", f"the text is longer than {LONGEST_TEXT} bytes; split the activity")])
    return text


def _object(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return value if isinstance(value, dict) else dict(value)
    raise InvalidActivity([("", f"{shown(value)} is no activity; write a JSON object, {{…}}")])


def _member(member: str | dict[str, str]) -> MemberRef:
    return MemberRef("member", member) if isinstance(member, str) else MemberRef(*next(iter(member.items())))


def _refused(error: ValidationError, given: Mapping[str, Any], known: str) -> list[Problem]:
    """What the model refused, and a time that cannot be read, which the model does not see."""
    line = WireReturnLine if known == "return" else WireLine
    fields: Mapping[str, Sequence[str]] = {
        "": [*_MODELS.get(known, WireOther).__annotations__],
        "lines": [*line.__annotations__],
        "tenders": [*WirePointsTender.__annotations__],
        "of": [*WireOriginal.__annotations__],
    }
    problems = complaints(error, given, fields)
    at = given.get("at")
    if isinstance(at, str) and not any(where == "at" for where, _ in problems):
        try:
            parse_moment(at)
        except ValueError as reason:
            problems.append(("at", str(reason)))
    return problems


def _composed(body: dict[str, Any]) -> dict[str, Any]:
    """The body with its texts in Unicode NFC, as the names in rule files are; member and identities stay.

    Characters of JSON's own syntax never compose, so the whole text can be normalised at once.
    """
    text = to_json(body).decode()
    if text.isascii() or is_normalized("NFC", text):
        return body
    composed: dict[str, Any] = from_json(normalize("NFC", text))
    if key_count(composed) != key_count(body):
        raise InvalidActivity([("", "two names of attributes differ only in how their accents are encoded")])
    return composed | {name: body[name] for name in ("member", "identities") if name in body}
