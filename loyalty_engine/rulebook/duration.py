"""Lengths of time as rule files write them: `14 days`, `24 months`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from loyalty_engine.calendar import ELAPSED, Duration

LONGEST: Mapping[str, int] = {
    "minutes": 52_560_000,
    "hours": 876_000,
    "days": 36_500,
    "weeks": 5_200,
    "months": 1_200,
    "years": 100,
}

_PHRASE = re.compile(r"([0-9]{1,8}) +(minute|hour|day|week|month|year)s?", re.ASCII)
_DAY = 24 * 60
_MINUTES = {"minutes": 1, "hours": 60, "days": _DAY, "weeks": 7 * _DAY}
_SHORTEST_MONTHS = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)  # days in that many months
_LONGEST_MONTHS = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)


def parse_duration(text: str) -> Duration:
    """A whole number of minutes, hours, days, weeks, months or years, at least 1 and at most a century.

    Raises ValueError with a sentence for the reader.
    """
    match = _PHRASE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"`{text[:40]}` is not a length of time such as `14 days` or `24 months`")
    duration = Duration(int(match[1]), match[2] + "s")
    if not 1 <= duration.length <= LONGEST[duration.unit]:
        raise ValueError(
            f"`{text[:40]}` is out of range: at least 1, at most {LONGEST[duration.unit]} {duration.unit}"
        )
    return duration


def always_longer(one: Duration, other: Duration) -> bool:
    """Whether a duration is longer than another wherever on the calendar both begin."""
    months, other_months = _months(one), _months(other)
    if months is not None and other_months is not None:
        return months > other_months
    clock_change = 60 if (one.unit in ELAPSED) is not (other.unit in ELAPSED) else 0
    return _least_minutes(one) - clock_change > _most_minutes(other)


def _months(duration: Duration) -> int | None:
    return {"months": duration.length, "years": 12 * duration.length}.get(duration.unit)


def _least_minutes(duration: Duration) -> int:
    months = _months(duration)
    if months is not None:
        return _DAY * (months // 12 * 365 + _SHORTEST_MONTHS[months % 12])
    return duration.length * _MINUTES[duration.unit]


def _most_minutes(duration: Duration) -> int:
    months = _months(duration)
    if months is not None:
        return _DAY * (months // 12 * 366 + _LONGEST_MONTHS[months % 12])
    return duration.length * _MINUTES[duration.unit]
