"""What an account shows of each currency at an instant: lives are judged, nothing is posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from loyalty_engine.ledger.account import Balance
from loyalty_engine.ledger.entry import Allocation, Bucket, Entry, EntryKind
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.lot import NEVER, Lot


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
class _Share:
    """What is left of a lot, judged at an instant."""

    number: int
    free: int  # neither held nor out
    held: int
    earned_at: int
    available_at: int
    expires_at: int
    released: bool  # its release is posted, or it had none


class _Kept(NamedTuple):
    """A hold that is open, judged at an instant: what it still holds of each lot."""

    number: int
    until: int
    parts: dict[int, int]


def balance_at(
    entries: Iterable[Entry], allocations: Iterable[Allocation], at: int, known_at: int
) -> dict[str, Standing]:
    """What an account shows as of `at`, as it was known at `known_at`; both microseconds UTC.

    Entries count that took effect at or before `at` and were recorded at or before `known_at`; a lot's
    life is judged at `at`, whatever was posted of it. A debit recorded late may have drawn on a lot that
    opened after `at`: it then lowers what is shown available, and what is lacking is shown as deficit. A
    credit recorded late may have paid off a debt that arose after `at`: its points then are in their lot.
    """
    shares: dict[str, dict[int, _Share]] = {}
    debts: dict[str, int] = {}
    kept: dict[str, dict[int, _Kept]] = {}
    seen: dict[int, Entry] = {}
    for entry in entries:
        if entry.effective_at > at or entry.recorded_at > known_at:
            continue
        seen[entry.seq] = entry
        lots = shares.setdefault(entry.currency, {})
        if entry.available_at is not None:
            lots[entry.seq] = _opened(entry, entry.available_at)
        else:
            debts[entry.currency] = debts.get(entry.currency, 0) - entry.points
        if entry.kind == EntryKind.HOLD and entry.expires_at is not None:
            kept.setdefault(entry.currency, {})[entry.seq] = _Kept(entry.seq, entry.expires_at, {})
    absorbed: list[tuple[_Share, Allocation]] = []
    for move in allocations:
        of = seen.get(move.seq)
        share = None if of is None else shares[of.currency].get(move.lot)
        if of is None or share is None:
            continue
        if of.kind == EntryKind.ABSORPTION:
            absorbed.append((share, move))
        else:
            debts[of.currency] -= _apply(share, move)
            _keep(kept.get(of.currency, {}), of, move)
    for share, move in absorbed:
        currency = seen[move.seq].currency
        paid = min(move.points, max(debts[currency], 0))
        debts[currency] -= paid
        share.free -= paid
    return {
        name: _judge(lots.values(), kept.get(name, {}).values(), debts.get(name, 0), at)
        for name, lots in shares.items()
    }


def balance_now(
    lots: Iterable[Lot], holds: Iterable[Hold], balances: Mapping[str, Balance], now: int
) -> dict[str, Standing]:
    """What an account shows now, from its stored balances, every lot with something left and open hold.

    What is due and not yet posted is judged, so it equals `balance_at(..., now, now)` and what a posting
    of the due would leave.
    """
    shares: dict[str, list[_Share]] = {currency: [] for currency in balances}
    kept: dict[str, list[_Kept]] = {currency: [] for currency in balances}
    for lot in lots:
        shares[lot.currency].append(_stored(lot))
    for hold in holds:
        if hold.due_at is not None:
            kept[hold.currency].append(_Kept(hold.number, hold.due_at, dict(hold.lots)))
    return {
        name: _judge(shares[name], kept[name], balance.deficit, now) for name, balance in balances.items()
    }


def _opened(entry: Entry, available_at: int) -> _Share:
    expires_at = NEVER if entry.expires_at is None else entry.expires_at
    released = available_at <= entry.effective_at
    return _Share(entry.seq, entry.points, 0, entry.counts_at, available_at, expires_at, released)


def _stored(lot: Lot) -> _Share:
    expires_at = NEVER if lot.expires_at is None else lot.expires_at
    free, released = lot.pending + lot.available, not lot.pending
    return _Share(lot.number, free, lot.held, lot.earned_at, lot.available_at, expires_at, released)


def _apply(share: _Share, move: Allocation) -> int:
    """Move points of a lot; gives how many left the account, a negative number when they came back."""
    out = 0
    for bucket, points in ((move.source, -move.points), (move.target, move.points)):
        if bucket == Bucket.OUT:
            out += points
        elif bucket == Bucket.HELD:
            share.held += points
        else:
            share.free += points
    if move.source == Bucket.PENDING and move.target == Bucket.AVAILABLE:
        share.released = True
    return out


def _keep(kept: Mapping[int, _Kept], of: Entry, move: Allocation) -> None:
    """Follow what a hold holds of each lot, if time can end it."""
    hold = kept.get(of.seq if of.kind == EntryKind.HOLD else of.hold or 0)
    if hold is not None:
        points = move.points if move.target == Bucket.HELD else -move.points
        hold.parts[move.lot] = hold.parts.get(move.lot, 0) + points


def _judge(shares: Iterable[_Share], kept: Iterable[_Kept], debt: int, at: int) -> Standing:
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


def _come_free(lots: list[_Share], kept: Iterable[_Kept], debt: int, at: int) -> int:
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


def _order(lot: _Share) -> tuple[int, int, int]:
    return (lot.expires_at, lot.earned_at, lot.number)


def _expiring(open_lots: list[_Share], debt: int) -> tuple[Expiring, ...]:
    """Points by the instant they die at; a debt takes from the soonest first, as any debit would."""
    by_instant: dict[int, int] = {}
    for lot in sorted(open_lots, key=_order):
        paid = min(max(debt, 0), lot.free)
        debt -= paid
        if lot.free > paid and lot.expires_at != NEVER:
            by_instant[lot.expires_at] = by_instant.get(lot.expires_at, 0) + lot.free - paid
    return tuple(Expiring(at, points) for at, points in by_instant.items())
