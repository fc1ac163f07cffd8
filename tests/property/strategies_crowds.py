"""Crowds of awards: nothing is tested, so all rules grant, and their roundings and caps meet each other."""

from __future__ import annotations

from typing import Any

from tests.property.choices import Choices, made_by
from tests.property.strategies_activities import amount
from tests.property.strategies_cases import Case, Event
from tests.property.strategies_programs import MODES, RULES, SITES, text_of

SIZE = 120


def crowd_of(choices: Choices) -> Case:
    """Small caps and fractions of points in a program that rounds anywhere, most often at the end."""
    stacks = {name: _stack(choices) for name in ("base", "promo", "tier")[: choices.number(2, 3)]}
    document: dict[str, Any] = {
        "program": "crowd",
        "effective": "2020-01-01",
        "time_zone": "UTC",
        "currency": "EUR",
        "points": {"points": {}},
        "rounding": {"site": choices.pick(("activity", *SITES)), "mode": choices.pick((*MODES, "up"))},
        "stacks": stacks,
        "accrual": {name: _rule(choices, tuple(stacks)) for name in RULES[: choices.number(3, 6)]},
    }
    return Case(text_of(document), tuple(_event(choices, n) for n in range(choices.number(1, 3))))


def _stack(choices: Choices) -> dict[str, Any]:
    stack: dict[str, Any] = {"take": choices.pick(("all", "all", "all", "best"))}
    if choices.chance(70):
        stack["cap"] = _cap(choices)
    return stack


def _cap(choices: Choices) -> str:
    return f"{choices.number(1, 6)} points per {choices.pick(('activity', 'member per day'))}"


def _rule(choices: Choices, stacks: tuple[str, ...]) -> dict[str, Any]:
    rule: dict[str, Any] = {"stack": choices.pick(stacks)}
    rule["earn"] = f"{choices.pick(('1 point', '2 points'))} per {choices.pick(('2', '3', '5', '7', '10'))}"
    if choices.chance(20):
        rule["cap"] = _cap(choices)
    return rule


def _event(choices: Choices, number: int) -> Event:
    lines = [{"amount": amount(choices, -2, 9, 2)} for _ in range(choices.number(1, 3))]
    head = {"type": "purchase", "id": f"C-{number}", "source": "pos", "member": "M-1"}
    return Event({**head, "at": "2026-03-14T11:05:00+00:00", "lines": lines}, {})


crowds = made_by(crowd_of, SIZE)
