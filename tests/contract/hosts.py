"""Stores as a host sees them: every call is made within a transaction of the host's, which then commits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import GeneratorType
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from loyalty_adapters.driver import open_driver
from loyalty_engine.engine.ports.driver import Driver, ReadSession, Settle, WriteSession

Result = TypeVar("Result")


class HostedDriver:
    """By a Connection of SQLAlchemy's."""

    def __init__(self, path: Path, program: str) -> None:
        self._own = open_driver(f"sqlite:///{path}", program=program, synchronous="OFF")
        self._host = sa.create_engine(f"sqlite:///{path}")

    @property
    def program(self) -> str | None:
        return self._own.program

    @program.setter
    def program(self, program: str | None) -> None:
        self._own.program = program

    def submit(self, settle: Settle, command: Any) -> Any:
        return self._use(lambda driver: driver.submit(settle, command))

    def submit_many(self, settle: Settle, commands: Sequence[Any]) -> list[Any]:
        return self._use(lambda driver: driver.submit_many(settle, commands))

    def transact(self, work: Callable[[WriteSession], Result]) -> Result:
        return self._use(lambda driver: driver.transact(work))

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        with self._host.connect() as connection, self._own.within(connection).reading() as reader:
            yield reader

    def read(self, work: Callable[[ReadSession], Result]) -> Result:
        return self._use(lambda driver: driver.read(work))

    def within(self, host: object) -> Driver:
        return self._own.within(host)

    def close(self) -> None:
        self._host.dispose()
        self._own.close()

    def _use(self, use: Callable[[Driver], Result]) -> Result:
        with self._host.connect() as connection:
            result = use(self._own.within(connection))
            connection.commit()
        return result


class AwaitedHostDriver(HostedDriver):
    """By an AsyncSession of SQLAlchemy's on aiosqlite, in a loop that runs while something is asked."""

    def __init__(self, path: Path, program: str) -> None:
        super().__init__(path, program)
        self._runner = asyncio.Runner()
        self._async_host = create_async_engine(f"sqlite+aiosqlite:///{path}")

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        session = AsyncSession(self._async_host)
        entered = self._run(session, lambda host: self._own.within(host).reading())
        reader = self._run(session, lambda _: entered.__enter__())
        try:
            yield _AwaitedReader(lambda use: self._run(session, lambda _: use(reader)))
        finally:
            self._run(session, lambda _: entered.__exit__(None, None, None))
            self._runner.run(session.close())

    def close(self) -> None:
        self._runner.run(self._async_host.dispose())
        super().close()

    def end(self) -> None:
        """Let go of the loop."""
        self._runner.close()

    def _use(self, use: Callable[[Driver], Result]) -> Result:
        async def used() -> Result:
            async with AsyncSession(self._async_host) as session:
                result = await session.run_sync(lambda host: use(self._own.within(host)))
                await session.commit()
            return result

        return self._runner.run(used())

    def _run(self, session: AsyncSession, work: Callable[[Any], Result]) -> Result:
        return self._runner.run(session.run_sync(work))


class _AwaitedReader:
    """Each question is asked in the loop; what comes as a stream has come to its end there."""

    def __init__(self, ask: Callable[[Callable[[Any], Any]], Any]) -> None:
        self._ask = ask

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def answer(reader: Any, given: tuple[Any, ...]) -> Any:
            found = getattr(reader, name)(*given)
            return iter(list(found)) if isinstance(found, GeneratorType) else found

        return lambda *given: self._ask(lambda reader: answer(reader, given))
