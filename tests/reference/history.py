"""What a member has used of caps and limits, by calendar period of the program's zone."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple


class Count(NamedTuple):
    """One running count: of a rule (by its first name) or a stack, in points or times."""

    name: str
    measure: str
    period: str
    start: date | None  # the period's first day; None: a lifetime


class History:
    """Counts final grants only."""

    def __init__(self) -> None:
        self.counts: Counter[Count] = Counter()

    def used(self, name: str, measure: str, period: str, day: date) -> int:
        """What was counted so far in the period that a day lies in."""
        return self.counts[Count(name, measure, period, first_day(period, day))]

    def count(self, name: str, measure: str, period: str, day: date, used: int) -> None:
        """Add to a count."""
        self.counts[Count(name, measure, period, first_day(period, day))] += used


def first_day(period: str, day: date) -> date | None:
    """Weeks begin on Monday, quarters in January, April, July and October."""
    starts = {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": date(day.year, day.month, 1),
        "quarter": date(day.year, (1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10)[day.month - 1], 1),
        "year": date(day.year, 1, 1),
        "lifetime": None,
    }
    return starts[period]
