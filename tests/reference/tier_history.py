"""A member's tier day by day: at midnight terms end, at noon credits count. Slow and obvious on purpose."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)


class Credit(NamedTuple):
    """Points that belong to one day and count from the noon of another on."""

    day: date
    counts: date
    points: int


class Step(NamedTuple):
    """One tier of the ladder."""

    name: str
    reach: int
    keep: int


class Rules(NamedTuple):
    """A ladder, upwards, and its settings."""

    steps: Sequence[Step]
    months: int | None = None  # of the rolling window; None: calendar years
    valid: int | str = "next period"  # months, or: period, next period
    grace: int = 0  # days
    soft: bool = True  # landing one level lower


class Evening(NamedTuple):
    """What a member has at the end of a day; a base tier is no tier."""

    tier: str | None
    until: date | None  # at the midnight that begins this day the term is over


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def replay(rules: Rules, credits: Iterable[Credit], first: date, last: date) -> Mapping[date, Evening]:
    """Every evening from one day to another, for a member whose credits are all known from the start."""
    member, evenings = _Member(rules, list(credits)), {}
    day = first
    while day <= last:
        member.midnight(day)
        member.noon(day)
        evenings[day] = Evening(member.steps[member.rank].name if member.has_tier else None, member.until)
        day += DAY
    return evenings


@dataclass
class _Member:
    rules: Rules
    credits: list[Credit]
    rank: int = -1
    until: date | None = None

    def __post_init__(self) -> None:
        self.steps = self.rules.steps
        self.lowest = 0 if self.steps[0].reach == 0 else -1
        self.rank = self.lowest

    @property
    def has_tier(self) -> bool:
        return self.rank > self.lowest

    def midnight(self, day: date) -> None:
        """What the reviews that are due find; what counts at noon is not there yet."""
        self.review(day, before=day)

    def noon(self, day: date) -> None:
        """First a tier in grace is renewed, then one is reached; a term that is over even so is reviewed."""
        new = [credit.day for credit in self.credits if credit.counts == day and credit.points > 0]
        if not new:
            return
        tomorrow = day + DAY
        while self.over(day) and self.sum(self.reviewed(), before=tomorrow) >= self.steps[self.rank].keep:
            self.renew()
        old = [credit.day for credit in self.credits if credit.counts < day and credit.points > 0]
        if self.rules.months is None:  # a year ends with no credit
            old = []
        reached = [
            (self.supported(window, before=tomorrow), self.term(last, day))
            for last in (*new, *old)
            if any(earned <= last and earned in (window := self.window(last)) for earned in new)
        ]
        if reached and max(reached)[0] >= self.rank + (0 if self.over(day) else 1):
            self.rank, self.until = max(reached)
        self.review(day, before=tomorrow)

    def review(self, day: date, before: date) -> None:
        while self.over(day):
            assert self.until is not None
            keep = self.steps[self.rank].keep
            if self.sum(self.reviewed(), before) >= keep:
                self.renew()
            elif day >= self.until + self.rules.grace * DAY and not self.will_keep(keep):
                self.drop(day, before)
            else:
                return

    def over(self, day: date) -> bool:
        return self.until is not None and self.until <= day

    def drop(self, day: date, before: date) -> None:
        here = self.supported(self.window(day), before)
        kept = [r for r in range(self.rank) if self.will_keep(self.steps[r].keep)]
        self.rank = max(here, self.rank - 1 if self.rules.soft else max(kept, default=-1), self.lowest)
        if not self.has_tier:
            self.until = None
            return
        if self.rules.soft or self.sum(self.reviewed(), before) >= self.steps[self.rank].keep:
            self.renew()
        if self.rank == here:
            self.until = max(self.until or day, self.term(day, day))

    def renew(self) -> None:
        assert self.until is not None
        if isinstance(self.rules.valid, int):
            self.until = months_later(self.until, self.rules.valid)
        else:
            self.until = date(self.until.year + 1, 1, 1)

    def term(self, earned: date, counts: date) -> date:
        if isinstance(self.rules.valid, int):
            end = months_later(earned + DAY, self.rules.valid)
            return end if end > counts else months_later(counts + DAY, self.rules.valid)
        years = 1 if self.rules.valid == "period" else 2
        return date(max(earned.year + years, counts.year + 1), 1, 1)

    def window(self, day: date) -> range_of_days:
        if self.rules.months is None:
            return range_of_days(date(day.year, 1, 1), date(day.year + 1, 1, 1))
        return range_of_days(months_later(day + DAY, -self.rules.months), day + DAY)

    def reviewed(self) -> range_of_days:
        assert self.until is not None
        if self.rules.months is None:
            return range_of_days(date(self.until.year - 1, 1, 1), date(self.until.year, 1, 1))
        return self.window(self.until - DAY)

    def sum(self, window: range_of_days, before: date) -> int:
        return sum(c.points for c in self.credits if c.day in window and c.counts < before)

    def supported(self, window: range_of_days, before: date) -> int:
        total = self.sum(window, before)
        return max((rank for rank, step in enumerate(self.steps) if total >= step.reach), default=-1)

    def will_keep(self, keep: int) -> bool:
        """Sooner or later, or already."""
        assert self.until is not None
        days = {self.until, *(credit.counts + DAY for credit in self.credits)}
        return any(self.sum(self.reviewed(), before=day) >= keep for day in days if day >= self.until)


class range_of_days(NamedTuple):  # noqa: N801 - reads like `range`
    """Days from one to before another."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end
