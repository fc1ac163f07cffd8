"""Use case: replay a history; the business clock follows the activities, what falls due between is posted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from loyalty_engine.engine.loyalty_engine import LARGEST_COMMIT, LoyaltyEngine
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import BadInput, LoyaltyError, Refusal


@dataclass(slots=True)
class ReplayCount:
    """What became of the activities of a replay so far."""

    recorded: int = 0
    repeated: int = 0
    refused: int = 0  # understood and refused
    rejected: int = 0  # not understood
    due: int = 0  # releases and expiries posted at the end


class Replay:
    """Feeds activities to an engine in commits of at most 1,000; memory does not grow with the history."""

    def __init__(self, engine: LoyaltyEngine, *, follow: bool) -> None:
        """`follow`: the business clock is the latest `at` so far; else the engine's own clock holds."""
        self._engine = engine
        self._follow = follow
        self.count = ReplayCount()
        self.clock: int | None = None  # the latest instant that a well-formed activity occurred at

    def run(self, activities: Iterable[Any]) -> Iterator[tuple[Any, Receipt | LoyaltyError]]:
        """Each activity with its receipt or error, in order.

        Raises what is no answer to an activity: StoreFailure, InvariantViolation. Activities settled before
        it are recorded.
        """
        batch: list[Any] = []
        for activity in activities:
            batch.append(activity)
            if len(batch) == LARGEST_COMMIT:
                yield from self._settle(batch)
                batch = []
        yield from self._settle(batch)

    def finish(self) -> int:
        """Post what is due up to the last activity, for every account; gives the number of entries."""
        if self.clock is not None and self._follow:
            self.count.due = self._engine.expire(self.clock)
        return self.count.due

    def _settle(self, batch: list[Any]) -> Iterator[tuple[Any, Receipt | LoyaltyError]]:
        received_at = self._received_at if self._follow else None
        outcomes = self._engine.record_many(batch, received_at=received_at)
        for activity, outcome in zip(batch, outcomes, strict=True):
            self._tally(outcome)
            yield activity, outcome

    def _received_at(self, at: int) -> int:
        """The clock never runs back: a late activity is received when it comes."""
        if self.clock is None or at > self.clock:
            self.clock = at
        return self.clock

    def _tally(self, outcome: Receipt | LoyaltyError) -> None:
        if isinstance(outcome, BadInput):
            self.count.rejected += 1
        elif isinstance(outcome, Refusal):
            self.count.refused += 1
        elif isinstance(outcome, Exception):
            raise outcome
        elif outcome.repeated:
            self.count.repeated += 1
        else:
            self.count.recorded += 1
