"""What all members have at an instant: stored sums, corrected where time has changed a lot since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loyalty_adapters.sql import cold_reads
from loyalty_adapters.sql.loading_state import load_state
from loyalty_adapters.sql.sqlite_executor import SqliteExecutor
from loyalty_engine.ledger.account import Account, Balance
from loyalty_engine.ledger.balance import balance_now

PORTION = 500  # accounts in memory at once

_Difference = tuple[str, int, int, int, int]


def outstanding(executor: SqliteExecutor, program: str | None, at: int) -> dict[str, Balance]:
    """See `Reader.outstanding`. Only accounts with a lot that is due are looked at one by one."""
    rows = executor.rows(cold_reads.balance_sums, program=program)
    sums = {currency: list(buckets) for currency, *buckets in rows}
    due = [number for (number,) in executor.rows(cold_reads.due_accounts, program=program, now=at)]
    for start in range(0, len(due), PORTION):
        accounts = {number: Account(number) for number in due[start : start + PORTION]}
        load_state(executor, accounts, accounts, at)
        for currency, *differences in _differences(accounts.values(), at):
            sums[currency] = [sum(pair) for pair in zip(sums[currency], differences, strict=True)]
    return {currency: Balance(*buckets) for currency, buckets in sums.items()}


def _differences(accounts: Iterable[Account], at: int) -> Iterator[_Difference]:
    for account in accounts:
        judged = balance_now(account.lots.values(), account.holds.values(), account.balances, at)
        for currency, stored in account.balances.items():
            now = judged[currency]
            yield (
                currency,
                now.available - stored.available,
                now.pending - stored.pending,
                now.held - stored.held,
                now.deficit - stored.deficit,
            )
