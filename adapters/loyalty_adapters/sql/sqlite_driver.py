"""A database of ours in SQLite: one writer with group commit, and readers that nobody waits for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from loyalty_adapters.sql import early_savepoints, fork
from loyalty_adapters.sql.read_connections import ReadConnections
from loyalty_adapters.sql.sqlite_executor import OwnExecutor
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_adapters.sql.sqlite_reader import SqliteReader
from loyalty_adapters.sql.write_connection import WriteConnection
from loyalty_adapters.sql.writer import LARGEST_GROUP, Writer
from loyalty_engine.engine.ports.driver import Driver, ReadSession, Settle, WriteSession
from loyalty_engine.errors import StoreFailure, UnsafeHost

Result = TypeVar("Result")
FORKED = (
    "the process was forked while the database was in use; open it in the child before or after, not during"
)


class SqliteDriver:
    """See `Driver`. In memory a reader gets a copy of the whole database: meant for small ones."""

    def __init__(
        self,
        file: SqliteFile,
        *,
        program: str | None = None,
        create: bool = True,
        largest_group: int = LARGEST_GROUP,
    ) -> None:
        """Open the database, creating it and its tables if `create` and they are missing.

        Raises StoreFailure when it cannot be opened, SchemaMismatch when its tables are not ours.
        """
        self._file = file
        self._ground = WriteConnection(file, file.prepare(create=create), program)
        self.writer = Writer(self._ground, largest_group)
        self._readers = ReadConnections(file)
        self._quiet = True  # whether nothing was under way at the last fork
        fork.watch(self)
        early_savepoints.watch()

    @property
    def program(self) -> str | None:
        """See `Driver.program`."""
        return self._ground.program

    @program.setter
    def program(self, program: str | None) -> None:
        self._ground.program = program

    def submit(self, settle: Settle, command: Any) -> Any:
        """See `Driver.submit`."""
        return self.writer.submit(settle, command)

    def submit_many(self, settle: Settle, commands: Sequence[Any]) -> list[Any]:
        """See `Driver.submit_many`."""
        return self.writer.submit_many(settle, commands)

    def transact(self, work: Callable[[WriteSession], Result]) -> Result:
        """See `Driver.transact`."""
        return self.writer.transact(work)

    @contextmanager
    def reading(self) -> Iterator[SqliteReader]:
        """See `Driver.reading`."""
        with self._copy() if self._file.path is None else self._readers.snapshot() as connection:
            yield SqliteReader(OwnExecutor(connection), self.program)

    def read(self, work: Callable[[ReadSession], Result]) -> Result:
        """See `Driver.read`."""
        with self.reading() as session:
            return work(session)

    def within(self, host: object) -> Driver:
        """See `Driver.within`: a Session or Connection of SQLAlchemy on the same file."""
        from loyalty_adapters.sql.host_driver import HostDriver  # it needs SQLAlchemy's ORM, which is large

        if self._file.path is None:
            raise UnsafeHost("a database in memory has one connection, so no host has a transaction on it")
        return HostDriver(host, self._file.path, self)

    def check_open(self) -> None:
        """Raise StoreFailure when this driver was closed, or forked while in use."""
        if self.writer.turn.refusal is not None:
            raise StoreFailure(self.writer.turn.refusal)

    def close(self) -> None:
        """See `Driver.close`. What is being read keeps its connection until it is done."""
        self.writer.close()
        self._readers.close()

    def before_fork(self) -> None:
        """See `fork`. A database in memory stays open: the child gets a copy that is its own."""
        self._quiet = self.writer.turn.hold(self._file.busy_seconds)
        if self._file.path is not None:
            if self._quiet:
                self._ground.close()
            self._quiet = self._readers.hold() and self._quiet

    def after_fork_in_parent(self) -> None:
        """See `fork`."""
        if self._file.path is not None:
            self._readers.resume()
        self.writer.turn.resume()

    def after_fork_in_child(self) -> None:
        """See `fork`. What was under way belongs to the parent; then this driver is of no use here."""
        refusal = None if self._quiet else FORKED
        if not self._quiet:
            self._ground.forsake()
        if self._file.path is not None:
            self._readers.restart(refusal)
        self.writer.restart(refusal)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _copy(self) -> Iterator[sqlite3.Connection]:
        with closing(self._file.connect()) as copy:
            self.writer.alone(lambda: self._ground.copy_into(copy))
            yield copy
