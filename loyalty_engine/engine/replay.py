"""Use case: replay a history; the business clock follows the activities, what falls due between is posted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from loyalty_engine.activity.field import parse_moment
from loyalty_engine.engine.loyalty_engine import LARGEST_COMMIT, LoyaltyEngine
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import LoyaltyError


@dataclass(slots=True)
class ReplayCount:
    """What became of the activities of a replay so far."""

    recorded: int = 0
    repeated: int = 0
    refused: int = 0  # understood and refused
    rejected: int = 0  # not understood
    due: int = 0  # releases and expiries posted at the end
    until: int | None = None  # the latest instant that an accepted activity occurred at
    clock: int | None = field(default=None, repr=False)


class Replay:
    """Feeds activities to an engine in commits of at most 1,000; memory does not grow with the history."""

    def __init__(self, engine: LoyaltyEngine, *, follow: bool) -> None:
        """`follow`: the business clock is the latest `at` so far; else the engine's own clock holds."""
        self._engine = engine
        self._follow = follow
        self.count = ReplayCount()

    def run(self, activities: Iterable[Any]) -> Iterator[tuple[Any, Receipt | LoyaltyError]]:
        """Each activity with its receipt or error, in order."""
        batch: list[Any] = []
        for activity in activities:
            batch.append(activity)
            if len(batch) == LARGEST_COMMIT:
                yield from self._settle(batch)
                batch = []
        yield from self._settle(batch)

    def finish(self) -> int:
        """Post what is due up to the last activity, for every account; gives the number of entries."""
        if self.count.until is not None and self._follow:
            self.count.due = self._engine.expire(self.count.until)
        return self.count.due

    def _settle(self, batch: list[Any]) -> Iterator[tuple[Any, Receipt | LoyaltyError]]:
        clocks = [self._clock_at(activity) for activity in batch] if self._follow else None
        for activity, outcome in zip(batch, self._engine.record_many(batch, now=clocks), strict=True):
            self._tally(activity, outcome)
            yield activity, outcome

    def _clock_at(self, activity: Any) -> int:
        """The clock never runs back: a late activity is received when it comes."""
        at = instant_of(activity)
        clock = self.count.clock
        if at is not None and (clock is None or at > clock):
            clock = self.count.clock = at
        return 0 if clock is None else clock

    def _tally(self, activity: Any, outcome: Receipt | LoyaltyError) -> None:
        if isinstance(outcome, Receipt):
            at = instant_of(activity)
            if at is not None and (self.count.until is None or at > self.count.until):
                self.count.until = at
            if outcome.repeated:
                self.count.repeated += 1
            else:
                self.count.recorded += 1
        else:
            self.count.refused += 1


def instant_of(activity: Any) -> int | None:
    """When an activity in wire format says it happened; None when it cannot be read."""
    at = activity.get("at") if isinstance(activity, dict) else None
    try:
        return parse_moment(at)[0] if isinstance(at, str) else None
    except ValueError:
        return None
