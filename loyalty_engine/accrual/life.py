"""When an award's points become spendable and when they die, counted from the activity."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_engine.calendar import Calendar, Duration
from loyalty_engine.ledger.expiry import Expiry, expires_at


class Life(NamedTuple):
    """How long points wait and how long they live; many rules share one."""

    pending: Duration | None  # None: spendable at once
    expiry: Expiry | None  # None: never

    def of(self, calendar: Calendar, at: int) -> tuple[int, int | None]:
        """(available at, expires at or None) of points granted for an activity at an instant."""
        available_at = calendar.add(at, self.pending) if self.pending else at
        return available_at, expires_at(self.expiry, calendar, at)
