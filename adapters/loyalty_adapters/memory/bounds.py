"""The last line of defence in memory: what SQL holds by CHECK constraints."""

from __future__ import annotations

from loyalty_engine.errors import InvariantViolation
from loyalty_engine.ledger.account import Balance, ReturnedLine
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.tiers.change import TierChange


def check_balance(balance: Balance) -> None:
    """No bucket below zero, and no points available beside a deficit."""
    buckets = (balance.available, balance.pending, balance.held, balance.deficit)
    _must(min(buckets) >= 0 and not (balance.deficit and balance.available), f"a balance of {balance}")


def check_lot(lot: Lot) -> None:
    """No bucket below zero, and together no more than came in."""
    inside = min(lot.pending, lot.available, lot.held) >= 0 and lot.remaining <= lot.original
    _must(inside and lot.original > 0, f"a lot of {lot}")


def check_entry(entry: Entry) -> None:
    """Numbered from 1; what opens a lot brings points."""
    _must(entry.seq > 0 and entry.digest >= 0, f"an entry numbered {entry.seq}")
    _must(not entry.opens_lot or entry.points > 0, f"a lot opened with {entry.points} points")


def check_allocation(allocation: Allocation) -> None:
    """Points move, and from one bucket to another."""
    moves = allocation.points > 0 and allocation.source != allocation.target
    _must(moves, f"an allocation of {allocation}")


def check_count(used: int) -> None:
    """Nobody has used less than nothing of a cap."""
    _must(used >= 0, f"a count of {used}")


def check_returned(line: ReturnedLine) -> None:
    """No quantity below zero."""
    _must(line.quantity >= 0, f"a returned line of {line}")


def check_hold(hold: Hold) -> None:
    """It set points aside, captured no more than those, and holds points of lots exactly while it is open."""
    within = hold.number > 0 and hold.points > 0 and 0 <= hold.captured <= hold.points
    holding = bool(hold.lots) == (hold.status == HoldStatus.OPEN)
    _must(within and holding and hold.status in list(HoldStatus), f"a hold of {hold}")


def check_change(change: TierChange) -> None:
    """Numbered from 1."""
    _must(change.number > 0, f"a change of tier numbered {change.number}")


def _must(promise: bool, what: str) -> None:
    if not promise:
        raise InvariantViolation(f"the store refuses {what}")
