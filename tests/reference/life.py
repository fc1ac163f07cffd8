"""When points become spendable and when they die, on the wall clock of the program's zone."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PERIOD_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def available(rule: Mapping[str, Any], currency: Mapping[str, str], at: datetime, zone: ZoneInfo) -> datetime:
    """After the rule's own `pending`, else the currency's; at once without one."""
    pending = rule.get("pending") or currency.get("pending")
    return later(at, pending, zone) if pending else at


def expires(
    rule: Mapping[str, Any], currency: Mapping[str, str], at: datetime, zone: ZoneInfo
) -> datetime | None:
    """After the rule's own `expires`, else the currency's, rounded up as the currency says; None: never."""
    length = rule.get("expires") or currency.get("expires", "never")
    if length == "never":
        return None
    end = later(at, length, zone)
    return end_of(currency["at"].removeprefix("end of "), end, zone) if "at" in currency else end


def later(at: datetime, length: str, zone: ZoneInfo) -> datetime:
    """Minutes and hours run on the absolute clock, all else keeps the wall time."""
    number, unit = length.split()
    count, unit = int(number), unit.removesuffix("s")
    if unit in ("minute", "hour"):
        return at + timedelta(minutes=count * (60 if unit == "hour" else 1))
    wall = at.astimezone(zone).replace(tzinfo=None, fold=0)
    if unit in ("day", "week"):
        return instant(wall + timedelta(days=count * (7 if unit == "week" else 1)), zone)
    return instant(months_later(wall, count * (12 if unit == "year" else 1)), zone)


def months_later(wall: datetime, months: int) -> datetime:
    """The same day of the month, or its last where it is shorter."""
    years, month = divmod(wall.month - 1 + months, 12)
    year = wall.year + years
    return wall.replace(year=year, month=month + 1, day=min(wall.day, monthrange(year, month + 1)[1]))


def end_of(period: str, end: datetime, zone: ZoneInfo) -> datetime:
    """The first midnight of the period that follows the one in which a life would end."""
    months = PERIOD_MONTHS[period]
    day = end.astimezone(zone).date()
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return instant(months_later(datetime.combine(first, time.min), months), zone)


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """In a gap the later, in a fold the earlier instant."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
