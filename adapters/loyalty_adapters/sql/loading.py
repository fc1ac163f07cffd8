"""Loading what a batch of commands needs: one statement per kind of thing, and only what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from loyalty_adapters.sql import reads
from loyalty_adapters.sql.loading_originals import load_originals
from loyalty_adapters.sql.loading_state import Place, load_lots, load_state
from loyalty_adapters.sql.loading_tiers import load_tiers_since
from loyalty_adapters.sql.rows import to_counter
from loyalty_adapters.sql.sqlite_executor import Row, SqliteExecutor
from loyalty_engine.activity.activity import ActivityKey, MemberRef, Original
from loyalty_engine.calendar import EARLIEST
from loyalty_engine.engine.ports.store import Ask, Attribute, Batch, Known, Membership
from loyalty_engine.ledger.account import Account

OWN = "member"  # the kind of a reference by the host's own id


@dataclass(slots=True)
class _Needs:
    """What is asked for of accounts that exist, over a whole batch."""

    open_lots: set[int] = field(default_factory=set)
    periods: set[tuple[int, str, int]] = field(default_factory=set)
    all_counters: set[int] = field(default_factory=set)
    types: set[tuple[int, str]] = field(default_factory=set)
    attributes: set[int] = field(default_factory=set)
    holds: set[Place] = field(default_factory=set)
    credits_since: dict[int, int] = field(default_factory=dict)


def load(executor: SqliteExecutor, program: str, asks: Sequence[Ask]) -> Batch:
    """See `Store.load`. Due lots are those due at or before the latest `now` of the batch."""
    rows = _member_rows(executor, program, {ref for ask in asks for ref in (ask.member, *ask.identities)})
    members = _memberships(rows)
    wanted = {ask.member for ask in asks}
    accounts = {row[2]: Account(*row[2:]) for ref, row in rows.items() if ref in wanted}
    known = _known(executor, program, {ask.key for ask in asks if ask.key is not None})
    all_known = wanted <= members.keys()
    batch = Batch(members, accounts, known, 0 if all_known else _next_account(executor))
    needs = _needs(asks, members, accounts)
    latest = max((ask.now for ask in asks), default=0)
    load_state(executor, accounts, needs.open_lots, latest, needs.holds)
    _load_facts(executor, batch, needs)
    _load_attributes(executor, batch, needs.attributes)
    batch.tiers = load_tiers_since(executor, needs.credits_since, accounts)
    originals = _originals(asks, members)
    if originals:
        batch.originals = load_originals(executor, program, originals)
        load_lots(executor, accounts, _paid_from(batch))
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


def _needs(asks: Sequence[Ask], members: dict[MemberRef, Membership], accounts: dict[int, Account]) -> _Needs:
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
        if ask.hold is not None:
            needs.holds.add((number, ask.hold))
        if ask.credits_since is not None:
            late = accounts[number].clock < ask.all_credits_before
            since = EARLIEST if late else ask.credits_since
            needs.credits_since[number] = min(since, needs.credits_since.get(number, since))
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


def _paid_from(batch: Batch) -> set[Place]:
    """The lots that points were taken of for the activities that returns name."""
    return {
        (payment.entry.account, lot)
        for named in batch.originals.values()
        for original in named
        for payment in original.payments
        for lot, _ in payment.lots
    }


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


def _load_attributes(executor: SqliteExecutor, batch: Batch, numbers: set[int]) -> None:
    if not numbers:
        return
    batch.attributes = {number: [] for number in numbers}
    for row in executor.rows_of(reads.attributes, list(numbers)):
        batch.attributes[row[0]].append(Attribute(*row[1:]))
