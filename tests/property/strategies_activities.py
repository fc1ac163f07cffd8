"""Activities in wire format and their members' fields, for the generated programs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.property.choices import Choices
from tests.property.strategies_fields import (
    ACTIVITY,
    DAYS,
    LINE,
    MEMBER,
    OFFSETS,
    OWN_ACTIVITY,
    OWN_LINE,
    OWN_MEMBER,
    TIMES,
    FieldPool,
)

TYPES = (*("purchase",) * 6, "recharge", "usage", "visit", "scan", "enrolment")
STRANGERS = {"tier": "gold", "total": "1000", "hour": 3, "age": "many", "weight": "heavy", "vip": True}
"""Attributes that no field of the activity declares: they are stored, and no rule may see them."""


def activity(choices: Choices, places: int, number: int) -> dict[str, Any]:
    """An activity of some type that earns."""
    type_ = choices.pick(TYPES)
    found: dict[str, Any] = {
        "type": type_,
        "id": f"A-{number}",
        "source": choices.pick(ACTIVITY["source"].values),
        "member": "M-1",
        "at": instant(choices),
    }
    for name in ("channel", "store", "partner"):
        _maybe(choices, found, name, choices.pick(ACTIVITY[name].values))
    found["attributes"] = attributes(choices, OWN_ACTIVITY)
    return found if type_ == "enrolment" else found | moneys(choices, type_, places)


def moneys(choices: Choices, type_: str, places: int) -> dict[str, Any]:
    """Lines, or an amount; shipping; a discount where a line can take it."""
    lowest = 0 if type_ == "recharge" else -15
    if choices.chance(20):
        if type_ in ("usage", "visit", "scan") and choices.chance(50):
            return {}
        body: dict[str, Any] = {"amount": amount(choices, lowest, 60, places)}
        lines = [body]
    else:
        lines = [basket_line(choices, lowest, places) for _ in range(choices.pick((1, 2, 2, 3, 4)))]
        body = {"lines": lines}
        if choices.chance(70):
            ids = choices.several(("b", "a", "10", "2", "B"), len(lines))
            body["lines"] = [{"id": id_, **line} for id_, line in zip(ids, lines, strict=True)]
    body = dict(body)
    if any(Decimal(line["amount"]) > Decimal(line.get("discount") or 0) for line in lines):
        _maybe(choices, body, "discount", amount(choices, 0, 9, places), percent=35)
    _maybe(choices, body, "shipping", amount(choices, 0, 9, places), percent=35)
    return body


def basket_line(choices: Choices, lowest: int, places: int) -> dict[str, Any]:
    """One position, with or without what it may carry."""
    line: dict[str, Any] = {"amount": amount(choices, lowest, 60, places)}
    for name in ("sku", "category", "brand"):
        _maybe(choices, line, name, choices.pick(LINE[name].values), percent=85)
    _maybe(choices, line, "quantity", choices.pick((1, 2, 3, "0.5", "1.000", "0.125", 0)), percent=50)
    _maybe(choices, line, "discount", amount(choices, 0, 6, places), percent=30)
    _maybe(choices, line, "tax", amount(choices, 0, 4, places), percent=40)
    line["attributes"] = attributes(choices, OWN_LINE)
    return line


def amount(choices: Choices, lowest: int, highest: int, places: int) -> str:
    """Money as a decimal string: often whole, often a value that conditions name."""
    form = choices.pick(("whole", "whole", "any", "named"))
    if form == "named":
        units = choices.pick((20, 5, 0)) * 10**places
    elif form == "whole":
        units = choices.number(0, highest - lowest) * 10**places + lowest * 10**places
    else:
        units = choices.number(lowest * 10**places, highest * 10**places)
    return str(Decimal(units).scaleb(-places))


def instant(choices: Choices) -> str:
    """A time with an offset, on the days that conditions name and that clocks change."""
    return f"{choices.pick(DAYS)}T{choices.pick(TIMES)}{choices.pick(OFFSETS)}"


def member(choices: Choices) -> dict[str, str]:
    """The member's fields as text; any may be missing."""
    every = {**MEMBER, **OWN_MEMBER}
    return {name: text(choices, pool) for name, pool in every.items() if choices.chance(85)}


def attributes(choices: Choices, fields: Mapping[str, FieldPool]) -> dict[str, Any]:
    """Declared attributes, and now and then one that is null or that nobody declared."""
    found: dict[str, Any] = {}
    for name, pool in fields.items():
        if choices.chance(75):
            found[name] = choices.chance(50) if pool.kind == "boolean" else text(choices, pool)
    if choices.chance(10):
        found[choices.pick(sorted(fields))] = None
    if choices.chance(20):
        stranger = choices.pick(sorted(STRANGERS.keys() - fields.keys()))
        found[stranger] = STRANGERS[stranger]
    return found


def text(choices: Choices, pool: FieldPool) -> str:
    """A value that conditions name, or one beside it."""
    value = choices.pick(pool.values)
    if pool.kind == "instant":
        return f"{value}T{choices.pick(TIMES)}{choices.pick(OFFSETS)}"
    if pool.kind in ("number", "money") and choices.chance(30):
        return str(Decimal(value) + 1)
    return value


def _maybe(choices: Choices, found: dict[str, Any], name: str, value: Any, percent: int = 70) -> None:
    """Set a value about so often; else it is missing, or null."""
    if choices.chance(percent):
        found[name] = value
    elif choices.chance(30):
        found[name] = None
