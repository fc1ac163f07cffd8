"""The last line of defence in memory: what SQL holds by CHECK constraints."""

from __future__ import annotations

from loyalty_engine.errors import InvariantViolation
from loyalty_engine.ledger.account import Balance, ReturnedLine
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.lot import Lot


def check_balance(balance: Balance) -> None:
    """No bucket below zero, and no points available beside a deficit."""
    buckets = (balance.available, balance.pending, balance.held, balance.deficit)
    _hold(min(buckets) >= 0 and not (balance.deficit and balance.available), f"a balance of {balance}")


def check_lot(lot: Lot) -> None:
    """No bucket below zero, and together no more than came in."""
    inside = min(lot.pending, lot.available, lot.held) >= 0 and lot.remaining <= lot.original
    _hold(inside and lot.original > 0, f"a lot of {lot}")


def check_entry(entry: Entry) -> None:
    """Numbered from 1; what opens a lot brings points."""
    _hold(entry.seq > 0 and entry.digest >= 0, f"an entry numbered {entry.seq}")
    _hold(not entry.opens_lot or entry.points > 0, f"a lot opened with {entry.points} points")


def check_allocation(allocation: Allocation) -> None:
    """Points move, and from one bucket to another."""
    moves = allocation.points > 0 and allocation.source != allocation.target
    _hold(moves, f"an allocation of {allocation}")


def check_count(used: int) -> None:
    """Nobody has used less than nothing of a cap."""
    _hold(used >= 0, f"a count of {used}")


def check_returned(line: ReturnedLine) -> None:
    """No quantity below zero."""
    _hold(line.quantity >= 0, f"a returned line of {line}")


def _hold(promise: bool, what: str) -> None:
    if not promise:
        raise InvariantViolation(f"the store refuses {what}")
