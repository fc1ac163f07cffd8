"""Loading what is stored of tiers: the whole history of changes, and dated credits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loyalty_adapters.sql import reads
from loyalty_adapters.sql.sqlite_executor import Row, SqliteExecutor
from loyalty_engine.engine.ports.store import Membership, TierRecord
from loyalty_engine.ledger.account import Account
from loyalty_engine.tiers.change import TierChange


def load_tiers_since(
    executor: SqliteExecutor, since: Mapping[int, int], accounts: Mapping[int, Account]
) -> dict[int, TierRecord]:
    """By account: all changes, and the credits dated at or after the instant given for it."""
    records = {
        number: TierRecord(since=start, clock=accounts[number].clock) for number, start in since.items()
    }
    if records:
        _fill(executor, records, executor.rows_of(reads.tier_credits_since, list(since.items())))
    return records


def load_tiers(executor: SqliteExecutor, numbers: Iterable[int]) -> dict[int, tuple[Membership, TierRecord]]:
    """See `Store.load_tiers`."""
    wanted = sorted(set(numbers))
    accounts = (Account(*row) for row in executor.rows_of(reads.accounts, wanted))
    clocks = {account.number: account.clock for account in accounts}
    members = [Membership(*row) for row in executor.rows_of(reads.memberships, wanted)]
    records = {member.account: TierRecord(clock=clocks[member.account]) for member in members}
    _fill(executor, records, executor.rows_of(reads.tier_credits, list(records)))
    return {member.account: (member, records[member.account]) for member in members}


def _fill(executor: SqliteExecutor, records: dict[int, TierRecord], credits: Iterable[Row]) -> None:
    for row in executor.rows_of(reads.tier_changes, list(records)):
        records[row[0]].changes.append(TierChange(*row[1:]))
    for number, currency, counts_at, counts_from, points in credits:
        records[number].credits[currency, counts_at, counts_from] = points
