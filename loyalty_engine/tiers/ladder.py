"""The ladder: the tiers from the lowest up, and the periods that their credits are counted in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from loyalty_engine.calendar import Calendar, Duration

CALENDAR_YEAR = "calendar year"
END_OF_PERIOD = "until end of period"
END_OF_NEXT_PERIOD = "until end of next period"
LANDINGS = ("one level", "supported")
CROSSINGS = ("old", "new")
RETURNED_UPGRADES = ("withdraw", "keep")
NO_TIER = -1  # the rank of a member without a tier
_MOST_WINDOWS = 10_000

Window = tuple[int, int]
"""The first instant of a period and the first after it, in microseconds UTC."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of the ladder: reached with so many credits in a period, kept with so many."""

    name: str
    reach: int
    keep: int
    title: Mapping[str, str] = field(default_factory=dict)  # by locale; "": in any


@dataclass(frozen=True, slots=True)
class Ladder:
    """One version's tiers and settings; credits are counted in the currency `count`.

    A lowest tier that is reached with 0 is the base: everybody has it, so no history is kept of it.
    """

    count: str
    calendar: Calendar
    tiers: tuple[Tier, ...]  # ascending by reach; keep never falls and is never more than reach
    period: Duration | str = CALENDAR_YEAR  # a length: the rolling window of so many whole days
    valid: Duration | str = END_OF_NEXT_PERIOD  # a length, or for calendar years one of the two words
    grace: Duration | None = None
    landing: str = LANDINGS[0]
    crossing: str = CROSSINGS[0]
    returned_upgrade: str = RETURNED_UPGRADES[0]
    _ranks: dict[str, int] = field(init=False, repr=False, compare=False)
    _windows: dict[int, Window] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ranks", {tier.name: rank for rank, tier in enumerate(self.tiers)})

    @property
    def base(self) -> Tier | None:
        """The tier that everybody has; None when the lowest must be reached."""
        return self.tiers[0] if self.tiers and self.tiers[0].reach == 0 else None

    def rank(self, name: str | None) -> int | None:
        """How high a tier stands, from 0; no tier is NO_TIER, or the base's 0; None: not on this ladder."""
        if name is None:
            return NO_TIER if self.base is None else 0
        return self._ranks.get(name)

    def earned_name(self, rank: int) -> str | None:
        """The tier of a rank as history names it: None without one, and for the base."""
        return None if rank == self.rank(None) else self.tiers[rank].name

    def reached(self, credits: int) -> int:
        """The highest rank that so many credits in one period reach; a line just reached counts."""
        return bisect_right(self.tiers, credits, key=lambda tier: tier.reach) - 1

    def window(self, instant: int) -> Window:
        """The calendar year of an instant, or the rolling window of whole days that ends with its day."""
        first = self.calendar.start(self._unit, instant)
        found = self._windows.get(first)
        if found is None:
            if len(self._windows) >= _MOST_WINDOWS:
                self._windows.clear()
            end = self.calendar.next_start(self._unit, instant)
            found = self._windows[first] = (first, end)
            if isinstance(self.period, Duration):
                back = Duration(-self.period.length, self.period.unit)
                found = self._windows[first] = (self.calendar.add(end, back), end)
        return found

    def last_complete(self, end: int) -> Window:
        """The last window that is over at an instant: what a review at a term's end looks at."""
        return self.window(self.calendar.start(self._unit, end) - 1)

    def term_end(self, dated: int, counting: int) -> int:
        """Where the term ends of a tier reached by a credit of one instant that counts from another on.

        A term of a length runs from the end of the credit's day, so that its review looks at the time after
        the day it was reached on. No term is over before it begins.
        """
        if isinstance(self.valid, Duration):
            end = self.calendar.add(self.calendar.next_start("day", dated), self.valid)
            return end if end > counting or dated == counting else self.term_end(counting, counting)
        end = self.window(dated)[1]
        if self.valid == END_OF_NEXT_PERIOD:
            end = self.window(end)[1]
        return max(end, self.window(counting)[1])

    def next_term_end(self, end: int) -> int:
        """Where the term ends that follows a term: it begins where the old one ended."""
        if isinstance(self.valid, Duration):
            return self.calendar.add(end, self.valid)
        return self.window(end)[1]

    def grace_end(self, end: int) -> int:
        """Until when late credits can still save a tier whose term ended."""
        return self.calendar.add(end, self.grace) if self.grace else end

    @property
    def _unit(self) -> str:
        return "day" if isinstance(self.period, Duration) else "year"
