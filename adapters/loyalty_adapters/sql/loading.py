"""Loading what a batch of commands needs: one statement per kind of thing, and only what is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from loyalty_adapters.sql import reads
from loyalty_adapters.sql.loading_originals import load_originals
from loyalty_adapters.sql.rows import to_counter, to_lot
from loyalty_adapters.sql.sqlite_executor import Row, SqliteExecutor
from loyalty_engine.activity.activity import ActivityKey, MemberRef, Original
from loyalty_engine.engine.ports.store import Ask, Attribute, Batch, IdentityLink, Known, Membership
from loyalty_engine.ledger.account import Account, Balance

OWN = "member"  # the kind of a reference by the host's own id


@dataclass(slots=True)
class _Needs:
    """What is asked for of accounts that exist, over a whole batch."""

    open_lots: set[int] = field(default_factory=set)
    periods: set[tuple[int, str, int]] = field(default_factory=set)
    all_counters: set[int] = field(default_factory=set)
    types: set[tuple[int, str]] = field(default_factory=set)
    attributes: set[int] = field(default_factory=set)


def load(executor: SqliteExecutor, program: str, asks: Sequence[Ask]) -> Batch:
    """See `Store.load`. Due lots are those due at or before the latest `now` of the batch."""
    rows = _member_rows(executor, program, {ref for ask in asks for ref in (ask.member, *ask.identities)})
    members = _memberships(rows)
    wanted = {ask.member for ask in asks}
    accounts = {row[2]: Account(*row[2:]) for ref, row in rows.items() if ref in wanted}
    known = _known(executor, program, {ask.key for ask in asks if ask.key is not None})
    batch = Batch(members, accounts, known, _next_account(executor))
    needs = _needs(asks, members)
    latest = max((ask.now for ask in asks), default=0)
    load_state(executor, accounts, needs.open_lots, latest)
    _load_facts(executor, batch, needs)
    _load_profiles(executor, batch, needs.attributes)
    originals = _originals(asks, members)
    if originals:
        batch.originals = load_originals(executor, program, originals)
    return batch


def memberships(executor: SqliteExecutor, program: str, refs: set[MemberRef]) -> dict[MemberRef, Membership]:
    """Who is enrolled under own ids and linked identities."""
    return _memberships(_member_rows(executor, program, refs))


def load_accounts(executor: SqliteExecutor, numbers: Iterable[int], now: int) -> dict[int, Account]:
    """See `Store.load_accounts`."""
    rows = executor.rows_of(reads.accounts, sorted(set(numbers)))
    accounts = {row[0]: Account(*row) for row in rows}
    load_state(executor, accounts, (), now)
    return accounts


def load_state(
    executor: SqliteExecutor, accounts: dict[int, Account], all_open: Collection[int], now: int
) -> None:
    """Fill in balances, and of lots the due ones or, for the accounts in `all_open`, every open one."""
    if not accounts:
        return
    for number, currency, *buckets in executor.rows_of(reads.balances, list(accounts)):
        accounts[number].balances[currency] = Balance(*buckets)
    rows: list[Row] = []
    if all_open:
        rows += executor.rows_of(reads.open_lots, list(all_open))
    if len(all_open) < len(accounts):
        others = [number for number in accounts if number not in all_open]
        rows += executor.rows_of(reads.due_lots, others, now=now)
    lots = sorted(((row[0], to_lot(row)) for row in rows), key=lambda pair: pair[1].consumption_order)
    for number, lot in lots:
        accounts[number].lots[lot.number] = lot


def _memberships(rows: dict[MemberRef, Row]) -> dict[MemberRef, Membership]:
    return {ref: Membership(row[0], row[2], row[1]) for ref, row in rows.items()}


def _member_rows(executor: SqliteExecutor, program: str, refs: set[MemberRef]) -> dict[MemberRef, Row]:
    """By reference: (member, enrolled_at, and the account's columns)."""
    own = [ref.value for ref in refs if ref.kind == OWN]
    linked = [ref for ref in refs if ref.kind != OWN]
    found: dict[MemberRef, Row] = {}
    if own:
        for row in executor.rows_of(reads.own_members, own, program=program):
            found[MemberRef(OWN, row[0])] = row
    if linked:
        for row in executor.rows_of(reads.linked_members, linked, program=program):
            found[MemberRef(row[0], row[1])] = row[2:]
    return found


def _next_account(executor: SqliteExecutor) -> int:
    highest: int | None = executor.value(reads.highest_account)
    return (highest or 0) + 1


def _known(executor: SqliteExecutor, program: str, keys: set[ActivityKey]) -> dict[ActivityKey, Known]:
    if not keys:
        return {}
    rows = executor.rows_of(reads.known_keys, list(keys), program=program)
    return {ActivityKey(*row[:3]): Known(*row[3:]) for row in rows}


def _needs(asks: Sequence[Ask], members: dict[MemberRef, Membership]) -> _Needs:
    needs = _Needs()
    for ask in asks:
        membership = members.get(ask.member)
        if membership is None:
            continue
        number = membership.account
        if ask.open_lots:
            needs.open_lots.add(number)
        if ask.period_starts:
            needs.periods.update([(number, period, start) for period, start in ask.period_starts])
        if ask.all_counters:
            needs.all_counters.add(number)
        if ask.first_of_type is not None:
            needs.types.add((number, ask.first_of_type))
        if ask.attributes:
            needs.attributes.add(number)
    return needs


def _originals(asks: Sequence[Ask], members: dict[MemberRef, Membership]) -> dict[Original, set[int]]:
    """What returns name, each with the accounts that it may be in: those of who returns it."""
    originals: dict[Original, set[int]] = {}
    for ask in asks:
        if ask.original is not None:
            accounts = originals.setdefault(ask.original, set())
            if ask.member in members:
                accounts.add(members[ask.member].account)
    return originals


def _load_facts(executor: SqliteExecutor, batch: Batch, needs: _Needs) -> None:
    if needs.periods:
        for row in executor.rows_of(reads.counters, list(needs.periods)):
            batch.accounts[row[0]].counters[to_counter(row)] = row[6]
    if needs.all_counters:
        for row in executor.rows_of(reads.all_counters, list(needs.all_counters)):
            batch.accounts[row[0]].counters[to_counter(row)] = row[6]
    if needs.types:
        for number, kind, earliest in executor.rows_of(reads.first_of_type, list(needs.types)):
            if earliest is not None:
                batch.first_at[number, kind] = earliest


def _load_profiles(executor: SqliteExecutor, batch: Batch, numbers: set[int]) -> None:
    if not numbers:
        return
    batch.attributes = {number: [] for number in numbers}
    batch.links = {number: [] for number in numbers}
    for row in executor.rows_of(reads.attributes, list(numbers)):
        batch.attributes[row[0]].append(Attribute(*row[1:]))
    for row in executor.rows_of(reads.links, list(numbers)):
        batch.links[row[2]].append(IdentityLink(*row))
