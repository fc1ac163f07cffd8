"""Advancing a timeline: what credits and time have made of a member's tier by now."""

from __future__ import annotations

from loyalty_engine.tiers.change import Change
from loyalty_engine.tiers.course import course, state_after
from loyalty_engine.tiers.credits import Credits
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.reaching import may_reach, reach
from loyalty_engine.tiers.timeline import BEGINNING, State, Timeline


def advance(
    timeline: Timeline, credits: Credits, ladders: Ladders, now: int, judged_to: int | None = None
) -> tuple[Change, ...]:
    """Tiers reached by credits that count by `now`, renewals and drops due by then, in order.

    Once they are recorded, advancing again adds nothing; in steps or at once gives the same. `judged_to`
    says that the timeline was advanced to that instant, by whatever ladders were known: credits that counted
    by then are not looked at again. Raises CreditsNotLoaded.
    """
    state = timeline.latest
    after = max(state.effective_at, BEGINNING if judged_to is None else judged_to)
    if is_quiet(state, credits, ladders, after, now):
        return ()
    return tuple(course(state, after, credits, ladders, now))


def is_quiet(state: State, credits: Credits, ladders: Ladders, after: int, now: int) -> bool:
    """Whether surely nothing happens by `now`: no review is due, and no credits could reach a line.

    Of credits only those are looked at that begin to count later than `after`. Raises CreditsNotLoaded.
    """
    if state.until is not None and state.until <= now:
        return False
    return not may_reach(state, credits, ladders, after, now)


def review(
    timeline: Timeline, credits: Credits, ladders: Ladders, as_of: int, judged_to: int | None = None
) -> tuple[Change, ...]:
    """What an explicit review as of an instant decides: `advance`, and one thing more.

    A changed ladder moves nobody by itself; here a member rises whose credits of the current period reach a
    higher tier of the ladder now in force. Twice is as good as once. Raises CreditsNotLoaded.
    """
    changes = advance(timeline, credits, ladders, as_of, judged_to)
    state = state_after(changes, timeline.latest)
    if state.effective_at > as_of:
        return ()
    risen = reach(state, as_of, [as_of], credits, ladders.at(as_of))
    return changes if risen is None else (*changes, risen)
