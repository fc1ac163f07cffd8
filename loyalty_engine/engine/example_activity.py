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
) -> tuple[dict[str, Any], dict[str, Value | None]]:
    """The wire mapping with defaults for what was not written, and the member's fields that were.

    Naive times are on the program's clock; without `at` it happens when the rules start. Raises
    InvalidActivity for a time or a member's field that cannot be read.
    """
    fields = rulebook.rulebook.fields.when
    own = rulebook.settings
    raw: dict[str, Any] = {"type": "purchase", "source": SOURCE, "id": f"example-{number}", "member": MEMBER}
    member: dict[str, Value | None] = {}
    attributes: dict[str, Any] = {}
    type_ = written.get("type")
    stated = type_ not in ("enrolment", "member-change")
    for name, value in written.items():
        field = fields.get(name)
        if stated and field is not None and field.scope == "member" and isinstance(value, str | None):
            member[name] = stated_field(name, value, field, own.places)
        elif name in own.activity_fields:
            attributes[name] = value
        else:
            raw[name] = value
    if attributes:
        raw["attributes"] = {**raw.get("attributes", {}), **attributes}
    at = from_instant(instant_of(written.get("at"), rulebook))
    raw["at"] = at.astimezone(rulebook.program.calendar.zone).isoformat()
    if raw["type"] in _WITH_MONEY and "lines" not in raw:
        raw.setdefault("amount", "0")
    lines = raw.get("lines")
    if isinstance(lines, list):
        raw["lines"] = [_line(line, own.line_fields) if isinstance(line, dict) else line for line in lines]
    tenders = raw.get("tenders")
    if isinstance(tenders, list):
        raw["tenders"] = [_tender(tender) if isinstance(tender, dict) else tender for tender in tenders]
    return raw, member


def stated_field(name: str, value: str | None, field: Field, places: int) -> Value | None:
    """A member's field as written, None: missing. Raises InvalidActivity for what does not fit its type."""
    if value is None:
        return None
    try:
        return parse_boolean(value) if field.type == "boolean" else field.parse(value, places)
    except ValueError as error:
        raise InvalidActivity([(name, str(error))]) from None


def instant_of(written: object, rulebook: CompiledRulebook) -> int:
    """When a step happens: as written, on the program's clock, or when the rules start.

    Raises InvalidActivity for what is no time.
    """
    if written is None:
        return rulebook.program.effective_at
    try:
        return parse_moment(str(written), rulebook.program.calendar)
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
    return {name: whole_number(value) if name in _POINTS_KEYS else value for name, value in tender.items()}


def whole_number(value: object) -> object:
    """A number written in digits; anything else as it stands, for the wire or the command to judge."""
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15
    return int(str(value)) if digits else value
