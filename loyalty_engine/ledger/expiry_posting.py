"""Posting of expiries: points of a dead lot leave the account, and the draft remembers how many."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.entry import Bucket, EntryKind
from loyalty_engine.ledger.lot import Lot


def expire_rest(draft: Draft, lot: Lot, at: int, recorded_at: int) -> None:
    """Let everything of a dead lot expire that is not held."""
    # Pending points die too when the lot's life ends before its release; rule files should not do that.
    rest = ((Bucket.PENDING, lot.pending), (Bucket.AVAILABLE, lot.available))
    moves = [Movement(lot.number, bucket, Bucket.OUT, points) for bucket, points in rest if points]
    _post(draft, lot, moves, at, recorded_at, None)


def expire_held(draft: Draft, lot: Lot, points: int, hold: int, at: int, recorded_at: int) -> None:
    """Let points of a dead lot expire whose hold ends at this instant."""
    _post(draft, lot, [Movement(lot.number, Bucket.HELD, Bucket.OUT, points)], at, recorded_at, hold)


def _post(
    draft: Draft, lot: Lot, moves: Sequence[Movement], at: int, recorded_at: int, hold: int | None
) -> None:
    lost = sum(move.points for move in moves)
    draft.post(
        EntryKind.EXPIRY,
        lot.currency,
        -lost,
        effective_at=at,
        counts_at=at,
        recorded_at=recorded_at,
        moves=moves,
        hold=hold,
    )
    draft.expired[lot.number] = draft.expired.get(lot.number, 0) + lost
