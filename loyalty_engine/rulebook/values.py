"""The value that a field has for an activity, looked up one by one: for explanations, not for speed."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_engine.activity.activity import Activity, Line, Value
from loyalty_engine.calendar import Calendar
from loyalty_engine.decision import Facts
from loyalty_engine.rulebook.fields import WEEKDAYS
from loyalty_engine.rulebook.tree import Values

OF_ACTIVITY = frozenset(("type", "source", "channel", "store", "partner", "amount", "total", "at"))
"""The built-in fields that stand in an `Activity` under their own name."""

CLOCK = ("weekday", "hour", "date")
"""The built-in fields that are read off the clock."""

_MEMBER_TYPES = ("enrolment", "member-change")
_NONE: Mapping[str, Value | None] = {}
_LINE = frozenset(("sku", "category", "brand", "quantity", "amount", "discount", "net"))


def own_attributes(activity: Activity) -> Mapping[str, Value | None]:
    """What the activity itself carries: the attributes of an enrolment or a change are its member's."""
    return _NONE if activity.type in _MEMBER_TYPES else activity.attributes


def clock_value(name: str, at: int, calendar: Calendar) -> Value:
    """What a field of CLOCK is at an instant, on the program's wall clock."""
    local = calendar.local(at)
    clock: dict[str, Value] = {
        "weekday": WEEKDAYS[local.weekday()],
        "hour": local.hour,
        "date": local.date(),
    }
    return clock[name]


def activity_values(
    activity: Activity, facts: Facts, calendar: Calendar, scopes: Mapping[str, str]
) -> Values:
    """The fields that `when:` tests, by name; None where missing.

    `scopes` names the scope (activity or member) of each field, so that no attribute passes for another's.
    """

    def value(name: str) -> Value | None:
        if scopes[name] == "member":
            return facts.member.get(name)
        if name in OF_ACTIVITY:
            found: Value | None = getattr(activity, name)
            return found
        if name in CLOCK:
            return clock_value(name, activity.at, calendar)
        return own_attributes(activity).get(name)

    return value


def line_values(line: Line) -> Values:
    """The fields that `lines:` tests on one line, by name; None where missing."""

    def value(name: str) -> Value | None:
        if name in _LINE:
            found: Value | None = getattr(line, name)
            return found
        return line.attributes.get(name)

    return value
