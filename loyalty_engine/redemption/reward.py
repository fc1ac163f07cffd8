"""A fixed reward: what it costs, what it gives, who may have it and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loyalty_engine.accrual.cap import LIFETIME, Limit
from loyalty_engine.calendar import Calendar, Duration
from loyalty_engine.decision import CounterKey
from loyalty_engine.rulebook.condition import Condition
from loyalty_engine.rulebook.window_reading import Window


@dataclass(frozen=True, slots=True)
class Reward:
    """One reward of the catalogue. Amounts of money are minor units."""

    name: str
    currency: str  # of points
    points: int
    money: int  # to be paid beside the points; 0: none
    gives: str  # what it is, in words; "" when its name says it
    gives_amount: int | None  # of money, such as a voucher's
    condition: Condition
    active: Window
    limit: Limit | None
    hold: Duration  # how long a reservation waits for its capture
    title: Mapping[str, str]  # locale -> what a member reads; "": for every locale

    def counter(self, at: int, calendar: Calendar) -> CounterKey | None:
        """The count of its limit in the period that an instant lies in; None without a limit."""
        if self.limit is None:
            return None
        period = self.limit.period
        starts_at = 0 if period == LIFETIME else calendar.start(period, at)
        return CounterKey(period, starts_at, f"reward:{self.name}", "times", "")
