"""What is due: releases and expiries that time alone brings, posted at their own instants."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from loyalty_engine.ledger.absorption import absorb
from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.entry import Bucket, EntryKind
from loyalty_engine.ledger.lot import Lot


def post_due(draft: Draft, now: int, recorded_at: int) -> None:
    """Post every release and expiry due at or before `now`, by instant, then lot; one entry per lot.

    Each takes effect at its own instant, so the entries do not depend on when this was called (but for
    recorded_at). Points released during a deficit pay it off at once. Held points outlive their lot.
    """
    own = draft.lots
    due = [(at, lot.number) for lot in own.values() if (at := lot.due_at) is not None and at <= now]
    due += [
        (at, number) for at, of_hold, number in draft.account.due_by(now) if not of_hold and number not in own
    ]
    heapify(due)
    while due:
        at, number = heappop(due)
        lot = draft.lot(number)
        assert lot is not None  # it was there when the dues were gathered
        if lot.dead_at(at):
            _expire(draft, lot, at, recorded_at)
            continue
        _release(draft, lot, recorded_at)
        next_at = draft.lots[number].due_at
        if next_at is not None and next_at <= now:
            heappush(due, (next_at, number))


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


def _expire(draft: Draft, lot: Lot, at: int, recorded_at: int) -> None:
    # Pending points die too when the lot's life ends before its release; rule files should not do that.
    rest = ((Bucket.PENDING, lot.pending), (Bucket.AVAILABLE, lot.available))
    moves = [Movement(lot.number, bucket, Bucket.OUT, points) for bucket, points in rest if points]
    lost = lot.pending + lot.available
    draft.post(
        EntryKind.EXPIRY,
        lot.currency,
        -lost,
        effective_at=at,
        counts_at=at,
        recorded_at=recorded_at,
        moves=moves,
    )
    draft.expired[lot.number] = draft.expired.get(lot.number, 0) + lost
