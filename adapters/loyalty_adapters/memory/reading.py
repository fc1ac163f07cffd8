"""Answering what a batch of commands asks, from a state in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from loyalty_adapters.memory.ledger import Ledger, bare
from loyalty_adapters.memory.originals import load_originals
from loyalty_adapters.memory.state import State
from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.calendar import EARLIEST
from loyalty_engine.engine.ports.store import Ask, Batch, Membership, TierRecord
from loyalty_engine.ledger.account import Account
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.lot import Lot

OWN = "member"  # the kind of a reference by the host's own id


def load(state: State, program: str, asks: Sequence[Ask]) -> Batch:
    """See `Store.load`. Due lots are those due at or before the latest `now` of the batch."""
    batch = Batch({}, {}, {}, max(state.ledgers, default=0) + 1)
    latest = max((ask.now for ask in asks), default=0)
    for ask in asks:
        for ref in (ask.member, *ask.identities):
            if (membership := find_member(state, program, ref)) is not None:
                batch.members[ref] = membership
        if ask.key is not None and (known := state.keys.get((program, ask.key))) is not None:
            batch.known[ask.key] = known.known
        if ask.member in batch.members:
            _load_account(state.ledgers[batch.members[ask.member].account], ask, batch, latest)
    load_originals(state, program, asks, batch)
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
    """An account with its balances and the lots due at or before `now`; copies, free to change.

    Where points are held, the open holds and the lots that they hold points of, too.
    """
    account = bare(ledger.account)
    account.balances = {currency: balance.copy() for currency, balance in ledger.balances.items()}
    holding = any(balance.held for balance in ledger.balances.values())
    holds = [hold for hold in ledger.holds.values() if holding and hold.status is HoldStatus.OPEN]
    account.holds = {hold.number: hold.copy() for hold in holds}
    held = {number for hold in holds for number, _ in hold.lots}
    account.lots = {
        lot.number: lot.copy()
        for lot in sorted(ledger.lots.values(), key=lambda lot: lot.consumption_order)
        if lot.number in held or (lot.due_at is not None and lot.due_at <= now)
    }
    return account


def tier_records(
    ledgers: Iterable[Ledger], since: int | None = None
) -> Iterator[tuple[Membership, TierRecord]]:
    """Of each account that somebody has: all changes of tier, and the credits dated from `since` on."""
    for ledger in ledgers:
        if ledger.membership is None:
            continue
        changes = [change for _, change in sorted(ledger.tier_changes.items())]
        dated = {key: points for key, points in ledger.credits.items() if since is None or key[1] >= since}
        yield ledger.membership, TierRecord(changes, dated, since, ledger.account.clock)


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
    if ask.hold is not None and ask.hold in ledger.holds:
        hold = account.holds[ask.hold] = ledger.holds[ask.hold].copy()
        account.lots |= {lot: ledger.lots[lot].copy() for lot, _ in hold.lots}
    _load_tiers(ledger, ask, batch)
    if ask.attributes:
        batch.attributes[number] = sorted(ledger.attributes.values(), key=lambda one: one[:2])


def _load_tiers(ledger: Ledger, ask: Ask, batch: Batch) -> None:
    if ask.credits_since is None:
        return
    account, since = ledger.account, ask.credits_since
    if account.clock < ask.all_credits_before:
        since = EARLIEST
    before = batch.tiers.get(account.number)
    if before is not None and before.since is not None:
        since = min(since, before.since)
    batch.tiers |= {member.account: record for member, record in tier_records([ledger], since)}


def due_accounts(state: State, program: str | None, now: int, after: int, limit: int) -> Sequence[int]:
    """See `Store.due_accounts`."""
    due = (
        number
        for number, ledger in sorted(state.ledgers.items())
        if number > after
        and program in (None, ledger.program)
        and any(one.due_at is not None and one.due_at <= now for one in timed(ledger))
    )
    return list(islice(due, limit))


def timed(ledger: Ledger) -> Iterator[Lot | Hold]:
    """Everything that time may change."""
    yield from ledger.lots.values()
    yield from ledger.holds.values()
