"""Rules that test one field, and events on which that field has every value that may matter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from tests.property.choices import Choices, made_by
from tests.property.strategies_cases import Event
from tests.property.strategies_conditions import field_test
from tests.property.strategies_fields import (
    ACTIVITY,
    DAYS,
    LINE_FIELDS,
    LISTS,
    OWN_ACTIVITY,
    OWN_LINE,
    WHEN_FIELDS,
    FieldPool,
)
from tests.property.strategies_programs import RULES, ZONES, declared_fields, text_of

SIZE = 200
EDGES = ("00:00:00", "00:00:00.000001", "11:05:00", "23:59:59.999999")
OTHER_WORDS = ("A", "AB", "gr", "grocery-2", "Zz", "0")
CLOCK = ("weekday", "hour", "date", "at")
NEVER_MISSING = (*CLOCK, "type", "source", "amount", "total", "quantity", "discount", "net")


class FieldCase(NamedTuple):
    """A program whose rules test one field only, and the events to match."""

    text: str
    events: tuple[Event, ...]


def field_case_of(choices: Choices) -> FieldCase:
    """One to six rules on a field of an activity, its member or a line."""
    key, fields = choices.pick((("when", WHEN_FIELDS), ("lines", LINE_FIELDS)))
    name = choices.pick(sorted(fields))
    pool, zone = fields[name], choices.pick(ZONES)
    document = {
        "program": "field",
        "effective": "2020-01-01",
        "time_zone": zone,
        "currency": "EUR",
        "points": {"points": {}},
        "fields": declared_fields(),
        "lists": LISTS,
        "types": ["scan"],
        "stacks": {"base": {"take": "all"}},
        "accrual": {
            rule: {"stack": "base", key: {name: field_test(choices, name, pool)}, "earn": "1 point"}
            for rule in RULES[: choices.number(1, 6)]
        },
    }
    events = [_event(key, name, pool, value) for value in _values(name, pool)]
    return FieldCase(text_of(document), (_event(key, name, pool, None), *events))


field_cases = made_by(field_case_of, SIZE)


def _values(name: str, pool: FieldPool) -> list[str]:
    if name in CLOCK or pool.kind == "instant":
        return [f"{day}T{edge}{offset}" for day in DAYS for edge in EDGES for offset in ("+02:00", "-05:00")]
    if pool.kind == "date":
        return [*DAYS, "2026-03-13", "2026-03-28", "2026-04-06"]
    if pool.kind in ("number", "money", "quantity"):
        return _numbers(name, pool)
    if pool.kind == "text":
        return [*pool.values, *(word.rstrip("*") for word in LISTS["words"]), *OTHER_WORDS]
    return list(pool.values)


def _numbers(name: str, pool: FieldPool) -> list[str]:
    """Every end that a test may name, and what lies just beside it."""
    step = {"number": Decimal("0.000001"), "quantity": Decimal("0.001")}.get(pool.kind, Decimal("0.01"))
    if name in ("age", "tenure_months", "birthday_month"):
        step = Decimal(1)
    ends = [Decimal(end) for end in (*pool.values, "1", "3", "12", "60", "5", "20")]
    lowest = Decimal(-100) if pool.kind == "number" and not pool.bounded else Decimal(0)
    near = {end + change for end in ends for change in (-step, 0, step, 1)}
    return [f"{number:f}" for number in sorted(near) if number >= lowest]


def _event(key: str, name: str, pool: FieldPool, value: str | None) -> Event:
    """A visit with one line; None leaves the field as it is without a word."""
    line: dict[str, Any] = {"amount": "1.00"}
    activity: dict[str, Any] = {"type": "visit", "id": "1", "source": "s", "member": "M-1", "lines": [line]}
    activity |= {"at": "2026-03-14T11:05:00+02:00", "attributes": {}}
    event = Event(activity, {})
    if value is not None:
        holder, slot = _place(key, name, event)
        holder[slot] = value == "true" if pool.kind == "boolean" and holder is not event.member else value
    return event


def _place(key: str, name: str, event: Event) -> tuple[dict[str, Any], str]:
    """Where on the wire a field stands."""
    line = event.activity["lines"][0]
    if key == "lines":
        return (
            (line.setdefault("attributes", {}), name)
            if name in OWN_LINE
            else (line, name.replace("net", "amount"))
        )
    if name in CLOCK:
        return event.activity, "at"
    if name in ("amount", "total"):
        return line, "amount"
    if name in OWN_ACTIVITY:
        return event.activity["attributes"], name
    return (event.activity if name in ACTIVITY else event.member), name
