"""Typed values of fields: what the activity, its lines and its member carry. A missing one is not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from tests.reference.basket import Basket, Line
from tests.reference.program import Program

Value = str | bool | Fraction | date | datetime
Present = Mapping[str, Value]
"""The fields that have a value."""

NUMERIC = ("number", "money", "quantity")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MEMBER_TYPES = ("enrolment", "member-change")  # whose attributes are the member's


def typed(kind: str, written: str | int | bool) -> Value:
    """A value of a kind of field from its text, or from true, false or a whole number."""
    text = str(written)
    if kind in NUMERIC:
        return Fraction(text)
    if kind == "boolean":
        return text in ("true", "True")
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "instant":
        return datetime.fromisoformat(text).astimezone(UTC)
    return text


def occurred(activity: Mapping[str, Any]) -> datetime:
    """The activity's instant, in UTC."""
    return datetime.fromisoformat(activity["at"]).astimezone(UTC)


def activity_fields(
    program: Program, activity: Mapping[str, Any], basket: Basket, member: Mapping[str, Any]
) -> Present:
    """The fields that `when:` tests: the activity's and its member's."""
    local = occurred(activity).astimezone(program.zone)
    own = {} if activity["type"] in MEMBER_TYPES else activity.get("attributes") or {}
    words = {name: activity.get(name) for name in ("type", "source", "channel", "store", "partner")}
    return {
        **_present(words, program.fields("activity")),
        **_present(own, program.own_fields("activity")),
        **_present(member, program.fields("member")),
        "amount": basket.amount,
        "total": basket.total,
        "at": occurred(activity),
        "weekday": WEEKDAYS[local.weekday()],
        "hour": Fraction(local.hour),
        "date": local.date(),
    }


def line_fields(program: Program, line: Line) -> Present:
    """The fields that `lines:` tests on one line."""
    words = {name: line.wire.get(name) for name in ("sku", "category", "brand")}
    return {
        **_present(words, program.fields("line")),
        **_present(line.wire.get("attributes") or {}, program.own_fields("line")),
        "quantity": line.quantity,
        "amount": line.amount,
        "discount": line.discount,
        "net": line.net,
    }


def _present(given: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Value]:
    """What is given, is not null, and has a declared field."""
    return {n: typed(kinds[n], value) for n, value in given.items() if value is not None and n in kinds}
