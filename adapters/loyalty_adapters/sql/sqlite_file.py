"""Where an SQLite database is, and how every connection of ours to it is set."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from loyalty_adapters.sql.schema import check_schema, create_schema, is_empty
from loyalty_adapters.sql.sqlite_failure import FAILURES, failure
from loyalty_engine.errors import DatabaseBusy, InvalidCommand, LoyaltyError, SchemaMismatch, StoreFailure

OLDEST = (3, 38, 0)  # the first with JSON functions in every build; STRICT tables came just before
SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")
_CACHE = 16 * 1024  # KiB of pages; with 2 MiB, the default, postings to 20,000 members wait for pages
_STATEMENTS = 512  # prepared statements that a connection keeps: all of ours at every size of a set


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A database file; without a path, a database in memory that ends with its one connection."""

    path: Path | None
    synchronous: str = "FULL"  # what a commit waits for; FULL survives a power cut
    busy_seconds: float = 5.0  # how long to wait for another connection's lock

    def __post_init__(self) -> None:
        if self.synchronous not in SYNCHRONOUS:
            raise InvalidCommand(f"synchronous is one of {', '.join(SYNCHRONOUS)}, not {self.synchronous!r}")
        if sqlite3.sqlite_version_info < OLDEST:
            raise StoreFailure(f"SQLite {sqlite3.sqlite_version} is too old; 3.38 is needed")

    @property
    def name(self) -> str:
        """How messages name it."""
        return "the database in memory" if self.path is None else str(self.path)

    def prepare(self, *, create: bool) -> sqlite3.Connection:
        """A connection to the database after its tables were created or checked.

        Raises StoreFailure when it cannot be opened or is no database, SchemaMismatch when its tables are
        not those of this version. Without `create` nothing is created, neither file nor tables.
        """
        if self.path is not None and not create and not self.path.is_file():
            raise StoreFailure(f"there is no database at {self.name}")
        connection = self.connect(create=create)
        try:
            self._look_at_tables(connection, create)  # before anything is changed
            if self.path is not None:
                self._log_ahead(connection)
            self._create_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def connect(self, *, create: bool = False) -> sqlite3.Connection:
        """A plain connection; nothing is checked. Raises StoreFailure."""
        try:
            connection = sqlite3.connect(
                self._uri("rwc" if create else "rw"),
                uri=True,
                timeout=self.busy_seconds,
                isolation_level=None,  # we send BEGIN and COMMIT ourselves
                check_same_thread=False,
                cached_statements=_STATEMENTS,
            )
        except sqlite3.Error as error:
            raise StoreFailure(f"{self.name} cannot be opened: {error}") from error
        try:
            connection.execute(f"PRAGMA cache_size = -{_CACHE}")
            connection.execute(f"PRAGMA synchronous = {self.synchronous}")
            connection.execute("SELECT 1 FROM sqlite_master").close()  # the first read of the file
        except FAILURES as error:
            connection.close()
            raise self._unusable(error) from error
        return connection

    def _uri(self, mode: str) -> str:
        return ":memory:" if self.path is None else f"file:{quote(str(self.path))}?mode={mode}"

    def _unusable(self, error: Exception) -> LoyaltyError:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            return StoreFailure(f"{self.name} is not an SQLite database")
        return failure(error)

    def _log_ahead(self, connection: sqlite3.Connection) -> None:
        """Switch to write-ahead logging, so that readers and the writer never wait for each other.

        SQLite does not wait here by itself when another process is switching too.
        """
        deadline = time.monotonic() + self.busy_seconds
        while True:
            try:
                mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
                break
            except FAILURES as error:
                problem = failure(error)
                if not isinstance(problem, DatabaseBusy) or time.monotonic() > deadline:
                    raise problem from error
                time.sleep(0.01)
        if mode != "wal":
            raise StoreFailure(f"{self.name} cannot be written ahead: its journal mode stays {mode}")

    def _look_at_tables(self, connection: sqlite3.Connection, create: bool) -> None:
        try:
            if not is_empty(connection):
                check_schema(connection)
            elif not create:
                raise SchemaMismatch(f"{self.name} holds no tables of ours")
        except FAILURES as error:
            raise failure(error) from error

    def _create_tables(self, connection: sqlite3.Connection) -> None:
        """Make ours where there are none; another process may make them at the same time."""
        try:
            if not is_empty(connection):
                return
            connection.execute("BEGIN IMMEDIATE")
            if is_empty(connection):
                create_schema(connection)
            connection.execute("COMMIT")
            check_schema(connection)
        except FAILURES as error:
            raise failure(error) from error
