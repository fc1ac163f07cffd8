"""The value that a field has for an activity, looked up one by one: for explanations, not for speed."""

from __future__ import annotations

from loyalty_engine.activity.activity import Activity, Line, Value
from loyalty_engine.calendar import Calendar
from loyalty_engine.decision import Facts
from loyalty_engine.rulebook.fields import WEEKDAYS
from loyalty_engine.rulebook.tree import Values

_ACTIVITY = frozenset(("type", "source", "channel", "store", "partner", "amount", "total", "at"))
_LINE = frozenset(("sku", "category", "brand", "quantity", "amount", "discount", "net"))


def activity_values(activity: Activity, facts: Facts, calendar: Calendar) -> Values:
    """The fields that `when:` tests, by name; None where missing."""

    def value(name: str) -> Value | None:
        if name in facts.member:
            return facts.member[name]
        if name in _ACTIVITY:
            found: Value | None = getattr(activity, name)
            return found
        if name in ("weekday", "hour", "date"):
            local = calendar.local(activity.at)
            clock: dict[str, Value] = {
                "weekday": WEEKDAYS[local.weekday()],
                "hour": local.hour,
                "date": local.date(),
            }
            return clock[name]
        return activity.attributes.get(name)

    return value


def line_values(line: Line) -> Values:
    """The fields that `lines:` tests on one line, by name; None where missing."""

    def value(name: str) -> Value | None:
        if name in _LINE:
            found: Value | None = getattr(line, name)
            return found
        return line.attributes.get(name)

    return value
