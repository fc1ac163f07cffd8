"""How far a zone's wall clock is from UTC, remembered by day, so that most days need no look at the zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
DAY = 86_400_000_000  # microseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DAYS = 40_000  # remembered; about a century
_STEPS = range(-24, 49, 6)  # hours looked at around a day: no zone changes its clock twice within three days


class ZoneOffsets:
    """The offsets of one zone."""

    __slots__ = ("_known", "_zone")

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, int | None] = {}

    def calm(self, day: int) -> int | None:
        """Microseconds east of UTC from the day before to the day after, None when the clock changes there.

        `day` counts from 1970-01-01. On a calm day wall times are neither skipped nor repeated.
        """
        try:
            return self._known[day]
        except KeyError:
            if len(self._known) >= _MOST_DAYS:
                self._known.clear()
            found = self._known[day] = self._look(day)
            return found

    def _look(self, day: int) -> int | None:
        start = _EPOCH + timedelta(days=day)
        offsets = {(start + timedelta(hours=h)).astimezone(self._zone).utcoffset() for h in _STEPS}
        only = offsets.pop()
        return only // MICROSECOND if not offsets and only is not None else None
