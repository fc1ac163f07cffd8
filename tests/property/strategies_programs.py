"""Whole programs as YAML text: settings, stacks, rules; valid by construction, every construct in reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from tests.property.choices import Choices
from tests.property.strategies_conditions import block_of, range_test
from tests.property.strategies_fields import (
    ACTIVITY,
    DAYS,
    LINE,
    LINE_FIELDS,
    LISTS,
    MEMBER,
    NUMERIC,
    OWN_ACTIVITY,
    OWN_LINE,
    OWN_MEMBER,
    WHEN_FIELDS,
    FieldPool,
)

ZONES = ("UTC", "Europe/Riga", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland")
CURRENCIES = ("EUR", "EUR", "EUR", "JPY", "KWD")
SITES = ("rule", "line", "activity")
MODES = ("down", "up", "half up", "half even")
PERIODS = ("day", "week", "month", "quarter", "year", "lifetime")
STACKS = ("base", "tier", "promo")
RULES = ("one", "two", "three", "vier", "пять", "六")
LENGTHS = ("90 minutes", "30 hours", "14 days", "2 weeks")
LIVES = ("1 month", "24 months", "2 years", "never")
ENDS = ("end of month", "end of quarter", "end of half", "end of year")
UNITS = ("1", "2", "3", "7", "10")
RATES = ("1 point", "2 points", "0.5 points", "3 points", "1.25 points", "7 points")


class StackPlan(NamedTuple):
    """A stack in the making; percentages read stacks of lower rank only."""

    name: str
    rank: int
    per_line: bool
    currency: str


def document_of(choices: Choices) -> dict[str, Any]:
    """A program's document: blocks, lists and text."""
    points = currencies(choices)
    spendable = next(name for name, c in points.items() if c.get("spendable") != "false")
    plans = stack_plans(choices, tuple(points))
    document: dict[str, Any] = {
        "program": "generated",
        "effective": "2020-01-01",
        "time_zone": choices.pick(ZONES),
        "currency": choices.pick(CURRENCIES),
        "points": points,
        **amount_settings(choices),
        "fields": declared_fields(),
        "lists": LISTS,
        "types": ["scan"],
        "stacks": {plan.name: stack(choices, plan) for plan in plans},
    }
    names = RULES[: choices.pick((1, 2, 3, 4, 5, 6, 6))]
    tested = choices.pick((60, 60, 10))
    document["accrual"] = {name: rule(choices, name, plans, spendable, tested) for name in names}
    if choices.chance(30):
        points[spendable]["counts"] = "tiers"
        reach = {tier: {"reach": f"{step} {spendable}"} for step, tier in enumerate(MEMBER["tier"].values, 1)}
        document["tiers"] = {"count": spendable, "period": "calendar year", "ladder": reach}
    return document


def text_of(document: Mapping[str, Any]) -> str:
    """The document as a rule file."""
    text: str = yaml.dump(
        dict(document), Dumper=_WithoutAliases, sort_keys=False, allow_unicode=True, width=200
    )
    return text


