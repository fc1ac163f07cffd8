"""What is due: releases, expiries and ends of holds that time alone brings, posted at their own instants."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from loyalty_engine.ledger.absorption import absorb
from loyalty_engine.ledger.account import Due
from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.entry import Bucket, EntryKind
from loyalty_engine.ledger.expiry_posting import expire_rest
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.hold_release import HoldEnd, post_hold_release
from loyalty_engine.ledger.lot import Lot


def post_due(draft: Draft, now: int, recorded_at: int) -> None:
    """Post everything due at or before `now`, by instant, lots before holds, then number.

    Each takes effect at its own instant, so the entries do not depend on when this was called (but for
    recorded_at). Points released during a deficit pay it off at once. Held points outlive their lot, and
    those that a hold's end gives back to a living lot may expire in the same call.
    """
    due = _due_by(draft, now)
    while due:
        at, of_hold, number = heappop(due)
        one = draft.hold(number) if of_hold else draft.lot(number)
        if one is None or one.due_at != at:  # noted twice, and posted once
            continue
        touched = [number]
        if isinstance(one, Hold):
            post_hold_release(draft, one, at, recorded_at, HoldEnd.TIMED_OUT)
            touched = [lot for lot, _ in one.lots]
        elif one.dead_at(at):
            expire_rest(draft, one, at, recorded_at)
        else:
            _release(draft, one, recorded_at)
        for changed in map(draft.lot, touched):
            next_at = None if changed is None else changed.due_at
            if changed is not None and next_at is not None and next_at <= now:
                heappush(due, Due(next_at, False, changed.number))


def _due_by(draft: Draft, now: int) -> list[Due]:
    """What is due as the draft sees it, as a heap."""
    lots, holds = draft.lots, draft.holds
    due = [
        Due(at, False, lot.number) for lot in lots.values() if (at := lot.due_at) is not None and at <= now
    ]
    due += [
        Due(at, True, one.number) for one in holds.values() if (at := one.due_at) is not None and at <= now
    ]
    due += [one for one in draft.account.due_by(now) if one.number not in (holds if one.of_hold else lots)]
    heapify(due)
    return due


def _release(draft: Draft, lot: Lot, recorded_at: int) -> None:
    at = lot.available_at
    draft.post(
        EntryKind.RELEASE,
        lot.currency,
        0,
        effective_at=at,
        counts_at=lot.earned_at,
        recorded_at=recorded_at,
        moves=(Movement(lot.number, Bucket.PENDING, Bucket.AVAILABLE, lot.pending),),
    )
    absorb(draft, lot.number, lot.currency, at, recorded_at)
