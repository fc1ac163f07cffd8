"""A member who earns and returns credits by the wall clock of Riga, and his history in few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from loyalty_engine.calendar import Calendar, Duration
from loyalty_engine.ledger.account import CreditKey
from loyalty_engine.tiers.advance import advance, review
from loyalty_engine.tiers.change import Change, Reason
from loyalty_engine.tiers.credits import Credits
from loyalty_engine.tiers.ladder import Ladder, Tier
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.reassess import reassess
from loyalty_engine.tiers.standing import TierStanding, tier_standing
from loyalty_engine.tiers.timeline import Timeline

RIGA = Calendar(ZoneInfo("Europe/Riga"))
MONTH = Duration(30, "days")
YEAR = Duration(12, "months")

Row = tuple[str, str | None, str | None, str]
"""When a change takes effect, the tier, the end of its term, why."""


def at(text: str) -> int:
    """The instant of a local day or time."""
    return RIGA.instant(datetime.fromisoformat(text))


def day(instant: int | None) -> str | None:
    """The local day of an instant, with the time unless it is midnight."""
    return None if instant is None else RIGA.text(instant)[:16].removesuffix("T00:00")


def ladder(**settings: Any) -> Ladder:
    """Silver from 1000 credits a year, gold from 5000, kept with 4000; a month's grace."""
    tiers = (Tier("silver", 1000, 1000), Tier("gold", 5000, 4000), Tier("platinum", 20_000, 20_000))
    return Ladder(**{"count": "credits", "calendar": RIGA, "tiers": tiers, "grace": MONTH, **settings})


class Member:
    """His clock runs with what happens to him; `known` says that something became known only then."""

    def __init__(self, *ladders: Ladder, versions: dict[str, Ladder | None] | None = None) -> None:
        """One ladder that holds always, or ladders by the day that each starts."""
        starts = versions or {"2000-01-01": ladders[0] if ladders else ladder()}
        self.ladders = Ladders.of((at(start), one) for start, one in starts.items())
        self.credits = Credits()
        self.timeline = Timeline()
        self.activities = 0

    def earns(self, points: int, on: str, counts: str | None = None, known: str | None = None) -> None:
        """Credits of a day; they count from another one on if they wait."""
        self.posts({("credits", at(on), at(counts or on)): points}, now=known or on)

    def posts(self, changed: Mapping[CreditKey, int], now: str) -> None:
        """What one posting changes of his credits."""
        self.until(now)
        self.credits = self.credits.with_delta(changed)
        self.activities += 1
        changes = reassess(self.timeline, self.credits, changed, self.ladders, at(now))
        self._record(changes, at(now), self.activities)

    def returns(self, points: int, of: str, now: str, counts: str | None = None) -> None:
        """Credits of an earlier day are taken back."""
        self.earns(-points, of, counts, known=now)

    def until(self, now: str) -> Member:
        """Time passes."""
        self._record(advance(self.timeline, self.credits, self.ladders, at(now)), at(now))
        return self

    def reviewed(self, as_of: str) -> Member:
        """An explicit review takes place."""
        changes = review(self.timeline, self.credits, self.ladders, at(as_of))
        self._record(changes, at(as_of))
        return self

    def granted(self, tier: str | None, on: str, until: str | None = None) -> None:
        """A floor by hand; no tier takes it away."""
        end = at(until) if until else None
        self._record((Change(at(on), tier, end, Reason.GRANTED),), at(on))

    def tier(self, on: str) -> str | None:
        """What he has, as far as it was decided."""
        return self.timeline.tier_at(at(on), self.ladders.at(at(on)))

    def standing(self, on: str) -> TierStanding:
        """Where he stands."""
        found = tier_standing(self.timeline, self.credits, self.ladders, at(on))
        assert found is not None
        return found

    @property
    def history(self) -> list[Row]:
        """What stands of what he earned."""
        return [(str(day(r.effective_at)), r.tier, day(r.until), r.reason) for r in self.timeline.earned]

    def _record(self, changes: tuple[Change, ...], now: int, activity: int | None = None) -> None:
        self.timeline = self.timeline.record(changes, recorded_at=now, activity=activity)