class _WithoutAliases(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes what stands twice in full, as rule files must."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def currencies(choices: Choices) -> dict[str, dict[str, str]]:
    """One currency, or two of which the first may be one that cannot be spent."""
    points = {"points": life(choices)}
    if choices.chance(50):
        return points
    stars = {"credits": {"spendable": "false", **life(choices)}}
    return {**stars, **points} if choices.chance(50) else {**points, **stars}


def life(choices: Choices) -> dict[str, str]:
    """How long points of a currency wait and live."""
    found: dict[str, str] = {}
    if choices.chance(40):
        found["pending"] = choices.pick(LENGTHS)
    if choices.chance(50):
        found["expires"] = choices.pick(LIVES)
        if found["expires"] != "never" and choices.chance(50):
            found["at"] = choices.pick(ENDS)
    return found


def amount_settings(choices: Choices) -> dict[str, Any]:
    """Basis, prices and rounding, each perhaps left to its default."""
    found: dict[str, Any] = {}
    if choices.chance(70):
        basis = choices.pick(("net of discounts", "before discounts"))
        found["basis"] = basis + choices.pick(("", " + tax", " + shipping", " + tax + shipping"))
    if choices.chance(70):
        found["prices"] = choices.pick(("include tax", "exclude tax"))
    if choices.chance(85):
        found["rounding"] = {"site": choices.pick(SITES), "mode": choices.pick(MODES)}
    return found


def stack_plans(choices: Choices, points: Sequence[str]) -> list[StackPlan]:
    """One to three stacks in any order of the file, ranked in any other."""
    names = choices.several(STACKS, choices.number(1, 3))
    ranks = choices.several(range(len(names)), len(names))
    return [
        StackPlan(name, rank, choices.chance(20), choices.pick(points))
        for name, rank in zip(names, ranks, strict=True)
    ]


def stack(choices: Choices, plan: StackPlan) -> dict[str, Any]:
    """How a stack's rules combine."""
    found: dict[str, Any] = {"take": choices.pick(("all", "all", "first", "best"))}
    if plan.per_line:
        found["per"] = "line"
    if choices.chance(40):
        found["cap"] = caps(choices)
    return found


def caps(choices: Choices) -> str | list[str]:
    """One cap or a list of them."""
    phrases = [cap(choices) for _ in range(choices.pick((1, 1, 2, 3)))]
    return phrases if len(phrases) > 1 or choices.chance(10) else phrases[0]


def cap(choices: Choices) -> str:
    """Per activity, or per member in a period."""
    points = choices.pick((20, 3, 8, 15, 50, 50, 120, 120, 0))
    if choices.chance(50):
        return f"{points} points per member{_per_period(choices)}"
    return f"{points} points per activity"


def _per_period(choices: Choices) -> str:
    return choices.pick(("", *(f" per {period}" for period in PERIODS)))


def rule(
    choices: Choices, name: str, plans: Sequence[StackPlan], spendable: str, tested: int
) -> dict[str, Any]:
    """A rule of one of the stacks, with conditions in so many of a hundred."""
    plan = choices.pick(plans)
    found: dict[str, Any] = {"stack": plan.name}
    if choices.chance(tested):
        found["when"] = block_of(choices, WHEN_FIELDS)
    if choices.chance(tested):
        found["lines"] = {} if choices.chance(30) else block_of(choices, LINE_FIELDS)
    if choices.chance(15):
        window = f">= {choices.pick(DAYS)}" if choices.chance(30) else range_test(choices, ACTIVITY["at"])
        found["active"] = window
    found["earn"] = earn(choices, plan, plans)
    if plan.currency != spendable or choices.chance(10):
        found["earn"] += f" in {plan.currency}"
    return found | limits(choices) | own_life(choices, name)


def limits(choices: Choices) -> dict[str, Any]:
    """How much, and how often."""
    found: dict[str, Any] = {}
    if choices.chance(35):
        found["cap"] = caps(choices)
    if choices.chance(20):
        often = choices.pick(("once", "1 time", "2 times"))
        found["limit"] = f"{often} per member{_per_period(choices)}"
    return found


def own_life(choices: Choices, name: str) -> dict[str, Any]:
    """What a rule says of its points' life and of its own earlier names."""
    found: dict[str, Any] = {}
    if choices.chance(15):
        found["pending"] = choices.pick(LENGTHS)
    if choices.chance(15):
        found["expires"] = choices.pick(LIVES[:-1])
    if choices.chance(10):
        found["was"] = choices.pick((f"old-{name}", [f"newer-{name}", f"old-{name}"]))
    return found


def earn(choices: Choices, plan: StackPlan, plans: Sequence[StackPlan]) -> str:
    """A phrase that may stand in a stack."""
    lower = [p.name for p in plans if p.rank < plan.rank and p.currency == plan.currency]
    if lower and not plan.per_line and choices.chance(50):
        return f"{choices.pick(('50', '20', '12.5', '150'))}% of {choices.pick(lower)}"
    rate = choices.pick(RATES)
    if plan.per_line:
        return f"{rate} per {choices.pick((money, line_number))(choices)}"
    form = choices.pick(("money", "money", "money", "fixed", "line", "activity", "full", "full field"))
    if form == "fixed":
        return choices.pick(("7 points", "1 point", "40 points"))
    if form.startswith("full"):
        measure = choices.pick((line_number, when_number)) if form == "full field" else money
        return f"{rate} per full {measure(choices)}"
    measure = {"money": money, "line": line_number, "activity": when_number}[form]
    return f"{rate} per {measure(choices)}"


def money(choices: Choices) -> str:
    """So much money."""
    return choices.pick(UNITS)


def line_number(choices: Choices) -> str:
    """So much of a line's number."""
    return f"{choices.pick(UNITS)} {choices.pick(LINE_NUMBERS)}"


def when_number(choices: Choices) -> str:
    """So much of a number of the activity or its member."""
    return f"{choices.pick(UNITS)} {choices.pick(WHEN_NUMBERS)}"


def _numeric(fields: Mapping[str, FieldPool]) -> list[str]:
    return sorted(name for name, pool in fields.items() if pool.kind in NUMERIC)


LINE_NUMBERS = _numeric({**LINE, **OWN_LINE})
WHEN_NUMBERS = [name for name in _numeric(WHEN_FIELDS) if name not in LINE_NUMBERS]


def declared_fields() -> dict[str, Any]:
    """The `fields:` of every generated program."""
    declared: dict[str, Any] = {}
    for scope, fields in (("activity", OWN_ACTIVITY), ("line", OWN_LINE), ("member", OWN_MEMBER)):
        for name, pool in fields.items():
            declared[name] = {"type": pool.kind, "on": scope}
            if pool.kind == "choice":
                declared[name]["of"] = list(pool.values)
    return declared
