"""Answering what a batch of commands asks, from a state in memory."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from loyalty_adapters.memory.ledger import Ledger, bare
from loyalty_adapters.memory.state import State
from loyalty_engine.activity.activity import ActivityKey, MemberRef, Original
from loyalty_engine.engine.ports.store import Ask, Batch, Membership, OriginalActivity
from loyalty_engine.ledger.account import Account
from loyalty_engine.ledger.entry import Bucket, EntryKind

OWN = "member"  # the kind of a reference by the host's own id
MOST_CANDIDATES = 8  # as in SQL: in one account, of one reference by id alone


def load(state: State, program: str, asks: Sequence[Ask]) -> Batch:
    """See `Store.load`. Due lots are those due at or before the latest `now` of the batch."""
    batch = Batch({}, {}, {}, max(state.ledgers, default=0) + 1)
    latest = max((ask.now for ask in asks), default=0)
    found: dict[tuple[int, int], OriginalActivity] = {}
    for ask in asks:
        for ref in (ask.member, *ask.identities):
            if (membership := find_member(state, program, ref)) is not None:
                batch.members[ref] = membership
        if ask.key is not None and (known := state.keys.get((program, ask.key))) is not None:
            batch.known[ask.key] = known.known
        if ask.original is not None:
            named = batch.originals.setdefault(ask.original, [])
            mine = batch.members.get(ask.member)
            if mine is not None and all(one.activity.account != mine.account for one in named):
                named += _originals(state, program, ask.original, mine.account, found)
        if ask.member in batch.members:
            _load_account(state.ledgers[batch.members[ask.member].account], ask, batch, latest)
    for account in batch.accounts.values():
        account.lots = dict(sorted(account.lots.items(), key=lambda pair: pair[1].consumption_order))
    return batch


def find_member(state: State, program: str, ref: MemberRef) -> Membership | None:
    """Who is enrolled under an own id or an identity in force."""
    if ref.kind == OWN:
        number = state.members.get((program, ref.value))
    else:
        number = state.identities.get((program, *ref))
    return None if number is None else state.ledgers[number].membership


def account_of(ledger: Ledger, now: int) -> Account:
    """An account with its balances and the lots due at or before `now`; copies, free to change."""
    account = bare(ledger.account)
    account.balances = {currency: balance.copy() for currency, balance in ledger.balances.items()}
    account.lots = {
        lot.number: lot.copy()
        for lot in sorted(ledger.lots.values(), key=lambda lot: lot.consumption_order)
        if lot.due_at is not None and lot.due_at <= now
    }
    return account


def _load_account(ledger: Ledger, ask: Ask, batch: Batch, latest: int) -> None:
    number = ledger.account.number
    if number not in batch.accounts:
        batch.accounts[number] = account_of(ledger, latest)
    account = batch.accounts[number]
    if ask.open_lots:
        account.lots |= {lot.number: lot.copy() for lot in ledger.lots.values() if lot.remaining}
    for key, used in ledger.counters.items():
        if ask.all_counters or (key.period, key.starts_at) in ask.period_starts:
            account.counters[key] = used
    if ask.first_of_type is not None:
        instants = [one.at for one in ledger.activities.values() if one.key.type == ask.first_of_type]
        if instants:
            batch.first_at[number, ask.first_of_type] = min(instants)
    if ask.attributes:
        batch.attributes[number] = sorted(ledger.attributes.values(), key=lambda one: one[:2])
        batch.links[number] = sorted(ledger.links.values(), key=lambda link: link[:4])


def _originals(
    state: State,
    program: str,
    original: Original,
    account: int,
    found: dict[tuple[int, int], OriginalActivity],
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
    accruals = {e.seq for e in entries if e.activity == number and e.kind == EntryKind.ACCRUAL}
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
    )


def due_accounts(state: State, program: str | None, now: int, after: int, limit: int) -> Sequence[int]:
    """See `Store.due_accounts`."""
    due = (
        number
        for number, ledger in sorted(state.ledgers.items())
        if number > after
        and program in (None, ledger.program)
        and any(lot.due_at is not None and lot.due_at <= now for lot in ledger.lots.values())
    )
    return list(islice(due, limit))
