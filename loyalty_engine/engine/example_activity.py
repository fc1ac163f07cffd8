"""From an example's activity, written flat, to an activity in wire format and the member's stated fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import Field, parse_boolean
from loyalty_engine.calendar import from_instant
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.errors import InvalidActivity
from loyalty_engine.rulebook.moment import parse_moment

SOURCE = "example"
MEMBER = "example"
_WITH_MONEY = ("purchase", "recharge")  # the wire asks for an amount; an example may be about other things
_POINTS_KEYS = ("points", "up_to")
_LINE_KEYS = ("id", "sku", "category", "brand", "quantity", "amount", "discount", "tax", "attributes")


def wire_of(
    written: Mapping[str, Any], rulebook: CompiledRulebook, number: int
) -> tuple[dict[str, Any], dict[str, Value]]:
    """The wire mapping with defaults for what was not written, and the member's fields that were.

    Naive times are on the program's clock; without `at` it happens when the rules start. Raises
    InvalidActivity for a time or a member's field that cannot be read.
    """
    fields = rulebook.rulebook.fields.when
    own = rulebook.settings
    raw: dict[str, Any] = {"type": "purchase", "source": SOURCE, "id": f"example-{number}", "member": MEMBER}
    member: dict[str, Value] = {}
    attributes: dict[str, Any] = {}
    type_ = written.get("type")
    stated = type_ not in ("enrolment", "member-change")
    for name, value in written.items():
        field = fields.get(name)
        if stated and field is not None and field.scope == "member" and value is None:
            continue  # written as missing, which it is unless written
        if stated and field is not None and field.scope == "member" and isinstance(value, str):
            member[name] = _typed(name, value, field, own.places)
        elif name in own.activity_fields:
            attributes[name] = value
        else:
            raw[name] = value
    if attributes:
        raw["attributes"] = {**raw.get("attributes", {}), **attributes}
    raw["at"] = _at(written.get("at"), rulebook)
    if raw["type"] in _WITH_MONEY and "lines" not in raw:
        raw.setdefault("amount", "0")
    lines = raw.get("lines")
    if isinstance(lines, list):
        raw["lines"] = [_line(line, own.line_fields) if isinstance(line, dict) else line for line in lines]
    tenders = raw.get("tenders")
    if isinstance(tenders, list):
        raw["tenders"] = [_tender(tender) if isinstance(tender, dict) else tender for tender in tenders]
    return raw, member


def _typed(name: str, value: str, field: Field, places: int) -> Value:
    try:
        return parse_boolean(value) if field.type == "boolean" else field.parse(value, places)
    except ValueError as error:
        raise InvalidActivity([(name, str(error))]) from None


def _at(written: object, rulebook: CompiledRulebook) -> str:
    calendar = rulebook.program.calendar
    if written is None:
        return calendar.text(rulebook.program.effective_at)
    try:
        return from_instant(parse_moment(str(written), calendar)).astimezone(calendar.zone).isoformat()
    except ValueError as error:
        raise InvalidActivity([("at", str(error))]) from None


def _line(line: Mapping[str, Any], own: Mapping[str, Field]) -> dict[str, Any]:
    plain = {name: value for name, value in line.items() if name in _LINE_KEYS or name not in own}
    attributes = {name: value for name, value in line.items() if name in own and name not in _LINE_KEYS}
    if attributes:
        plain["attributes"] = {**plain.get("attributes", {}), **attributes}
    return plain


def _tender(tender: Mapping[str, Any]) -> dict[str, Any]:
    """Points are whole numbers on the wire, and everything is text in a rule file."""
    return {name: _whole(value) if name in _POINTS_KEYS else value for name, value in tender.items()}


def _whole(value: object) -> object:
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15
    return int(str(value)) if digits else value
