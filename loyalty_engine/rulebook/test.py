"""What a condition asks of one present value: to be in a set, or in a range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from loyalty_engine.activity.activity import Value

Bound = int | Decimal | date
"""The end of a range; of the same kind as the field's values."""


@dataclass(frozen=True, slots=True)
class SetTest:
    """The value is one of `values` or begins with one of `prefixes`; `negated` turns that round."""

    values: frozenset[Value] = frozenset()
    prefixes: tuple[str, ...] = ()  # only of text
    negated: bool = False
    text: str = field(default="", compare=False)  # as written in the file

    def holds(self, value: Value) -> bool:
        """Whether a present value passes; a missing one passes no test, so do not ask."""
        inside = value in self.values or (bool(self.prefixes) and str(value).startswith(self.prefixes))
        return inside is not self.negated

    def negation(self) -> SetTest:
        """The test that passes exactly the present values that this one does not."""
        return replace(self, negated=not self.negated, text=f"{{not: {self.text}}}")


@dataclass(frozen=True, slots=True)
class RangeTest:
    """The value lies between `low` and `high` (None: no end there); an open end is itself outside."""

    low: Bound | None = None
    low_open: bool = False
    high: Bound | None = None
    high_open: bool = False
    negated: bool = False
    text: str = field(default="", compare=False)  # as written in the file

    def holds(self, value: Value) -> bool:
        """Whether a present value passes; a missing one passes no test, so do not ask."""
        return self._inside(value) is not self.negated

    def _inside(self, value: Any) -> bool:
        low: Any = self.low
        high: Any = self.high
        above = low is None or (value > low if self.low_open else value >= low)
        return above and (high is None or (value < high if self.high_open else bool(value <= high)))

    def negation(self) -> RangeTest:
        """The test that passes exactly the present values that this one does not."""
        return replace(self, negated=not self.negated, text=f"{{not: {self.text}}}")


Test = SetTest | RangeTest

Box = Mapping[str, tuple[Test, ...]]
"""Field name -> tests that must all hold on its value; a missing value holds none. Empty: always."""
