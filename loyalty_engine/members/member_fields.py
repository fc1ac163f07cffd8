"""The member's fields that rules may test, typed, as they were at an activity's instant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import Field
from loyalty_engine.calendar import Calendar

BIRTH_DATE = "birth_date"  # the attribute that `age` and `birthday_month` are computed from
TENURE = "tenure_months"
DERIVED = frozenset((TENURE, "age", "birthday_month"))


def member_fields(
    wanted: Iterable[str],
    attributes: Mapping[str, str],
    fields: Mapping[str, Field],
    enrolled_at: int,
    at: int,
    calendar: Calendar,
    places: int,
) -> dict[str, Value]:
    """The wanted fields that have a value.

    `attributes` are the JSON values as of `at` by name, `fields` the types by name. A value that does
    not fit its type (the type changed since) counts as missing.
    """
    found: dict[str, Value] = {}
    for name in wanted:
        if name == TENURE:
            found[name] = calendar.whole_months(enrolled_at, at)
        elif name in ("age", "birthday_month"):
            birth = _birth_date(attributes)
            if birth is not None:
                found[name] = calendar.age(birth, at) if name == "age" else birth.month
        elif name in attributes and name in fields:
            value = typed(json.loads(attributes[name]), fields[name], places)
            if value is not None:
                found[name] = value
    return found


def typed(wire: str | int | bool, field: Field, places: int) -> Value | None:
    """The typed value of a wire value; None when it does not fit."""
    try:
        return field.parse_wire(wire, places)
    except ValueError:
        return None


def attribute_text(value: Value, field: Field | None, places: int) -> str:
    """The JSON text that an attribute is stored as: its wire value, so that any later type can read it."""
    return json.dumps(field.to_wire(value, places) if field else value, ensure_ascii=False)


def _birth_date(attributes: Mapping[str, str]) -> date | None:
    try:
        return date.fromisoformat(json.loads(attributes[BIRTH_DATE]))
    except (KeyError, ValueError, TypeError):
        return None
