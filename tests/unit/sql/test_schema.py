"""The tables: what they hold, what they refuse, and how a foreign or altered database is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Integer, Text

from loyalty_adapters.sql.schema import VERSION, check_schema, create_schema, definitions, guards, is_empty
from loyalty_adapters.sql.statement import SQLITE
from loyalty_adapters.sql.tables import METADATA
from loyalty_engine.errors import SchemaMismatch
from loyalty_engine.ledger.entry import EntryKind

GLOBAL = {"loyalty_activity_key", "loyalty_rulebook", "loyalty_schema_version"}
ENTRY = (
    "INSERT INTO loyalty_entry (account_id, seq, currency, kind, points, balance_after, effective_at,"
    " counts_at, recorded_at, digest) VALUES (1, ?, 'points', ?, ?, 0, 0, 0, 0, 0)"
)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    create_schema(opened)
    yield opened
    opened.close()


def test_only_a_closed_list_of_tables_has_global_keys() -> None:
    keys = {name: next(iter(table.primary_key)).name for name, table in METADATA.tables.items()}

    assert {name for name, key in keys.items() if key != "account_id"} == GLOBAL


def test_everything_stored_is_a_whole_number_or_text() -> None:
    kinds = {
        type(column.type.dialect_impl(SQLITE)) for table in METADATA.tables.values() for column in table.c
    }

    assert all(issubclass(kind, Integer | Text) for kind in kinds)


def test_a_new_schema_is_as_expected(connection: sqlite3.Connection) -> None:
    check_schema(connection)


def test_a_database_of_somebody_else_is_empty_of_ours() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE customer (id)")
    assert is_empty(connection)
    connection.close()


@pytest.mark.parametrize(
    ("damage", "difference"),
    [
        ("DROP TABLE loyalty_award", "loyalty_award is missing"),
        ("DROP INDEX loyalty_lot_due", "loyalty_lot_due is missing"),
        ("ALTER TABLE loyalty_lot ADD COLUMN colour TEXT", "loyalty_lot differs"),
        ("CREATE TABLE loyalty_colour (id INTEGER)", "loyalty_colour is unknown"),
        ("UPDATE loyalty_schema_version SET version = 99", f"version 99 stands there, {VERSION} is expected"),
        ("DELETE FROM loyalty_schema_version", f"version None stands there, {VERSION} is expected"),
    ],
)
def test_what_differs_is_named(connection: sqlite3.Connection, damage: str, difference: str) -> None:
    connection.execute(damage)

    with pytest.raises(SchemaMismatch) as caught:
        check_schema(connection)

    assert difference in caught.value.parameters["differences"]
    assert difference in caught.value.message


def test_a_dropped_guard_is_left_to_the_proof(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TRIGGER loyalty_entry_no_update")
    check_schema(connection)
    assert "loyalty_entry_no_update" in guards()


@pytest.mark.parametrize("table", ["entry", "allocation", "activity", "award", "tier_change"])
@pytest.mark.parametrize("action", ["UPDATE loyalty_{} SET account_id = 2", "DELETE FROM loyalty_{}"])
def test_history_is_append_only_whoever_writes(
    connection: sqlite3.Connection, table: str, action: str
) -> None:
    rows = {
        "entry": (1, 1, "points", "release", 0, 0, 0, 0, 0, *[None] * 15, 0),
        "allocation": (1, 1, 1, "available", "out", 5),
        "activity": (1, 1, "pos", "purchase", "R-1", 0, 0, 0, 1, "{}", "{}"),
        "award": (1, 1, "[]"),
        "tier_change": (1, 1, 0, 0, "gold", None, "reached", *[None] * 6),
    }
    row = rows[table]
    connection.execute(f"INSERT INTO loyalty_{table} VALUES ({', '.join('?' * len(row))})", row)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(action.format(table))


def test_a_fraction_is_refused_where_points_belong(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="REAL"):
        connection.execute(ENTRY, (1, "release", 0.5))


def test_the_contra_side_makes_every_sum_zero(connection: sqlite3.Connection) -> None:
    for seq, kind in enumerate(EntryKind, start=1):
        connection.execute(ENTRY, (seq, kind.value, 10 * seq))

    books = dict(connection.execute("SELECT book, sum(points) FROM loyalty_contra GROUP BY book").fetchall())

    assert books["members"] == 10 * sum(range(1, len(EntryKind) + 1))
    assert sum(books.values()) == 0
    assert set(books) == {"members", "issuance", "expiry", "returns", "adjustments", "redemption"}


def test_every_object_carries_the_prefix() -> None:
    assert all(name.startswith("loyalty_") for name in definitions())


def test_names_of_the_host_do_not_collide(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "host.db", isolation_level=None)
    for name in ("member", "account", "entry", "lot"):
        connection.execute(f"CREATE TABLE {name} (id)")
    create_schema(connection)
    check_schema(connection)
    connection.close()
