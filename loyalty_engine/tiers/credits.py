"""Dated credits: how many points count towards a tier, by the day that they belong to."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from itertools import islice

from loyalty_engine.ledger.account import CreditKey

Dates = tuple[int, int]
"""The instant that points count at, and the instant from which on they count; never before it."""


class CreditsNotLoaded(Exception):
    """Credits dated before those that were loaded are needed: those from `since` on."""

    def __init__(self, since: int) -> None:
        super().__init__(f"credits dated from {since} on are needed")
        self.since = since


class DatedPoints:
    """The dated credits of one account in one currency; never changed.

    Those dated at or after `since` are loaded, None: all. What is dated earlier is taken to count by then.
    """

    __slots__ = ("_dates", "_falls", "_longest_wait", "_points", "since")

    def __init__(self, rows: Iterable[tuple[Dates, int]] = (), since: int | None = None) -> None:
        ordered = sorted(rows)
        self._dates = [dates for dates, _ in ordered]
        self._points = [points for _, points in ordered]
        self._longest_wait = max((start - at for at, start in self._dates), default=0)
        self._falls = min(self._points, default=0) < 0
        self.since = since

    def with_delta(self, changes: Mapping[Dates, int]) -> DatedPoints:
        """The same with some points more or less; its cost hardly grows with the number of rows."""
        new = DatedPoints((), self.since)
        new._dates, new._points = self._dates.copy(), self._points.copy()
        new._longest_wait, new._falls = self._longest_wait, self._falls
        for dates, points in changes.items():
            new._add(dates, points)
        return new

    def _add(self, dates: Dates, points: int) -> None:
        position = bisect_left(self._dates, dates)
        if position < len(self._dates) and self._dates[position] == dates:
            self._points[position] += points
        else:
            insort(self._dates, dates)
            self._points.insert(position, points)
            self._longest_wait = max(self._longest_wait, dates[1] - dates[0])
        self._falls = self._falls or self._points[position] < 0

    def require(self, start: int) -> None:
        """Raise CreditsNotLoaded unless everything dated from an instant on is loaded."""
        if self.since is not None and start < self.since:
            raise CreditsNotLoaded(start)

    def total(self, start: int, end: int, at: int) -> int:
        """Points dated from start to before end that count at an instant. Raises CreditsNotLoaded."""
        self.require(start)
        first, last = self._position(start), self._position(min(end, at + 1))
        sure = max(min(self._position(at + 1 - self._longest_wait), last), first)
        total = sum(self._points[first:sure])
        for position in range(sure, last):
            if self._dates[position][1] <= at:
                total += self._points[position]
        return total

    def dated(self, start: int, end: int) -> int:
        """Points dated from start to before end, whether they count yet or not. Raises CreditsNotLoaded."""
        self.require(start)
        return sum(self._points[self._position(start) : self._position(end)])

    def most(self, start: int, end: int) -> int:
        """What the total of these dates never exceeds, whenever it is asked for. Raises CreditsNotLoaded."""
        self.require(start)
        points = self._points[self._position(start) : self._position(end)]
        return sum(p for p in points if p > 0) if self._falls else sum(points)

    def gained(self, after: int, until: int) -> list[Dates]:
        """The dates of points that begin to count later than one instant and not later than another."""
        return [
            self._dates[position]
            for position in range(self._position(after + 1 - self._longest_wait), self._position(until + 1))
            if after < self._dates[position][1] <= until and self._points[position] > 0
        ]

    def awaited(self, start: int, end: int, after: int) -> list[int]:
        """The instants after one at which points dated from start to before end begin to count, in order.

        Raises CreditsNotLoaded.
        """
        self.require(start)
        first = max(self._position(start), self._position(after + 1 - self._longest_wait))
        waiting = islice(self._dates, first, self._position(end))
        return sorted({counts_from for _, counts_from in waiting if counts_from > after})

    def days(self, after: int, now: int) -> list[int]:
        """The instants later than `after` at which points are dated that count by `now`, in order."""
        return [
            self._dates[position][0]
            for position in range(self._position(after + 1), self._position(now + 1))
            if self._dates[position][1] <= now and self._points[position] > 0
        ]

    @property
    def latest(self) -> int | None:
        """The instant that the last of them is dated; None when there are none."""
        return self._dates[-1][0] if self._dates else None

    def _position(self, instant: int) -> int:
        return bisect_left(self._dates, (instant, instant))


class Credits:
    """The dated credits of one account in every currency that counts for tiers; never changed."""

    __slots__ = ("_of", "_rows", "since")

    def __init__(self, rows: Mapping[CreditKey, int] | None = None, since: int | None = None) -> None:
        self._rows = dict(rows or {})
        self._of: dict[str, DatedPoints] = {}
        self.since = since

    def of(self, currency: str) -> DatedPoints:
        """The credits of one currency."""
        found = self._of.get(currency)
        if found is None:
            rows = [((at, start), p) for (name, at, start), p in self._rows.items() if name == currency]
            found = self._of[currency] = DatedPoints(rows, self.since)
        return found

    def with_delta(self, changes: Mapping[CreditKey, int]) -> Credits:
        """The same after some postings: points more or less by currency and dates."""
        new = Credits(None, self.since)
        new._rows = self._rows
        new._of = dict(self._of)
        by_currency: dict[str, dict[Dates, int]] = {}
        for (currency, at, start), points in changes.items():
            by_currency.setdefault(currency, {})[at, start] = points
        for currency, delta in by_currency.items():
            new._of[currency] = self.of(currency).with_delta(delta)
        return new
