"""What a return needs of the activity that it names, from a state in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from loyalty_adapters.memory.ledger import Ledger
from loyalty_adapters.memory.state import State
from loyalty_engine.activity.activity import ActivityKey, Original
from loyalty_engine.engine.ports.store import Ask, Batch, OriginalActivity, Payment
from loyalty_engine.ledger.entry import Bucket, Entry, EntryKind

MOST_CANDIDATES = 8  # as in SQL: in one account, of one reference by id alone

_Found = dict[tuple[int, int], OriginalActivity]  # by account and number


def load_originals(state: State, program: str, asks: Sequence[Ask], batch: Batch) -> None:
    """What the members of the batch did under the names that returns give, and the lots that paid for it."""
    found: _Found = {}
    for ask in asks:
        if ask.original is None:
            continue
        named = batch.originals.setdefault(ask.original, [])
        mine = batch.members.get(ask.member)
        if mine is not None and all(one.activity.account != mine.account for one in named):
            named += _named(state, program, ask.original, mine.account, found)
    for original in found.values():
        _load_paid_from(state.ledgers[original.activity.account], original.payments, batch)


def _named(
    state: State, program: str, original: Original, account: int, found: _Found
) -> list[OriginalActivity]:
    keys = sorted(state.named.get((program, original.id), ()))
    named = (state.keys[program, key] for key in keys if _names(original, key))
    own = (number for known, number in named if known.account == account)
    originals = []
    for number in islice(own, MOST_CANDIDATES):
        assert number is not None
        place = (account, number)
        if place not in found:
            found[place] = _original(state.ledgers[account], number)
        originals.append(found[place])
    return originals


def _names(original: Original, key: ActivityKey) -> bool:
    return original.source in (None, key.source) and original.type in (None, key.type)


def _original(ledger: Ledger, number: int) -> OriginalActivity:
    entries = [entry for _, entry in sorted(ledger.entries.items())]
    own = [entry for entry in entries if entry.activity == number]
    accruals = {entry.seq for entry in own if entry.kind == EntryKind.ACCRUAL}
    expired: dict[int, int] = {}
    for move in ledger.allocations.values():
        dies = ledger.entries[move.seq].kind == EntryKind.EXPIRY and move.target == Bucket.OUT
        if move.lot in accruals and dies:
            expired[move.lot] = expired.get(move.lot, 0) + move.points
    return OriginalActivity(
        activity=ledger.activities[number],
        entries=[entry for entry in entries if entry.seq in accruals or entry.reverses in accruals],
        awards={seq: award for seq, award in ledger.awards.items() if seq in accruals},
        expired=expired,
        returned={line: back for (of, line), back in ledger.returned.items() if of == number},
        payments=[_payment(ledger, entry) for entry in own if entry.kind == EntryKind.REDEMPTION],
    )


def _payment(ledger: Ledger, redemption: Entry) -> Payment:
    undone = [entry for _, entry in sorted(ledger.entries.items()) if entry.reverses == redemption.seq]
    return Payment(
        redemption, _parts(ledger, redemption), [(entry, _parts(ledger, entry)) for entry in undone]
    )


def _parts(ledger: Ledger, entry: Entry) -> tuple[tuple[int, int], ...]:
    moves = [move for move in ledger.allocations.values() if move.seq == entry.seq]
    return tuple(sorted((move.lot, move.points) for move in moves))


def _load_paid_from(ledger: Ledger, payments: Iterable[Payment], batch: Batch) -> None:
    account = batch.accounts[ledger.account.number]
    for payment in payments:
        for number, _ in payment.lots:
            if account.lot(number) is None:
                account.put(ledger.lots[number].copy())
