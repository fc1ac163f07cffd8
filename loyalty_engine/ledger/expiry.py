"""Expiry: how long the points of a lot live."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_engine.calendar import Calendar, Duration

ENDS = ("month", "quarter", "half", "year")


class Expiry(NamedTuple):
    """A setting such as `expires: 24 months, at: end of month`."""

    after: Duration
    end_of: str | None = None  # one of ENDS: the life is rounded up to the end of that period

    def instant(self, calendar: Calendar, earned_at: int) -> int:
        """The instant at which points earned at `earned_at` are dead, in microseconds UTC.

        Without rounding the local wall time is kept. `end_of` a month means 00:00 local on the first of
        the month that follows the one the life would end in: at that instant the points are gone.
        """
        if self.end_of is None:
            return calendar.add(earned_at, self.after)
        return calendar.end_after(self.end_of, earned_at, self.after)


def expires_at(expiry: Expiry | None, calendar: Calendar, earned_at: int) -> int | None:
    """When a lot is dead that was earned at an instant; None: never, because no expiry is set."""
    return None if expiry is None else expiry.instant(calendar, earned_at)
