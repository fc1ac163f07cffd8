"""Creating our tables in a database, and checking that what stands there is what this version expects."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from functools import cache

from sqlalchemy import Table
from sqlalchemy.schema import CreateIndex, CreateTable

from loyalty_adapters.sql.statement import SQLITE
from loyalty_adapters.sql.tables import APPEND_ONLY, METADATA, PREFIX
from loyalty_engine.errors import SchemaMismatch
from loyalty_engine.ledger.contra import CONTRA_ACCOUNTS, MEMBERS

VERSION = 2
CONTRA_VIEW = PREFIX + "contra"


@cache
def definitions() -> Mapping[str, str]:
    """The statement that creates each table, index, trigger and view, by name, in an order that works."""
    return dict([*_tables(), *_triggers(), (CONTRA_VIEW, _contra_view())])


def create_schema(connection: sqlite3.Connection) -> None:
    """Create everything of ours. Runs inside a transaction that the caller began."""
    for statement in definitions().values():
        connection.execute(statement)
    connection.execute(f"INSERT INTO {PREFIX}schema_version (version) VALUES ({VERSION})")


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether the database holds nothing whose name starts as ours do."""
    return not _present(connection)


def guards() -> tuple[str, ...]:
    """The names of the triggers that keep history append-only."""
    return tuple(name for name, _ in _triggers())


def check_schema(connection: sqlite3.Connection) -> None:
    """Raise SchemaMismatch, its `differences` a sentence each, unless ours stand there as we made them.

    A guard that somebody dropped is not told here, so that the ledger can be opened and proved: the proof
    tells it, and whatever was done behind it.
    """
    present = _present(connection)
    found = _version(connection) if f"{PREFIX}schema_version" in present else None
    differences = [] if found == VERSION else [f"version {found} stands there, {VERSION} is expected"]
    for name, statement in definitions().items():
        if name not in present and name in guards():
            continue
        if name not in present:
            differences.append(f"{name} is missing")
        elif _plain(present[name]) != _plain(statement):
            differences.append(f"{name} differs")
    differences += [f"{name} is unknown" for name in present if name not in definitions()]
    if differences:
        raise SchemaMismatch(
            f"the database was not made by this version of the package: {'; '.join(differences[:5])}",
            differences=differences,
            version=found,
            expected=VERSION,
        )


def _present(connection: sqlite3.Connection) -> dict[str, str]:
    """Our objects by name, with the statement that created each; SQLite's automatic indexes left out."""
    query = "SELECT name, sql FROM sqlite_master WHERE substr(name, 1, ?) = ? AND sql IS NOT NULL"
    return dict(connection.execute(query, (len(PREFIX), PREFIX)).fetchall())


def _version(connection: sqlite3.Connection) -> int | None:
    version: int | None = connection.execute(f"SELECT max(version) FROM {PREFIX}schema_version").fetchone()[0]
    return version


def _plain(statement: str) -> str:
    return " ".join(statement.split())


def _tables() -> Iterator[tuple[str, str]]:
    for table in METADATA.sorted_tables:
        yield table.name, str(CreateTable(table).compile(dialect=SQLITE)).strip()
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(index.name), str(CreateIndex(index).compile(dialect=SQLITE)).strip()


def _triggers() -> Iterator[tuple[str, str]]:
    """History is append-only, whoever writes."""
    for table in APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            name = f"{table.name}_no_{action.lower()}"
            yield name, _trigger(name, table, action)


def _trigger(name: str, table: Table, action: str) -> str:
    refusal = f"RAISE(ABORT, '{table.name} is append-only')"
    return f"CREATE TRIGGER {name} BEFORE {action} ON {table.name} BEGIN SELECT {refusal}; END"


def _contra_view() -> str:
    """Each entry twice: the member's side, and the derived account on the other; the points sum to zero."""
    cases = " ".join(f"WHEN '{kind}' THEN '{name}'" for kind, name in CONTRA_ACCOUNTS.items())
    columns = "account_id, seq, currency, kind, effective_at"
    return (
        f"CREATE VIEW {CONTRA_VIEW} AS "
        f"SELECT {columns}, '{MEMBERS}' AS book, points FROM {PREFIX}entry UNION ALL "
        f"SELECT {columns}, CASE kind {cases} ELSE kind END AS book, -points AS points FROM {PREFIX}entry"
    )
