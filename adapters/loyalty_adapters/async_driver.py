"""The driver of commands that tasks send: while one waits, its loop goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.util import await_only

from loyalty_adapters.async_threads import WorkerThreads
from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_engine.engine.ports.driver import Driver, ReadSession, Settle, WriteSession
from loyalty_engine.errors import InvariantViolation

Result = TypeVar("Result")


class AwaitingDriver:
    """See `Driver`; for synchronous code in a greenlet of SQLAlchemy's (`greenlet_spawn`), and only there."""

    def __init__(self, driver: Driver, threads: WorkerThreads) -> None:
        """`driver` is the engine's own; both share its writer."""
        self._driver = driver
        self._threads = threads

    @property
    def program(self) -> str | None:
        """See `Driver.program`."""
        return self._driver.program

    @program.setter
    def program(self, program: str | None) -> None:
        self._driver.program = program

    def submit(self, settle: Settle, command: Any) -> Any:
        """See `Driver.submit`; tasks and threads share their commits."""
        if isinstance(self._driver, SqliteDriver):
            return await_only(self._driver.writer.tasks.submit(settle, command))
        return self._in_thread(partial(self._driver.submit, settle, command))

    def submit_many(self, settle: Settle, commands: Sequence[Any]) -> list[Any]:
        """See `Driver.submit_many`."""
        return self._in_thread(partial(self._driver.submit_many, settle, commands))

    def transact(self, work: Callable[[WriteSession], Result]) -> Result:
        """See `Driver.transact`; the work runs in another thread."""
        return self._in_thread(partial(self._driver.transact, work))

    def reading(self) -> AbstractContextManager[ReadSession]:
        """Raises InvariantViolation: the block would stop the loop. A command reads by `read`."""
        raise InvariantViolation("a command that tasks send reads by `Driver.read`")

    def read(self, work: Callable[[ReadSession], Result]) -> Result:
        """See `Driver.read`; the work runs in another thread."""
        return self._in_thread(partial(self._driver.read, work))

    def within(self, host: object) -> Driver:
        """See `Driver.within`."""
        return self._driver.within(host)

    def close(self) -> None:
        """See `Driver.close`."""
        self._in_thread(self._driver.close)

    def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await_only(self._threads.run(work))
