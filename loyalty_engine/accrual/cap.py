"""`cap:` and `limit:` phrases: how many points, or how often, in which window."""

from __future__ import annotations

import re
from typing import NamedTuple

from loyalty_engine.calendar import PERIODS

LIFETIME = "lifetime"
_PERIOD = "|".join((*PERIODS, LIFETIME))
_CAP = re.compile(
    rf"(?P<points>[0-9]{{1,12}}) points? per (?:(?P<activity>activity)|member(?: per (?P<period>{_PERIOD}))?)"
)
_LIMIT = re.compile(
    rf"(?:(?P<once>once)|(?P<times>[0-9]{{1,6}}) times?) per member(?: per (?P<period>{_PERIOD}))?"
)


class Cap(NamedTuple):
    """At most so many points; per activity, or per member in a calendar period (or his lifetime)."""

    points: int
    period: str | None  # None: per activity

    @property
    def per_member(self) -> bool:
        """Whether the cap needs a running count."""
        return self.period is not None

    def __str__(self) -> str:
        if self.period is None:
            return f"{self.points} points per activity"
        return f"{self.points} points per member" + _window(self.period)


class Limit(NamedTuple):
    """At most so many awards per member in a calendar period (or his lifetime)."""

    times: int
    period: str

    def __str__(self) -> str:
        return ("once" if self.times == 1 else f"{self.times} times") + " per member" + _window(self.period)


def parse_cap(text: str) -> Cap | None:
    """Read `500 points per activity` or `200 points per member [per month]`; None when it is neither."""
    match = _CAP.fullmatch(" ".join(text.split()))
    if match is None:
        return None
    return Cap(int(match["points"]), None if match["activity"] else match["period"] or LIFETIME)


def parse_limit(text: str) -> Limit | None:
    """Read `once per member` or `3 times per member per month`; None when it is neither or 0 times."""
    match = _LIMIT.fullmatch(" ".join(text.split()))
    if match is None:
        return None
    times = 1 if match["once"] else int(match["times"])
    return Limit(times, match["period"] or LIFETIME) if times else None


def _window(period: str) -> str:
    return "" if period == LIFETIME else f" per {period}"
