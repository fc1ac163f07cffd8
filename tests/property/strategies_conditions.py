"""Conditions as rule files write them: every kind of test on every field, `any` and `not` blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.property.choices import Choices
from tests.property.strategies_fields import DAYS, FITTING_LISTS, FieldPool

ORDERED = ("number", "money", "quantity", "date", "instant")
INSTANT_TIMES = ("", "", "T00:00", "T11:05:00", "T03:30:00")


def block_of(choices: Choices, fields: Mapping[str, FieldPool], depth: int = 2) -> dict[str, Any]:
    """A block of entries that must all hold, perhaps with `any` and `not` in it."""
    names = choices.several(sorted(fields), choices.pick((1, 1, 1, 1, 2, 3) if depth == 2 else (1, 1, 2)))
    block: dict[str, Any] = {name: field_test(choices, name, fields[name]) for name in names}
    if depth and choices.chance(12):
        block["any"] = [block_of(choices, fields, depth - 1) for _ in range(choices.number(1, 3))]
    if depth and choices.chance(12):
        block["not"] = block_of(choices, fields, depth - 1)
    return block


def field_test(choices: Choices, name: str, pool: FieldPool) -> Any:
    """What stands behind a field's name."""
    form = choices.pick(("one", "one", "several", "list", "not", "not"))
    if form == "several" and pool.kind != "boolean":
        return [single_test(choices, pool) for _ in range(choices.number(2, 3))]
    if form == "list" and _list_for(name, pool):
        listed = f"${_list_for(name, pool)}"
        return [listed, single_test(choices, pool)] if choices.chance(30) else listed
    if form == "not":
        return negation(choices, name, pool)
    return single_test(choices, pool)


def negation(choices: Choices, name: str, pool: FieldPool) -> dict[str, Any]:
    """`{not: ...}` of a test that leaves something."""
    if choices.chance(15):
        return {"not": {"not": single_test(choices, pool)}}
    if not pool.bounded and choices.chance(30):
        return {"not": [single_test(choices, pool), single_test(choices, pool)]}
    if not pool.bounded and _list_for(name, pool) and choices.chance(30):
        return {"not": f"${_list_for(name, pool)}"}
    if pool.kind in ("text", "choice") and len(pool.values) > 2 and choices.chance(30):
        return {"not": list(pool.values[:2])}
    return {"not": single_test(choices, pool)}


def single_test(choices: Choices, pool: FieldPool) -> str:
    """A value, a comparison, a range or a prefix."""
    if pool.kind in ORDERED:
        form = choices.pick(("value", "comparison", "comparison", "range"))
        if form == "range":
            return range_test(choices, pool)
        end = instant_end(choices) if pool.kind == "instant" else choices.pick(pool.values)
        return end if form == "value" else f"{choices.pick(('>=', '<=', '>', '<'))} {end}"
    value = choices.pick(pool.values)
    if pool.kind != "boolean" and choices.chance(30):
        return f"{value[: max(1, len(value) // 2)]}*"
    return value


def range_test(choices: Choices, pool: FieldPool) -> str:
    """`10 .. 20`, both ends in, or `10 ..< 20`, the upper out."""
    low, high = (pool.values[place] for place in sorted(choices.several(range(len(pool.values)), 2)))
    if pool.kind == "instant":
        low, high = f"{low}{choices.pick(INSTANT_TIMES)}", f"{high}{choices.pick(INSTANT_TIMES)}"
    return f"{low} {choices.pick(('..', '..<'))} {high}"


def instant_end(choices: Choices) -> str:
    """A day, a wall time on the program's clock, or one with an offset or a zone."""
    day, time = choices.pick(DAYS), choices.pick(INSTANT_TIMES)
    zone = choices.pick(("", "", "+02:00", "Z", " America/New_York")) if time else ""
    return f"{day}{time}{zone}"


def _list_for(name: str, pool: FieldPool) -> str | None:
    return FITTING_LISTS.get(name) or FITTING_LISTS.get(pool.kind)
