"""Correcting history: the higher of what stands and of what should have been, as rows to append."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty_engine.calendar import LATEST
from loyalty_engine.tiers.change import Change, TierChange
from loyalty_engine.tiers.ladder import Ladder
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.timeline import State, Timeline

NO_END = LATEST + 1  # of a term; only for comparing, never stored


def lower(one: State, other: State, ladder: Ladder | None) -> bool:
    """Whether a state is a lower tier than another, or the same one for a shorter term.

    A tier that the ladder does not know is lower than none of those that it knows.
    """
    if one.tier == other.tier:
        return one.tier is not None and _end(one) < _end(other)
    if ladder is None:
        return one.tier is None
    mine, theirs = ladder.rank(one.tier), ladder.rank(other.tier)
    if mine is None or theirs is None:
        return theirs is None and mine is not None
    return mine < theirs


def correct(
    timeline: Timeline, start: State, standing: int, ideal: Sequence[Change], ladders: Ladders
) -> tuple[Change, ...]:
    """What to append so that at every instant the higher holds of the timeline and of an ideal course.

    Both begin in the same state: after so many of the timeline's earned rows. No past instant is lowered,
    no term shortened; nothing is appended when the timeline is right already.
    """
    before = [_change(row) for row in timeline.earned[:standing]]
    old = _distinct(start, [_change(row) for row in timeline.earned[standing:]])
    new = _higher(start, old, list(ideal), ladders)
    same = 0
    while same < min(len(old), len(new)) and _state(old[same]) == _state(new[same]):
        same += 1
    if same == len(old):
        return tuple(new[same:])
    append = new[same:]
    if not append or append[0].effective_at > old[same].effective_at:
        # What follows in the old rows is wrong: the row before them, said again, removes them.
        append = [*[*before, *new[:same]][-1:], *append]
    return tuple(append)


def _distinct(start: State, changes: Sequence[Change]) -> list[Change]:
    """Without those that change neither tier nor term."""
    kept, state = [], start
    for change in changes:
        if (change.tier, change.until) != state[:2]:
            kept.append(change)
        state = _state(change)
    return kept


def _higher(start: State, old: list[Change], ideal: list[Change], ladders: Ladders) -> list[Change]:
    """The upper of two courses from one state, as changes."""
    courses, states, current = (old, ideal), [start, start], start
    upper: list[Change] = []
    for instant in sorted({change.effective_at for change in (*old, *ideal)}):
        causes: list[Change] = []
        for side, course in enumerate(courses):
            here = [change for change in course if change.effective_at == instant]
            if here:
                states[side] = _state(here[-1])
            causes += here[-1:]
        won = 1 if lower(states[0], states[1], ladders.at(instant)) else 0
        if states[won][:2] != current[:2]:
            current = states[won]
            own = next((change for change in causes if _state(change) == current), None)
            upper.append(own or _falling(causes[-1], current, instant))
    return upper


def _falling(cause: Change, to: State, instant: int) -> Change:
    """One course fell below the other, which has held its state for longer."""
    return cause._replace(effective_at=instant, tier=to.tier, until=to.until, restates=None)


def _state(change: Change) -> State:
    return State(change.tier, change.until, change.effective_at)


def _change(row: TierChange) -> Change:
    return Change(row.effective_at, row.tier, row.until, row.reason, row.credits, row.needed, restates=row)


def _end(state: State) -> int:
    return NO_END if state.until is None else state.until
