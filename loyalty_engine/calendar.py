"""Instants and the program's wall clock: durations, periods, ages.

An instant is a whole number of microseconds since 1970-01-01T00:00 UTC. Durations and periods run on
the wall clock of the program's zone; a wall time that a clock change skips means the later instant,
one that it repeats the earlier.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EARLIEST = -2_208_988_800_000_000  # 1900-01-01
LATEST = 32_503_679_999_999_999  # the last microsecond of 2999

PERIODS = ("day", "week", "month", "quarter", "year")
UNITS = ("hours", "days", "weeks", "months", "years")


def to_instant(moment: datetime) -> int:
    """Microseconds since the epoch of an aware datetime."""
    return (moment - EPOCH) // MICROSECOND


def from_instant(instant: int) -> datetime:
    """The aware UTC datetime of an instant."""
    return EPOCH + timedelta(microseconds=instant)


class Duration(NamedTuple):
    """A length on the wall clock: so many hours, days, weeks, months or years."""

    length: int
    unit: str  # one of UNITS

    def __str__(self) -> str:
        return f"{self.length} {self.unit if self.length != 1 else self.unit[:-1]}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The wall clock of one IANA time zone."""

    zone: ZoneInfo

    def local(self, instant: int) -> datetime:
        """The aware local datetime of an instant."""
        return from_instant(instant).astimezone(self.zone)

    def instant(self, wall: datetime) -> int:
        """The instant of a naive local time: in a gap the later, in a fold the earlier."""
        return to_instant(wall.replace(tzinfo=self.zone, fold=0))

    def add(self, instant: int, duration: Duration) -> int:
        """An instant so much later; months and years keep the wall time and clamp the day.

        Example: 31 January + 1 month is 28 (or 29) February. Hours run on the absolute clock.
        """
        count, unit = duration
        if unit == "hours":
            return instant + count * 3_600_000_000
        wall = self.local(instant).replace(tzinfo=None)
        if unit in ("days", "weeks"):
            return self.instant(wall + timedelta(days=count * (7 if unit == "weeks" else 1)))
        return self.instant(_add_months(wall, count * (12 if unit == "years" else 1)))

    def start(self, period: str, instant: int) -> int:
        """The first instant of the calendar period that an instant lies in; weeks begin on Monday."""
        day = self.local(instant).date()
        return _period_start(self, period, day)

    def next_start(self, period: str, instant: int) -> int:
        """The first instant of the following period: where a life rounded up to its end is over."""
        day = self.local(instant).date()
        return _period_start(self, period, _following(period, _first_day(period, day)))

    def whole_months(self, earlier: int, later: int) -> int:
        """Completed months on the wall clock from one instant to a later one; 0 when it is not later."""
        if later <= earlier:
            return 0
        a, b = self.local(earlier).replace(tzinfo=None), self.local(later).replace(tzinfo=None)
        months = (b.year - a.year) * 12 + b.month - a.month
        while months > 0 and _add_months(a, months) > b:
            months -= 1
        return max(months, 0)

    def age(self, birth: date, instant: int) -> int:
        """Completed years since a date of birth; a birthday on 29 February counts from 1 March."""
        today = self.local(instant).date()
        return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))

    def text(self, instant: int) -> str:
        """ISO 8601 with this zone's offset."""
        return self.local(instant).isoformat()


def _add_months(wall: datetime, months: int) -> datetime:
    index = wall.year * 12 + wall.month - 1 + months
    year, month = divmod(index, 12)
    return wall.replace(year=year, month=month + 1, day=min(wall.day, monthrange(year, month + 1)[1]))


def _first_day(period: str, day: date) -> date:
    if period == "day":
        return day
    if period == "week":
        return day - timedelta(days=day.weekday())
    if period == "month":
        return day.replace(day=1)
    if period == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if period == "half":
        return day.replace(month=1 if day.month <= 6 else 7, day=1)
    if period == "year":
        return day.replace(month=1, day=1)
    raise ValueError(f"no such period: {period}")


def _following(period: str, first: date) -> date:
    if period == "day":
        return first + timedelta(days=1)
    if period == "week":
        return first + timedelta(days=7)
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[period]
    return _add_months(datetime.combine(first, datetime.min.time()), months).date()


@lru_cache(maxsize=4096)
def _period_start(calendar: Calendar, period: str, day: date) -> int:
    return calendar.instant(datetime.combine(_first_day(period, day), datetime.min.time()))
