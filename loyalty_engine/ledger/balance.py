"""What an account shows of each currency at an instant: lives are judged, nothing is posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loyalty_engine.ledger.account import Balance
from loyalty_engine.ledger.entry import Allocation, Bucket, Entry, EntryKind
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.lot import NEVER, Lot
from loyalty_engine.ledger.standing import Kept, Share, Standing, judge


def balance_at(
    entries: Iterable[Entry], allocations: Iterable[Allocation], at: int, known_at: int
) -> dict[str, Standing]:
    """What an account shows as of `at`, as it was known at `known_at`; both microseconds UTC.

    Entries count that took effect at or before `at` and were recorded at or before `known_at`; a lot's
    life is judged at `at`, whatever was posted of it. A debit recorded late may have drawn on a lot that
    opened after `at`: it then lowers what is shown available, and what is lacking is shown as deficit. A
    credit recorded late may have paid off a debt that arose after `at`: its points then are in their lot.
    """
    shares: dict[str, dict[int, Share]] = {}
    debts: dict[str, int] = {}
    kept: dict[str, dict[int, Kept]] = {}
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
            kept.setdefault(entry.currency, {})[entry.seq] = Kept(entry.seq, entry.expires_at, {})
    absorbed: list[tuple[Share, Allocation]] = []
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
        name: judge(lots.values(), kept.get(name, {}).values(), debts.get(name, 0), at)
        for name, lots in shares.items()
    }


def balance_now(
    lots: Iterable[Lot], holds: Iterable[Hold], balances: Mapping[str, Balance], now: int
) -> dict[str, Standing]:
    """What an account shows now, from its stored balances, every lot with something left and open hold.

    What is due and not yet posted is judged, so it equals `balance_at(..., now, now)` and what a posting
    of the due would leave.
    """
    shares: dict[str, list[Share]] = {currency: [] for currency in balances}
    kept: dict[str, list[Kept]] = {currency: [] for currency in balances}
    for lot in lots:
        shares[lot.currency].append(_stored(lot))
    for hold in holds:
        if hold.due_at is not None:
            kept[hold.currency].append(Kept(hold.number, hold.due_at, dict(hold.lots)))
    return {name: judge(shares[name], kept[name], balance.deficit, now) for name, balance in balances.items()}


def _opened(entry: Entry, available_at: int) -> Share:
    expires_at = NEVER if entry.expires_at is None else entry.expires_at
    released = available_at <= entry.effective_at
    return Share(entry.seq, entry.points, 0, entry.counts_at, available_at, expires_at, released)


def _stored(lot: Lot) -> Share:
    expires_at = NEVER if lot.expires_at is None else lot.expires_at
    free, released = lot.pending + lot.available, not lot.pending
    return Share(lot.number, free, lot.held, lot.earned_at, lot.available_at, expires_at, released)


def _apply(share: Share, move: Allocation) -> int:
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


def _keep(kept: Mapping[int, Kept], of: Entry, move: Allocation) -> None:
    """Follow what a hold holds of each lot, if time can end it."""
    hold = kept.get(of.seq if of.kind == EntryKind.HOLD else of.hold or 0)
    if hold is not None:
        points = move.points if move.target == Bucket.HELD else -move.points
        hold.parts[move.lot] = hold.parts.get(move.lot, 0) + points
