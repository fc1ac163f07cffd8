"""Judging the lives of lots and holds at an instant, whatever is posted of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from loyalty_engine.ledger.lot import NEVER


class Expiring(NamedTuple):
    """Available points that die at one instant if nobody uses them."""

    at: int
    points: int


class Standing(NamedTuple):
    """What an account has of one currency at an instant."""

    available: int = 0
    pending: int = 0
    held: int = 0
    deficit: int = 0
    expiring: tuple[Expiring, ...] = ()  # of the available points, by instant


@dataclass(slots=True)
class Share:
    """What is left of a lot, judged at an instant."""

    number: int
    free: int  # neither held nor out
    held: int
    earned_at: int
    available_at: int
    expires_at: int
    released: bool  # its release is posted, or it had none


class Kept(NamedTuple):
    """A hold that is open, judged at an instant: what it still holds of each lot."""

    number: int
    until: int
    parts: dict[int, int]


def judge(shares: Iterable[Share], kept: Iterable[Kept], debt: int, at: int) -> Standing:
    """Judge lives at an instant; a positive debt is paid off first by what came free unposted."""
    lots = list(shares)
    debt = _come_free(lots, kept, debt, at)
    alive = [lot for lot in lots if lot.expires_at > at]
    open_lots = [lot for lot in alive if lot.available_at <= at]
    available = sum(lot.free for lot in open_lots) - debt
    return Standing(
        available=max(available, 0),
        pending=sum(lot.free for lot in alive if lot.available_at > at),
        held=sum(lot.held for lot in lots),
        deficit=max(-available, 0),
        expiring=_expiring(open_lots, debt),
    )


def _come_free(lots: list[Share], kept: Iterable[Kept], debt: int, at: int) -> int:
    """Judge unposted releases and ends of holds in their order; gives what is left of a debt."""
    freed = [
        (lot.available_at, False, lot.number, [(lot, 0)])
        for lot in lots
        if not lot.released and lot.available_at <= at
    ]
    due = [hold for hold in kept if hold.until <= at]
    by_number = {lot.number: lot for lot in lots} if due else {}
    for hold in due:
        parts = [(by_number[number], points) for number, points in hold.parts.items()]
        freed.append((hold.until, True, hold.number, sorted(parts, key=lambda part: _order(part[0]))))
    for instant, _, _, parts in sorted(freed, key=lambda one: one[:3]):
        for lot, held in parts:
            lot.held -= held
            if instant < lot.expires_at:
                lot.free += held
                paid = min(max(debt, 0), lot.free)
                debt, lot.free = debt - paid, lot.free - paid
    return debt


def _order(lot: Share) -> tuple[int, int, int]:
    return (lot.expires_at, lot.earned_at, lot.number)


def _expiring(open_lots: list[Share], debt: int) -> tuple[Expiring, ...]:
    """Points by the instant they die at; a debt takes from the soonest first, as any debit would."""
    by_instant: dict[int, int] = {}
    for lot in sorted(open_lots, key=_order):
        paid = min(max(debt, 0), lot.free)
        debt -= paid
        if lot.free > paid and lot.expires_at != NEVER:
            by_instant[lot.expires_at] = by_instant.get(lot.expires_at, 0) + lot.free - paid
    return tuple(Expiring(at, points) for at, points in by_instant.items())
