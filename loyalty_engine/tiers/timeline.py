"""The timeline of a member's tier, folded from the rows of his tier history."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from loyalty_engine.calendar import EARLIEST
from loyalty_engine.tiers.change import Change, Reason, TierChange
from loyalty_engine.tiers.ladder import Ladder

BEGINNING = EARLIEST - 1  # before every instant


class State(NamedTuple):
    """What is earned at some instant; a tier stays beyond the end of its term until it is reviewed."""

    tier: str | None = None
    until: int | None = None
    effective_at: int = BEGINNING


@dataclass(frozen=True, slots=True)
class Timeline:
    """Two tracks folded alike: earned tiers, and floors granted by hand.

    In the order they were recorded, a row removes the earlier rows of its track that are effective at or
    after its own instant; then it stands. What stands is in order of its instants.
    """

    rows: tuple[TierChange, ...] = ()  # by number
    earned: tuple[TierChange, ...] = ()
    floors: tuple[TierChange, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[TierChange], known_at: int | None = None) -> Timeline:
        """The timeline of an account's rows by number; `known_at`: only of what was recorded by then."""
        known = tuple(row for row in rows if known_at is None or row.recorded_at <= known_at)
        return cls(
            known,
            _folded(row for row in known if row.reason != Reason.GRANTED),
            _folded(row for row in known if row.reason == Reason.GRANTED),
        )

    @property
    def latest(self) -> State:
        """The earned state after every row."""
        return _state(self.earned[-1]) if self.earned else State()

    @property
    def reached_at(self) -> tuple[int, ...]:
        """The instants at which a tier was reached, by credits of that instant or in an explicit review."""
        return tuple(row.effective_at for row in self.earned if row.reason == Reason.REACHED)

    def state_at(self, instant: int) -> State:
        """The earned state at an instant, as far as it was decided."""
        position = bisect_right(self.earned, instant, key=_effective_at)
        return _state(self.earned[position - 1]) if position else State()

    def state_before(self, instant: int) -> State:
        """The earned state up to an instant: what takes effect at it is left out."""
        position = self.standing_before(instant)
        return _state(self.earned[position - 1]) if position else State()

    def standing_before(self, instant: int) -> int:
        """How many of the earned rows that stand take effect before an instant."""
        return bisect_left(self.earned, instant, key=_effective_at)

    def floor_at(self, instant: int) -> TierChange | None:
        """The grant in force at an instant."""
        position = bisect_right(self.floors, instant, key=_effective_at)
        if not position:
            return None
        floor = self.floors[position - 1]
        over = floor.until is not None and floor.until <= instant
        return None if floor.tier is None or over else floor

    def tier_at(self, instant: int, ladder: Ladder | None) -> str | None:
        """The member's tier: the higher of what he earned, the floor in force and the ladder's base.

        `ladder` is the one in force at the instant. A tier that it does not know is compared with none: the
        earned one goes before the floor.
        """
        earned, floor = self.state_at(instant).tier, self.floor_at(instant)
        if floor is None or floor.tier is None:
            base = ladder.base if ladder else None
            return earned or (base.name if base else None)
        return higher_tier(earned, floor.tier, ladder)

    def record(
        self,
        changes: Sequence[Change],
        *,
        recorded_at: int,
        rulebook_at: Callable[[int], int | None] = lambda instant: None,
        activity: int | None = None,
        actor: str | None = None,
        note: str | None = None,
    ) -> Timeline:
        """The timeline with further rows; what is new in `rows` is what a store appends.

        `rulebook_at` gives the number of the version in force at the instant that a change was decided.
        """
        if not changes:
            return self
        number = self.rows[-1].number if self.rows else 0
        new: list[TierChange] = []
        for change in changes:
            number += 1
            row = change.restates or TierChange(
                number=number,
                effective_at=change.effective_at,
                recorded_at=recorded_at,
                tier=change.tier,
                until=change.until,
                reason=change.reason,
                credits=change.credits,
                needed=change.needed,
                rulebook=None if change.decided_at is None else rulebook_at(change.decided_at),
                activity=activity,
                actor=actor,
                note=note,
            )
            new.append(row._replace(number=number, recorded_at=recorded_at))
        return Timeline.of((*self.rows, *new))


def higher_tier(earned: str | None, floor: str, ladder: Ladder | None) -> str:
    """The higher of an earned tier and a floor; the earned one when the ladder knows not both."""
    if earned is None:
        return floor
    mine, granted = (ladder.rank(earned), ladder.rank(floor)) if ladder else (None, None)
    return floor if mine is not None and granted is not None and granted > mine else earned


def _folded(rows: Iterable[TierChange]) -> tuple[TierChange, ...]:
    standing: list[TierChange] = []
    for row in rows:
        while standing and standing[-1].effective_at >= row.effective_at:
            standing.pop()
        standing.append(row)
    return tuple(standing)


def _state(row: TierChange) -> State:
    return State(row.tier, row.until, row.effective_at)


def _effective_at(row: TierChange) -> int:
    return row.effective_at
