"""How many statements a load runs: what a batch does not need is not asked of the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from loyalty_adapters.sql.schema import create_schema
from loyalty_adapters.sql.sqlite_executor import OwnExecutor
from loyalty_adapters.sql.sqlite_store import SqliteStore
from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.engine.ports.store import Ask, Changes, Membership
from loyalty_engine.ledger.account import Account, Balance
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.lot import Lot

HOLDING, FREE = Ask(MemberRef("member", "M-1"), now=5), Ask(MemberRef("member", "M-2"), now=5)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    create_schema(opened)
    yield opened
    opened.close()


@pytest.fixture
def store(connection: sqlite3.Connection) -> SqliteStore:
    """Two members with a lot of 10 points each; the first holds 4 of his."""
    opened, changes = SqliteStore(OwnExecutor(connection), "acme"), Changes()
    for number, held in ((1, 4), (2, 0)):
        changes.memberships.append(Membership(f"M-{number}", number, 0))
        changes.accounts[number] = Account(number)
        changes.lots[number, 1] = Lot(1, "points", 10, 0, 10 - held, held, 0, 0, None)
        changes.balances[number, "points"] = Balance(10 - held, held=held)
    changes.holds[1, 2] = Hold(2, "points", 4, HoldStatus.OPEN, 9, ((1, 4),), None, None, 0)
    opened.save(changes)
    return opened


def tables_read(connection: sqlite3.Connection, store: SqliteStore, *asks: Ask) -> list[str]:
    """The table that each statement of a load looks up, in order."""
    texts: list[str] = []
    connection.set_trace_callback(texts.append)
    store.load(asks)
    connection.set_trace_callback(None)
    return [text.split("loyalty_")[1].split(".")[0] for text in texts]


def test_a_load_asks_for_no_hold_where_nothing_is_held(
    connection: sqlite3.Connection, store: SqliteStore
) -> None:
    assert tables_read(connection, store, FREE) == ["member", "balance", "lot"]


def test_one_member_with_held_points_costs_a_batch_two_statements(
    connection: sqlite3.Connection, store: SqliteStore
) -> None:
    without = tables_read(connection, store, FREE, FREE)

    assert tables_read(connection, store, FREE, HOLDING) == [*without, "hold", "lot"]


def test_a_debit_has_the_lots_of_its_holds_already(
    connection: sqlite3.Connection, store: SqliteStore
) -> None:
    debit = HOLDING._replace(open_lots=True)

    assert tables_read(connection, store, debit) == ["member", "balance", "lot", "hold"]


def test_an_open_hold_that_is_asked_for_comes_with_the_others(
    connection: sqlite3.Connection, store: SqliteStore
) -> None:
    capture = HOLDING._replace(hold=2)

    assert tables_read(connection, store, capture) == tables_read(connection, store, HOLDING)


def test_a_hold_asked_for_where_nothing_is_held_is_one_lookup(
    connection: sqlite3.Connection, store: SqliteStore
) -> None:
    capture = FREE._replace(hold=2)

    assert tables_read(connection, store, capture) == [*tables_read(connection, store, FREE), "hold"]


def test_tiers_are_two_statements_for_whoever_asks(
    connection: sqlite3.Connection, store: SqliteStore
) -> None:
    asks = [FREE._replace(credits_since=3), FREE._replace(credits_since=1)]

    read = tables_read(connection, store, *asks)

    assert read == [*tables_read(connection, store, FREE), "tier_credit", "tier_change"]
