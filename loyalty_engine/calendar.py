"""Instants and the program's wall clock: durations, periods, ages.

An instant is a whole number of microseconds since 1970-01-01T00:00 UTC. Durations and periods run on
the wall clock of the program's zone; a wall time that a clock change skips means the later instant,
one that it repeats the earlier.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from loyalty_engine.zone_offsets import DAY, ZoneOffsets

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = EPOCH.toordinal()
_MOST_STARTS = 10_000
EARLIEST = -2_208_988_800_000_000  # 1900-01-01
LATEST = 32_503_679_999_999_999  # the last microsecond of 2999

PERIODS = ("day", "week", "month", "quarter", "year")
UNITS = ("minutes", "hours", "days", "weeks", "months", "years")
ELAPSED: Mapping[str, int] = {"minutes": 60_000_000, "hours": 3_600_000_000}
"""The units that run on the absolute clock, in microseconds; the others follow the wall clock."""
_LONGEST = {**ELAPSED, "days": DAY, "weeks": 7 * DAY, "months": 31 * DAY, "years": 366 * DAY}


def to_instant(moment: datetime) -> int:
    """Microseconds since the epoch of an aware datetime; raises ValueError for a naive one."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a naive time is no instant")
    days = moment.toordinal() - _EPOCH_DAY - offset.days
    seconds = moment.hour * 3_600 + moment.minute * 60 + moment.second - offset.seconds
    return (days * 86_400 + seconds) * 1_000_000 + moment.microsecond - offset.microseconds


def from_instant(instant: int) -> datetime:
    """The aware UTC datetime of an instant."""
    return EPOCH + timedelta(microseconds=instant)


class Duration(NamedTuple):
    """A length of time: so many minutes or hours that pass, or days, weeks, months or years on the wall."""

    length: int
    unit: str  # one of UNITS

    @property
    def longest(self) -> int:
        """Microseconds that it never exceeds, wherever it begins and whatever the clocks do meanwhile."""
        return self.length * _LONGEST[self.unit] + DAY

    def __str__(self) -> str:
        return f"{self.length} {self.unit if self.length != 1 else self.unit[:-1]}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The wall clock of one IANA time zone."""

    zone: ZoneInfo
    _offsets: ZoneOffsets = field(init=False, repr=False, compare=False)
    _starts: dict[tuple[str, int], int] = field(init=False, repr=False, compare=False, default_factory=dict)
    _ends: dict[tuple[str, Duration, int], int] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_offsets", ZoneOffsets(self.zone))

    def wall(self, instant: int) -> int:
        """The local time of an instant, as microseconds since 1970-01-01T00:00 on the wall clock."""
        calm = self._offsets.calm(instant // DAY)
        if calm is not None:
            return instant + calm
        return to_instant(self.local(instant).replace(tzinfo=UTC))

    def _instant_of(self, wall: int) -> int:
        """The instant of a local time given as `wall` gives it."""
        calm = self._offsets.calm(wall // DAY)
        if calm is not None:
            return wall - calm
        return self.instant(from_instant(wall).replace(tzinfo=None))

    def local(self, instant: int) -> datetime:
        """The aware local datetime of an instant."""
        return from_instant(instant).astimezone(self.zone)

    def instant(self, wall: datetime) -> int:
        """The instant of a naive local time: in a gap the later, in a fold the earlier."""
        return to_instant(wall.replace(tzinfo=self.zone, fold=0))

    def add(self, instant: int, duration: Duration) -> int:
        """An instant so much later; months and years keep the wall time and clamp the day.

        Example: 31 January + 1 month is 28 (or 29) February. Minutes and hours run on the absolute clock.
        """
        count, unit = duration
        if unit in ELAPSED:
            return instant + count * ELAPSED[unit]
        wall = self.wall(instant)
        if unit in ("days", "weeks"):
            return self._instant_of(wall + count * (7 if unit == "weeks" else 1) * DAY)
        days, time = divmod(wall, DAY)
        day = _later_month(date_of(days), count * (12 if unit == "years" else 1))
        return self._instant_of((day.toordinal() - _EPOCH_DAY) * DAY + time)

    def start(self, period: str, instant: int) -> int:
        """The first instant of the calendar period that an instant lies in; weeks begin on Monday."""
        return self._start(period, self.wall(instant) // DAY)

    def next_start(self, period: str, instant: int) -> int:
        """The first instant of the following period: where a life rounded up to its end is over."""
        first = _first_day(period, date_of(self.wall(instant) // DAY))
        return self._start(period, _following(period, first).toordinal() - _EPOCH_DAY)

    def _start(self, period: str, day: int) -> int:
        """The first instant of the period that a local day (counted from 1970-01-01) lies in."""
        start = self._starts.get((period, day))
        if start is None:
            if len(self._starts) >= _MOST_STARTS:
                self._starts.clear()
            first = _first_day(period, date_of(day)).toordinal() - _EPOCH_DAY
            start = self._starts[period, day] = self._instant_of(first * DAY)
        return start

    def end_after(self, period: str, instant: int, duration: Duration) -> int:
        """The end of the calendar period that an instant so much later lies in.

        Remembered by day, unless the hour matters: it runs on by hours or minutes, or the clock changes where
        it ends, which may carry a late evening over midnight.
        """
        key = (period, duration, self.wall(instant) // DAY)
        end = self._ends.get(key)
        if end is None:
            later = self.add(instant, duration)
            end = self.next_start(period, later)
            if duration.unit not in ELAPSED and self._offsets.calm(self.wall(later) // DAY) is not None:
                if len(self._ends) >= _MOST_STARTS:
                    self._ends.clear()
                self._ends[key] = end
        return end

    def whole_months(self, earlier: int, later: int) -> int:
        """Completed months on the wall clock from one instant to a later one; 0 when it is not later."""
        if later <= earlier:
            return 0
        (first, since), (last, until) = divmod(self.wall(earlier), DAY), divmod(self.wall(later), DAY)
        a, b = date_of(first), date_of(last)
        months = (b.year - a.year) * 12 + b.month - a.month
        anniversary = _later_month(a, months)
        if (anniversary, since) > (b, until):
            months -= 1
        return max(months, 0)

    def age(self, birth: date, instant: int) -> int:
        """Completed years since a date of birth; a birthday on 29 February counts from 1 March."""
        today = self.local(instant).date()
        return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))

    def text(self, instant: int) -> str:
        """ISO 8601 with this zone's offset."""
        return self.local(instant).isoformat()


def date_of(day: int) -> date:
    """The date of a day counted from 1970-01-01."""
    return date.fromordinal(day + _EPOCH_DAY)


def _later_month(day: date, months: int) -> date:
    """The same day so many months later, or the last of its month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= 28:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


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
    return _later_month(first, months)
