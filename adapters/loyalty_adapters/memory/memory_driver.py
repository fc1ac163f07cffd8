"""A store in memory: transactions one after the other, readers on the state they found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from loyalty_adapters.memory.memory_reader import MemoryReader
from loyalty_adapters.memory.memory_store import MemoryStore
from loyalty_adapters.memory.state import State
from loyalty_engine.engine.ports.driver import Driver, ReadSession, Settle, WriteSession
from loyalty_engine.errors import InvariantViolation, StoreFailure, UnsafeHost

Result = TypeVar("Result")


class MemoryDriver:
    """See `Driver`. A transaction copies the indexes of the whole state: meant for tests and trials."""

    def __init__(self, program: str | None = None) -> None:
        self.program = program
        self._state = State()
        self._lock = threading.Lock()
        self._holder: int | None = None  # the thread inside a transaction
        self._closed = False

    def submit(self, settle: Settle, command: Any) -> Any:
        """See `Driver.submit`."""
        return self.transact(lambda session: _settled(settle, session, [command])[0])

    def submit_many(self, settle: Settle, commands: Sequence[Any]) -> list[Any]:
        """See `Driver.submit_many`. An exception is the outcome of the command that caused it."""
        batch = list(commands)
        if not batch:
            return []
        self._check_open()
        try:
            return self.transact(lambda session: _settled(settle, session, batch))
        except Exception as error:  # noqa: BLE001 whatever it is, it is one command's
            if len(batch) == 1:
                return [error]
        return [self._alone(settle, command) for command in batch]

    def transact(self, work: Callable[[WriteSession], Result]) -> Result:
        """See `Driver.transact`."""
        self._check_outside()
        with self._lock:
            self._check_open()
            self._holder = threading.get_ident()
            try:
                state = self._state.copy()
                result = work(MemoryStore(state, self.program))
                self._state = state  # the commit: one assignment
            finally:
                self._holder = None
        return result

    @contextmanager
    def reading(self) -> Iterator[MemoryReader]:
        """See `Driver.reading`."""
        self._check_open()
        yield MemoryReader(self._state, self.program)

    def read(self, work: Callable[[ReadSession], Result]) -> Result:
        """See `Driver.read`."""
        with self.reading() as session:
            return work(session)

    def within(self, host: object) -> Driver:
        """See `Driver.within`. Raises UnsafeHost: no host has a transaction on this."""
        raise UnsafeHost("a store in memory is in no database, so no host has a transaction on it")

    def close(self) -> None:
        """See `Driver.close`."""
        self._check_outside()
        with self._lock:
            self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _alone(self, settle: Settle, command: Any) -> Any:
        try:
            return self.submit(settle, command)
        except Exception as error:  # noqa: BLE001 whatever it is, it is this command's
            return error

    def _check_outside(self) -> None:
        if self._holder == threading.get_ident():
            raise InvariantViolation("a call was made from inside a transaction of the same engine")

    def _check_open(self) -> None:
        if self._closed:
            raise StoreFailure("the engine is closed")


def _settled(settle: Settle, session: WriteSession, commands: list[Any]) -> list[Any]:
    outcomes = settle(session, commands)
    if len(outcomes) != len(commands):
        raise InvariantViolation(f"{len(commands)} commands were settled with {len(outcomes)} outcomes")
    return outcomes
