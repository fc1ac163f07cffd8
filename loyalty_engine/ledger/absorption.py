"""Absorption: points that become available pay off a deficit first."""

from __future__ import annotations

from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.entry import Bucket, EntryKind


def absorb(draft: Draft, lot: int, currency: str, effective_at: int, recorded_at: int) -> None:
    """Post what an account's deficit takes of a lot that has just become available; nothing without one.

    An entry of 0 points: available points and deficit fall by the same, so their difference stays. It
    goes directly after the entry that made the points available, so that no deficit stands beside them.
    """
    deficit = draft.balance(currency).deficit
    if not deficit:
        return
    points = min(deficit, draft.lots[lot].available)
    draft.post(
        EntryKind.ABSORPTION,
        currency,
        0,
        effective_at=effective_at,
        counts_at=effective_at,
        recorded_at=recorded_at,
        moves=(Movement(lot, Bucket.AVAILABLE, Bucket.OUT, points),),
    )
