"""Loading the state of accounts: balances, lots, and the holds of those that have points held."""

from __future__ import annotations

from collections.abc import Collection

from loyalty_adapters.sql import reads
from loyalty_adapters.sql.rows import to_hold, to_lot
from loyalty_adapters.sql.sqlite_executor import Row, SqliteExecutor
from loyalty_engine.ledger.account import Account, Balance

Place = tuple[int, int]
"""An account, and the number of a lot or hold in it."""


def load_state(
    executor: SqliteExecutor,
    accounts: dict[int, Account],
    all_open: Collection[int],
    now: int,
    holds: Collection[Place] = (),
) -> None:
    """Fill in balances, and of lots the due ones or, for the accounts in `all_open`, every open one.

    Where points are held, the open holds and the lots that they hold points of, too: a hold that has timed
    out is due like a lot. `holds` are filled in whatever their status.
    """
    if not accounts:
        return
    holding: list[int] = []
    for number, currency, *buckets in executor.rows_of(reads.balances, list(accounts)):
        accounts[number].balances[currency] = balance = Balance(*buckets)
        if balance.held:
            holding.append(number)
    rows: list[Row] = []
    if all_open:
        rows += executor.rows_of(reads.open_lots, list(all_open))
    if len(all_open) < len(accounts):
        others = [number for number in accounts if number not in all_open]
        rows += executor.rows_of(reads.due_lots, others, now=now)
    lots = sorted(((row[0], to_lot(row)) for row in rows), key=lambda pair: pair[1].consumption_order)
    for number, lot in lots:
        accounts[number].lots[lot.number] = lot
    if holding or holds:
        _load_holds(executor, accounts, holding, holds)


def load_lots(executor: SqliteExecutor, accounts: dict[int, Account], places: Collection[Place]) -> None:
    """Fill in these lots where they are not loaded yet, empty ones too."""
    missing = sorted(place for place in places if accounts[place[0]].lot(place[1]) is None)
    if not missing:
        return
    for row in executor.rows_of(reads.lots, missing):
        accounts[row[0]].put(to_lot(row))
    for number in {account for account, _ in missing}:
        lots = accounts[number].lots
        accounts[number].lots = dict(sorted(lots.items(), key=lambda pair: pair[1].consumption_order))


def _load_holds(
    executor: SqliteExecutor,
    accounts: dict[int, Account],
    holding: Collection[int],
    asked: Collection[Place],
) -> None:
    rows = executor.rows_of(reads.open_holds, sorted(set(holding))) if holding else []
    there = {(row[0], row[1]) for row in rows}
    missing = sorted(place for place in asked if place not in there)
    if missing:
        rows += executor.rows_of(reads.holds, missing)
    places: set[Place] = set()
    for row in rows:
        hold = to_hold(row)
        accounts[row[0]].holds[hold.number] = hold
        places.update([(row[0], lot) for lot, _ in hold.lots])
    load_lots(executor, accounts, places)
