"""Whole ledgers and tiers, account by account: streams in the order of accounts, merged as they come."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty_adapters.sql import cold_reads
from loyalty_adapters.sql.rows import to_credits, to_hold, to_lot
from loyalty_adapters.sql.sqlite_executor import Row, SqliteExecutor
from loyalty_adapters.sql.statement import Statement
from loyalty_engine.engine.ports.reader import AccountRecord
from loyalty_engine.engine.ports.store import Membership, TierRecord
from loyalty_engine.ledger.account import Account, Balance
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.tiers.change import TierChange

LOWEST, HIGHEST = 0, (1 << 63) - 1


def records(
    executor: SqliteExecutor, program: str | None, low: int = LOWEST, high: int = HIGHEST
) -> Iterator[AccountRecord]:
    """The ledgers of accounts from `low` to `high`, in memory one at a time."""
    scope = {"program": program, "low": low, "high": high}

    def stream(statement: Statement) -> _ByAccount:
        return _ByAccount(executor.stream(statement, **scope))

    entries, allocations = stream(cold_reads.entries), stream(cold_reads.allocations)
    lots, balances = stream(cold_reads.lots), stream(cold_reads.balances)
    holds, dated = stream(cold_reads.holds), stream(cold_reads.tier_credits)
    for row in executor.stream(cold_reads.accounts, **scope):
        number = row[0]
        yield AccountRecord(
            account=Account(*row),
            entries=[Entry(*columns) for columns in entries.of(number)],
            allocations=sorted([Allocation(*columns) for columns in allocations.of(number)]),
            lots=[to_lot(columns) for columns in lots.of(number)],
            balances={columns[1]: Balance(*columns[2:]) for columns in balances.of(number)},
            holds={columns[1]: to_hold(columns) for columns in holds.of(number)},
            credits=to_credits(dated.of(number)),
        )


def tier_records(
    executor: SqliteExecutor, program: str | None, low: int = LOWEST, high: int = HIGHEST
) -> Iterator[tuple[Membership, TierRecord]]:
    """Everything stored of the tiers of accounts from `low` to `high`, in memory one at a time."""
    scope = {"program": program, "low": low, "high": high}
    changes = _ByAccount(executor.stream(cold_reads.tier_changes, **scope))
    dated = _ByAccount(executor.stream(cold_reads.tier_credits, **scope))
    accounts = _ByAccount(executor.stream(cold_reads.accounts, **scope))
    for row in executor.stream(cold_reads.memberships, **scope):
        membership = Membership(*row)
        number = membership.account
        history = [TierChange(*columns[1:]) for columns in changes.of(number)]
        clock = max((Account(*columns).clock for columns in accounts.of(number)), default=0)
        yield membership, TierRecord(history, to_credits(dated.of(number)), clock=clock)


class _ByAccount:
    """A stream of rows in the order of accounts, of which accounts are asked in that order too."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, number: int) -> list[Row]:
        """The rows of one account; rows of accounts before it, which nobody asked for, are passed over."""
        found: list[Row] = []
        while self._next is not None and self._next[0] <= number:
            if self._next[0] == number:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found
