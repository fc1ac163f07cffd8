"""When an award's points become spendable and when they die, counted from the activity."""

from __future__ import annotations

from functools import lru_cache

from loyalty_engine.accrual.plan import PlannedRule
from loyalty_engine.calendar import Calendar, Duration
from loyalty_engine.ledger.expiry import Expiry, expires_at


def life_of(rule: PlannedRule, calendar: Calendar, at: int) -> tuple[int, int | None]:
    """(available at, expires at or None for never) of points that a rule grants for an activity at `at`."""
    return _life(calendar, rule.pending, rule.expiry, at)


@lru_cache(maxsize=1024)  # the awards of one basket share it
def _life(calendar: Calendar, pending: Duration | None, expiry: Expiry | None, at: int) -> tuple[int, int | None]:
    available_at = calendar.add(at, pending) if pending else at
    return available_at, expires_at(expiry, calendar, at)
