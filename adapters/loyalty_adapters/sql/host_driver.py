"""A store of ours in a transaction that a host has under way: a part inside it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from loyalty_adapters.sql.host_executor import HostExecutor
from loyalty_adapters.sql.host_savepoint import holding_lock, snapshot
from loyalty_adapters.sql.host_transaction import check_kind, connection_of
from loyalty_adapters.sql.sqlite_reader import SqliteReader
from loyalty_adapters.sql.sqlite_store import SqliteStore
from loyalty_engine.engine.ports.driver import Driver, ReadSession, Settle, WriteSession
from loyalty_engine.errors import InvalidCommand, InvariantViolation, RetryTransaction

Result = TypeVar("Result")


class Owner(Protocol):
    """The driver of the database, on whose behalf this one works."""

    program: str | None

    def check_open(self) -> None:
        """Raise StoreFailure when it was closed."""
        ...


class HostDriver:
    """See `Driver`. The host commits, rolls back and closes; nothing here is ever tried again.

    What fails, fails back to where it began: the host's own work stays as it is.
    """

    def __init__(self, host: object, database: Path, owner: Owner) -> None:
        """Raises InvalidCommand or UnsafeHost for a host that cannot be joined."""
        check_kind(host)
        self._host = host
        self._database = database
        self._owner = owner
        self._connection()

    @property
    def program(self) -> str | None:
        """See `Driver.program`."""
        return self._owner.program

    @program.setter
    def program(self, program: str | None) -> None:
        self._owner.program = program

    def submit(self, settle: Settle, command: Any) -> Any:
        """See `Driver.submit`; it shares a commit with what the host does."""
        return self.transact(lambda session: _settled(settle, session, [command]))[0]

    def submit_many(self, settle: Settle, commands: Sequence[Any]) -> list[Any]:
        """See `Driver.submit_many`. Raises RetryTransaction: then none of them can be settled here."""
        batch = list(commands)
        try:
            return self.transact(lambda session: _settled(settle, session, batch)) if batch else []
        except RetryTransaction:
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, it is one command's
            if len(batch) == 1:
                return [error]
        return [outcome for command in batch for outcome in self.submit_many(settle, [command])]

    def transact(self, work: Callable[[WriteSession], Result]) -> Result:
        """See `Driver.transact`; the transaction is a part of the host's, kept or dropped as a whole."""
        connection = self._connection()
        with holding_lock(connection):
            return work(SqliteStore(HostExecutor(connection), self.program))

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        """See `Driver.reading`: what the host's transaction sees, its own uncommitted changes too."""
        connection = self._connection()
        with snapshot(connection):
            yield SqliteReader(HostExecutor(connection), self.program)

    def read(self, work: Callable[[ReadSession], Result]) -> Result:
        """See `Driver.read`."""
        with self.reading() as session:
            return work(session)

    def within(self, host: object) -> Driver:
        """Raises InvalidCommand: one host is enough."""
        raise InvalidCommand("this is in a host's transaction already")

    def close(self) -> None:
        """Raises InvalidCommand: the transaction and its connection are the host's to end."""
        raise InvalidCommand("the transaction is the host's: nothing here is ours to close")

    def _connection(self) -> Connection:
        self._owner.check_open()
        return connection_of(self._host, self._database)


def _settled(settle: Settle, session: WriteSession, commands: list[Any]) -> list[Any]:
    outcomes = settle(session, commands)
    if len(outcomes) != len(commands):
        raise InvariantViolation(f"{len(commands)} commands were settled with {len(outcomes)} outcomes")
    return outcomes
