"""What no account's ledger shows is found in the tables themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from loyalty_adapters.sql.faults import faults
from loyalty_adapters.sql.schema import create_schema
from loyalty_adapters.sql.sqlite_executor import OwnExecutor
from loyalty_adapters.sql.tables import METADATA
from loyalty_engine.ledger.finding import Finding

ACCOUNT = "INSERT INTO loyalty_account VALUES ({}, 'acme', 0, 0, 0, 0, 0)"
ROWS = {
    "hold": "INSERT INTO loyalty_hold VALUES (7, 1, 'points', 5, 'open', 9, '[[1,5]]', NULL, NULL, 0, 0)",
    "tier_credit": "INSERT INTO loyalty_tier_credit VALUES (7, 1, 'credits', 1, 5)",
    "tier_change": (
        "INSERT INTO loyalty_tier_change (account_id, number, effective_at, recorded_at, reason)"
        " VALUES (7, 1, 0, 0, 'reached')"
    ),
}


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    create_schema(opened)
    yield opened
    opened.close()


@pytest.mark.parametrize("table", ROWS)
def test_rows_without_an_account_are_found_whatever_the_program(
    connection: sqlite3.Connection, table: str
) -> None:
    connection.execute(ROWS[table])
    expected = [Finding("account-missing", 7, f"rows of loyalty_{table}", 7, None)]

    assert [list(faults(OwnExecutor(connection), name)) for name in ("acme", "other", None)] == [expected] * 3


@pytest.mark.parametrize("table", ROWS)
def test_rows_of_an_account_are_no_fault(connection: sqlite3.Connection, table: str) -> None:
    connection.execute(ACCOUNT.format(7))
    connection.execute(ROWS[table])

    assert list(faults(OwnExecutor(connection), "acme")) == []


def test_every_table_of_members_is_looked_through(connection: sqlite3.Connection) -> None:
    """A table whose rows no proof knows would hide what was put in behind its back."""
    of_members = {name for name, table in METADATA.tables.items() if "account_id" in table.c}
    texts: list[str] = []
    connection.set_trace_callback(texts.append)

    list(faults(OwnExecutor(connection), "acme"))

    looked_through = {text.split("FROM ")[1].split()[0] for text in texts}
    assert of_members - looked_through == {"loyalty_account"}


def test_a_dropped_guard_of_the_history_of_tiers_is_told(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TRIGGER loyalty_tier_change_no_delete")
    name = "loyalty_tier_change_no_delete"

    assert list(faults(OwnExecutor(connection), None)) == [Finding("guard-missing", 0, name, name, None)]
