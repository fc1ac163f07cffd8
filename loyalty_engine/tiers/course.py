"""The course of a member's tier: what credits and time alone make of it, decision by decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loyalty_engine.tiers.change import Change
from loyalty_engine.tiers.credits import Credits
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.reaching import occasions, reach
from loyalty_engine.tiers.term_review import due_review
from loyalty_engine.tiers.timeline import State


def course(
    state: State, after: int, credits: Credits, ladders: Ladders, now: int, looks: Iterable[int] = ()
) -> list[Change]:
    """All changes by `now` from a state on, in order; credits that counted by `after` have been judged.

    At one instant a review goes before what is reached then; both see the credits that begin to count. See
    `occasions` for `looks`. Raises CreditsNotLoaded.
    """
    changes: list[Change] = []
    review = due_review(state, credits, ladders, now)
    for instant, dates in occasions(credits, ladders, after, now, looks):
        while review is not None and review.effective_at <= instant:
            state = _add(review, changes)
            review = due_review(state, credits, ladders, now)
        reached = reach(state, instant, dates, credits, ladders.at(instant))
        if reached is not None:
            state = _add(reached, changes)
            review = due_review(state, credits, ladders, now)
    while review is not None:
        state = _add(review, changes)
        review = due_review(state, credits, ladders, now)
    return changes


def _add(change: Change, changes: list[Change]) -> State:
    changes.append(change)
    return State(change.tier, change.until, change.effective_at)


def state_after(changes: Sequence[Change], before: State) -> State:
    """The state that some changes lead to."""
    if not changes:
        return before
    last = changes[-1]
    return State(last.tier, last.until, last.effective_at)
