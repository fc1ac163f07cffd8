"""Connections for reading: each question gets one of its own, in one snapshot, and gives it back."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from loyalty_adapters.sql.inherited import keep_for_ever
from loyalty_adapters.sql.sqlite_failure import FAILURES, failure
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_engine.errors import StoreFailure

MOST_IDLE = 8


class ReadConnections:
    """Never waits for the writer, and the writer never for them: write-ahead logging keeps old pages."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._gate = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._used = 0
        self._refusal: str | None = None  # why nobody may read any more

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees the database as it is now, until it is given back."""
        connection, process = self._take(), os.getpid()
        try:
            self._begin(connection)
            yield connection
        finally:
            self._give_back(connection, process)

    def close(self) -> None:
        """Close what is idle now, and the rest as it comes back."""
        with self._gate:
            self._refusal = self._refusal or "the engine is closed"
            self._close_idle()

    def hold(self) -> bool:
        """Close what is idle for a fork; False when something is being read."""
        self._gate.acquire()
        self._close_idle()
        return self._used == 0

    def resume(self) -> None:
        """Go on after `hold`."""
        self._gate.release()

    def restart(self, refusal: str | None) -> None:
        """Go on after `hold` in a child process, where no other thread reads; or refuse to."""
        self._used, self._refusal = 0, self._refusal or refusal
        self._gate.release()

    def _take(self) -> sqlite3.Connection:
        with self._gate:
            if self._refusal is not None:
                raise StoreFailure(self._refusal)
            self._used += 1
            if self._idle:
                return self._idle.pop()
        try:
            return self._connect()
        except BaseException:
            with self._gate:
                self._used -= 1
            raise

    def _connect(self) -> sqlite3.Connection:
        connection = self._file.connect()
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _begin(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("BEGIN")
            connection.execute(
                "SELECT 1 FROM sqlite_master"
            ).fetchone()  # the snapshot starts at the first read
        except FAILURES as error:
            raise failure(error) from error

    def _give_back(self, connection: sqlite3.Connection, process: int) -> None:
        if process != os.getpid():
            keep_for_ever(connection)
            return
        usable = _ended(connection)
        with self._gate:
            self._used -= 1
            if usable and self._refusal is None and len(self._idle) < MOST_IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def _close_idle(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            with suppress(sqlite3.Error):
                connection.close()


def _ended(connection: sqlite3.Connection) -> bool:
    """End the snapshot; False when the connection is no longer of use."""
    try:
        connection.rollback()
    except sqlite3.Error:
        return False
    return True
