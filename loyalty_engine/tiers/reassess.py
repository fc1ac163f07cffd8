"""Reassessing a timeline after credits changed: late ones correct history, returned ones end a tier."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_engine.ledger.account import CreditKey
from loyalty_engine.tiers.advance import is_quiet
from loyalty_engine.tiers.change import Change, Reason, TierChange
from loyalty_engine.tiers.correction import correct, lower
from loyalty_engine.tiers.course import course, state_after
from loyalty_engine.tiers.credits import Credits
from loyalty_engine.tiers.ladder import Ladder
from loyalty_engine.tiers.ladders import Ladders
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

    The whole of history is gone through with them and without them. If the member would stand lower now
    without them, he does from now on, unless the ladder in force keeps a returned upgrade. The past stays.
    Raises CreditsNotLoaded.
    """
    state, ladder = timeline.latest, ladders.at(now)
    if state.tier is None or ladder is None or ladder.returned_upgrade == "keep":
        return ()
    if _still_stands(timeline, credits, ladders, now):
        return ()
    whole = credits.with_delta({key: -points for key, points in returned.items()})
    looks = timeline.reached_at
    kept = state_after(course(State(), BEGINNING, whole, ladders, now, looks), State())
    left = state_after(course(State(), BEGINNING, credits, ladders, now, looks), State())
    if not lower(left, kept, ladder) or not lower(left, state, ladder):
        return ()
    total = credits.of(ladder.count).total(*ladder.window(now), now)
    return (Change(now, left.tier, left.until, Reason.WITHDRAWN, total, _reach(state, ladder), now),)


def _reach(state: State, ladder: Ladder) -> int | None:
    rank = ladder.rank(state.tier)
    return None if rank is None else ladder.tiers[rank].reach


def _still_stands(timeline: Timeline, credits: Credits, ladders: Ladders, now: int) -> bool:
    """Whether the rows since a tier was last reached hold on these credits too, and no review is pending.

    False says nothing: a row may rest on a period that it does not name.
    """
    rows = timeline.earned
    if rows[-1].until is not None and rows[-1].until <= now:
        return False
    for position in reversed(range(len(rows))):
        row = rows[position]
        if row.reason == Reason.REACHED:
            return _holds(row, row.effective_at, credits, ladders, renewed=False)
        end = rows[position - 1].until if position else None
        if row.reason != Reason.RENEWED or end is None:
            return False
        if not _holds(row, end, credits, ladders, renewed=True):
            return False
    return False


def _holds(row: TierChange, decided_at: int, credits: Credits, ladders: Ladders, *, renewed: bool) -> bool:
    ladder = ladders.at(decided_at)
    if ladder is None or row.needed is None:
        return False
    window = ladder.last_complete(decided_at) if renewed else ladder.window(decided_at)
    return credits.of(ladder.count).total(*window, row.effective_at) >= row.needed
