"""Rows reach SQLite whole, whatever their number, and its errors come out as ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from loyalty_adapters.sql import reads
from loyalty_adapters.sql.insertion import PORTION, Insertion
from loyalty_adapters.sql.schema import create_schema
from loyalty_adapters.sql.sqlite_executor import OwnExecutor, SqliteExecutor
from loyalty_adapters.sql.tables import METADATA, balance, member
from loyalty_engine.errors import DatabaseBusy, InvariantViolation, StoreFailure

MEMBERS = Insertion(member)
BALANCES = Insertion(balance, changing=("available",))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    create_schema(opened)
    yield opened
    opened.close()


@pytest.fixture
def executor(connection: sqlite3.Connection) -> SqliteExecutor:
    return OwnExecutor(connection)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 9, 15, 31, 127, PORTION, PORTION + 1, 300])
def test_every_number_of_rows_is_written_in_order(
    executor: SqliteExecutor, connection: sqlite3.Connection, count: int
) -> None:
    rows = [(number, "acme", f"M-{number}", number) for number in range(1, count + 1)]

    executor.put(MEMBERS, rows)

    assert connection.execute("SELECT * FROM loyalty_member ORDER BY account_id").fetchall() == rows


def test_the_widest_table_stays_below_the_limit_of_parameters() -> None:
    assert max(len(table.c) for table in METADATA.tables.values()) * PORTION <= 32766


def test_a_row_that_stands_takes_the_changing_columns_only(
    executor: SqliteExecutor, connection: sqlite3.Connection
) -> None:
    executor.put(BALANCES, [(1, "points", 5, 1, 1, 0)])
    executor.put(BALANCES, [(1, "points", 7, 2, 2, 0), (2, "points", 9, 0, 0, 0)])

    assert connection.execute("SELECT account_id, available, pending FROM loyalty_balance").fetchall() == [
        (1, 7, 1),
        (2, 9, 0),
    ]


def test_a_key_that_stands_is_a_store_failure(executor: SqliteExecutor) -> None:
    executor.put(MEMBERS, [(1, "acme", "M-1", 0)])

    with pytest.raises(StoreFailure, match="UNIQUE"):
        executor.put(MEMBERS, [(1, "acme", "M-2", 0)])


@pytest.mark.parametrize(
    "row",
    [
        (1, "points", -1, 0, 0, 0),
        (1, "points", 0.5, 0, 0, 0),
        (1, "points", "5 points", 0, 0, 0),
        (1, "points", None, 0, 0, 0),
        (1, "points", 2**63, 0, 0, 0),
    ],
    ids=["check", "fraction", "text", "null", "beyond 64 bits"],
)
def test_what_no_code_of_ours_may_write_is_a_broken_promise(
    executor: SqliteExecutor, row: tuple[object, ...]
) -> None:
    with pytest.raises(InvariantViolation):
        executor.put(BALANCES, [row])


def test_the_largest_number_is_kept_exactly(executor: SqliteExecutor) -> None:
    executor.put(BALANCES, [(2**63 - 1, "points", 2**63 - 1, 0, 0, 0)])

    assert executor.rows_of(reads.balances, [2**63 - 1]) == [(2**63 - 1, "points", 2**63 - 1, 0, 0, 0)]


@pytest.mark.parametrize("name", ["M-\0", "\ud800"], ids=["nul", "lone surrogate"])
def test_a_text_that_json_in_sqlite_would_cut_or_garble_is_a_failure(
    executor: SqliteExecutor, name: str
) -> None:
    with pytest.raises(StoreFailure, match="text"):
        executor.rows_of(reads.own_members, [name], program="acme")
    with pytest.raises(StoreFailure, match="text"):
        executor.rows_of(reads.known_keys, [("pos", "purchase", name)], program="acme")


def test_a_text_that_only_looks_like_an_escaped_nul_is_no_nul(executor: SqliteExecutor) -> None:
    assert executor.rows_of(reads.known_keys, [("pos", "purchase", "\\u0000")], program="acme") == []


def test_a_lock_held_elsewhere_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    holder = sqlite3.connect(path, isolation_level=None)
    create_schema(holder)
    holder.execute("BEGIN EXCLUSIVE")
    other = sqlite3.connect(path, isolation_level=None, timeout=0.05)

    with pytest.raises(DatabaseBusy):
        OwnExecutor(other).put(MEMBERS, [(1, "acme", "M-1", 0)])

    other.close()
    holder.close()


def test_a_closed_connection_is_a_store_failure(connection: sqlite3.Connection) -> None:
    executor = OwnExecutor(connection)
    connection.close()

    with pytest.raises(StoreFailure, match="closed"):
        executor.rows_of(reads.balances, [1])
    with pytest.raises(StoreFailure, match="closed"):
        list(executor.stream(reads.latest_rulebook))
