"""A rule and a grant, as the interpreter speaks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.reference.phrases import Cap, Earn, Limit, caps_of, earn_of, limit_of
from tests.reference.program import Program


class Rule:
    """One entry of `accrual:`; `position` is its place in the file."""

    def __init__(self, name: str, written: Mapping[str, Any], position: int, program: Program) -> None:
        self.name = name
        self.written = written
        self.position = position
        self.stack: str = written["stack"]
        self.earn: Earn = earn_of(written["earn"])
        self.currency = self.earn.currency or program.first_spendable
        self.caps: list[Cap] = caps_of(written.get("cap"))
        self.limit: Limit | None = limit_of(written.get("limit"))

    @property
    def first_name(self) -> str:
        """The name that counts follow: the last of `was: [newer, older]`."""
        was = self.written.get("was", self.name)
        return was if isinstance(was, str) else was[-1]

    @property
    def own_cap(self) -> int | None:
        """The tightest cap per activity."""
        return min((cap.points for cap in self.caps if cap.period is None), default=None)


@dataclass
class Grant:
    """What a rule gives; `brought` is what each line brings into it, by which it is shared."""

    rule: Rule
    points: Fraction
    brought: dict[str, Fraction]
    basis: Fraction = Fraction(0)  # money of the currency's own unit; 0 when the award is not on money
    available_at: datetime | None = None
    expires_at: datetime | None = None

    def shares(self) -> dict[str, Fraction]:
        """granted x earned / sum of earned, line by line; exact."""
        whole = sum(self.brought.values())
        return {line: self.points * brought / whole for line, brought in self.brought.items()}


def total(amounts: Any) -> Fraction:
    """An exact sum."""
    return sum(amounts, Fraction(0))
