"""The proof's own reading of the order of consumption: soonest expiry first."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Findings
from loyalty_engine.ledger.lot import Lot


def order(lot: Lot) -> tuple[bool, int, int, int]:
    """Soonest expiry first, never-expiring last, then earned time, then number."""
    return (lot.expires_at is None, lot.expires_at or 0, lot.earned_at, lot.number)


def prove_order(entry: Entry, taken: Collection[int], lots: Iterable[Lot], findings: Findings) -> None:
    """No available point may be left, right after an entry, in a lot before the last that it took from.

    `lots` are those that it could have taken from.
    """
    lots = list(lots)
    last = max((order(lot) for lot in lots if lot.number in taken), default=None)
    for lot in lots:
        if lot.available and last is not None and order(lot) < last:
            findings.add("order-of-consumption", f"entry {entry.seq}", 0, lot.number)


def ways(moves: Iterable[Allocation]) -> list[tuple[str, str]]:
    """From which bucket to which each allocation moves points."""
    return [(str(move.source), str(move.target)) for move in moves]


def dead(lot: Lot, at: int) -> bool:
    """Whether a lot's life is over at an instant: at, not only after, its expiry."""
    return lot.expires_at is not None and lot.expires_at <= at
