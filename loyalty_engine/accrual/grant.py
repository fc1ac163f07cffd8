"""A grant in the making: what one rule gives for one activity, from exact amount to final points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyalty_engine.accrual.plan import PlannedRule

Amount = int | Fraction
"""Whole points once rounded; exact until then where the program rounds once per activity."""


class Room:
    """What a cap has left while an activity is decided; shared by the grants under it."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


class Grant:
    """Mutable while its stack is decided, then only read."""

    __slots__ = ("amount", "basis", "ids", "rooms", "rule", "scale", "values")

    def __init__(
        self,
        rule: PlannedRule,
        amount: Amount,
        basis: int,
        ids: Sequence[str],
        values: Sequence[Amount] | None,
        scale: int = 1,
    ) -> None:
        self.rule = rule
        self.amount = amount
        self.basis = basis  # minor units; 0 when the award is not on money
        self.ids = ids  # of the lines it is for; "" is the shipping
        self.values = values  # what each line brings into the award, before the rate; None: by its net
        self.scale = scale  # what the values are to be divided by
        self.rooms: list[Room] = []


class Step:
    """One phase of deciding a grant, kept only for an explanation."""

    __slots__ = ("amount", "note", "phase", "rule")

    def __init__(self, rule: str, phase: str, amount: Amount, note: str = "") -> None:
        self.rule = rule
        self.phase = phase  # exact | rounded | cap | take | stack cap | member cap | final rounding
        self.amount = amount
        self.note = note
