"""Reassessing a timeline after credits changed: late ones correct history, returned ones end a tier."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_engine.ledger.account import CreditKey
from loyalty_engine.tiers.advance import is_quiet
from loyalty_engine.tiers.change import Change, Reason
from loyalty_engine.tiers.correction import correct, lower
from loyalty_engine.tiers.course import course, state_after
from loyalty_engine.tiers.credits import Credits
from loyalty_engine.tiers.grounds import holds
from loyalty_engine.tiers.ladder import Ladder
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.term_review import due_review
from loyalty_engine.tiers.timeline import BEGINNING, State, Timeline


def reassess(
    timeline: Timeline, credits: Credits, changed: Mapping[CreditKey, int], ladders: Ladders, now: int
) -> tuple[Change, ...]:
    """What a posting's credits change; `credits` are those after it, the timeline is advanced to `now`.

    Credits less: see `withdraw`. Credits more, of now or late: see `recompute`. Raises CreditsNotLoaded.
    """
    counted = {key: points for key, points in changed.items() if key[0] in ladders.currencies}
    less = {key: points for key, points in counted.items() if points < 0}
    more = [dated for (_, dated, _), points in counted.items() if points > 0]
    changes: tuple[Change, ...] = ()
    if less:
        changes = withdraw(timeline, credits, less, ladders, now)
        timeline = timeline.record(changes, recorded_at=now)
    if more:
        changes += recompute(timeline, credits, ladders, min(more), now)
    return changes


def recompute(
    timeline: Timeline, credits: Credits, ladders: Ladders, since: int, now: int
) -> tuple[Change, ...]:
    """What further credits change, the earliest of them dated `since`.

    History is gone through again from there, and no past instant is lowered. If something was withdrawn
    after it, what stood there before is no ground to build on: then all of history is gone through again.
    Raises CreditsNotLoaded.
    """
    state = timeline.latest
    if state.effective_at < since and is_quiet(state, credits, ladders, since - 1, now):
        return ()
    if any(row.reason == Reason.WITHDRAWN and row.effective_at >= since for row in timeline.earned):
        start, standing, after = State(), 0, BEGINNING
    else:
        start, standing, after = timeline.state_before(since), timeline.standing_before(since), since - 1
    ideal = course(start, after, credits, ladders, now, timeline.reached_at)
    return correct(timeline, start, standing, ideal, ladders)


def withdraw(
    timeline: Timeline,
    credits: Credits,
    returned: Mapping[CreditKey, int],
    ladders: Ladders,
    now: int,
) -> tuple[Change, ...]:
    """What returned credits (points below 0) change; `credits` are those that are left.

    Where the tier rested on them, all of history is gone through without them; if the member then stands
    lower, he does from now on, unless the ladder in force keeps a returned upgrade. A tier that was held
    beyond grace for pending credits, and for them alone, drops now. The past stays. Raises CreditsNotLoaded.
    """
    state, ladder = timeline.latest, ladders.at(now)
    if state.tier is None:
        return ()
    if ladder is not None and ladder.returned_upgrade == "withdraw":
        whole = credits.with_delta({key: -points for key, points in returned.items()})
        withdrawn = _withdrawn(timeline, credits, whole, ladders, ladder, now)
        if withdrawn is not None:
            return (withdrawn,)
    review = due_review(state, credits, ladders, now)
    return () if review is None else (review._replace(effective_at=now),)


def _withdrawn(
    timeline: Timeline, left: Credits, whole: Credits, ladders: Ladders, ladder: Ladder, now: int
) -> Change | None:
    state = timeline.latest
    stands = holds(timeline, left, whole, ladders)
    if stands and not (state.until is not None and state.until <= now):
        return None
    standing = _standing(left, timeline, ladders, now)
    if not lower(standing, state, ladder):
        return None
    rested = holds(timeline, whole, whole, ladders) and not stands
    if not rested and not lower(standing, _standing(whole, timeline, ladders, now), ladder):
        return None
    total = left.of(ladder.count).total(*ladder.window(now), now)
    rank = ladder.rank(state.tier)
    needed = None if rank is None else ladder.tiers[rank].reach
    return Change(now, standing.tier, standing.until, Reason.WITHDRAWN, total, needed, now)


def _standing(credits: Credits, timeline: Timeline, ladders: Ladders, now: int) -> State:
    """Where a member would stand who had these credits, and explicit reviews when this one had."""
    return state_after(course(State(), BEGINNING, credits, ladders, now, timeline.reached_at), State())
