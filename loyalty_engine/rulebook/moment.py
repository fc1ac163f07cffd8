"""Points in time as rule files write them: a day, or a wall time, with a zone or offset or without."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from loyalty_engine.calendar import EARLIEST, LATEST, Calendar, to_instant
from loyalty_engine.rulebook.near import did_you_mean

_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?))?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2}| +[A-Za-z][A-Za-z0-9_+/-]{1,60})?",
    re.ASCII,
)
_ZONE = re.compile(r"UTC|[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}", re.ASCII)


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name such as Europe/Riga, or UTC. Raises ValueError when there is none."""
    if _ZONE.fullmatch(name) is None:
        raise ValueError(f"`{name[:40]}` is not an IANA time zone such as Europe/Riga")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        near = did_you_mean(name, sorted(available_timezones()))
        raise ValueError(f"there is no time zone `{name[:40]}`; {near}") from None


def parse_day(text: str) -> date:
    """A date such as 2026-03-14, from 1900 to 2999. Raises ValueError with a sentence for the reader."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) is None:
        raise ValueError(f"`{text[:40]}` is not a date such as 2026-03-14")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no day {text}") from None
    if not 1900 <= day.year <= 2999:
        raise ValueError(f"`{text}` is out of range: days are from 1900 to 2999")
    return day


def day_span(day: date, calendar: Calendar) -> tuple[int, int]:
    """The first instant of a day and the first of the next, on the calendar's wall clock."""
    start = datetime.combine(day, datetime.min.time())
    return calendar.instant(start), calendar.instant(start + timedelta(days=1))


def parse_moment(text: str, calendar: Calendar) -> int:
    """The instant (microseconds UTC) of `2026-03-01`, `2026-03-01T08:30` and the like.

    A zone name or an offset may follow; without one the wall clock is the calendar's. Raises ValueError
    with a sentence for the reader.
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"`{text[:40]}` is not a time such as 2026-03-01T00:00:00 Europe/Riga")
    wall = _wall(match["day"], match["time"] or "00:00", text)
    instant = _instant(wall, (match["zone"] or "").strip(), calendar)
    if not EARLIEST <= instant <= LATEST:
        raise ValueError(f"`{text[:40]}` is out of range: times are from 1900 to 2999")
    return instant


def _wall(day: str, time: str, text: str) -> datetime:
    parse_day(day)
    try:
        return datetime.fromisoformat(f"{day}T{time}")
    except ValueError:
        raise ValueError(f"there is no time `{text[:40]}`") from None


def _instant(wall: datetime, zone: str, calendar: Calendar) -> int:
    if not zone:
        return calendar.instant(wall)
    if zone[0] in "Z+-":
        return _with_offset(wall, zone)
    return Calendar(zone_of(zone)).instant(wall)


def _with_offset(wall: datetime, offset: str) -> int:
    try:
        return to_instant(datetime.fromisoformat(f"{wall.isoformat()}{offset}"))
    except ValueError:
        raise ValueError(f"`{offset}` is not an offset from UTC such as +02:00") from None
