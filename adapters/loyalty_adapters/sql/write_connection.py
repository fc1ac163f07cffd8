"""The writer's connection to SQLite: opened when needed, one transaction at a time."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from loyalty_adapters.sql.inherited import keep_for_ever
from loyalty_adapters.sql.sqlite_executor import OwnExecutor
from loyalty_adapters.sql.sqlite_failure import FAILURES, failure
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_adapters.sql.sqlite_store import SqliteStore
from loyalty_engine.errors import StoreFailure


class WriteConnection:
    """BEGIN IMMEDIATE takes the write lock at once: a deferred lock fails late under contention."""

    def __init__(self, file: SqliteFile, connection: sqlite3.Connection, program: str | None) -> None:
        self.program = program
        self._file = file
        self._connection: sqlite3.Connection | None = connection

    @property
    def open(self) -> bool:
        """See `Ground.open`."""
        return self._connection is not None and self._connection.in_transaction

    def begin(self) -> SqliteStore:
        """See `Ground.begin`. Raises DatabaseBusy when another process holds the write lock too long."""
        self.rollback()
        if self._connection is None:
            self._connection = self._file.connect()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except FAILURES as error:
            raise failure(error) from error
        return SqliteStore(OwnExecutor(self._connection), self.program)

    def commit(self) -> None:
        """See `Ground.commit`."""
        try:
            self._of_transaction().execute("COMMIT")
        except FAILURES as error:
            raise failure(error) from error

    def rollback(self) -> None:
        """See `Ground.rollback`. A connection that cannot even roll back is given up."""
        if self._connection is None or not self._connection.in_transaction:
            return
        try:
            self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self.close()

    def copy_into(self, target: sqlite3.Connection) -> None:
        """Copy the whole database; between transactions only."""
        try:
            self._of_transaction().backup(target)
        except FAILURES as error:
            raise failure(error) from error

    def close(self) -> None:
        """See `Ground.close`."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def forsake(self) -> None:
        """Let go of a connection that belongs to the parent process, without touching it."""
        if self._connection is not None:
            keep_for_ever(self._connection)
            self._connection = None

    def _of_transaction(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreFailure("the connection was lost")
        return self._connection
