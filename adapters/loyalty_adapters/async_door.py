"""The ways from a task to the synchronous code of an engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy.util import greenlet_spawn

from loyalty_adapters.async_driver import AwaitingDriver
from loyalty_adapters.async_threads import WorkerThreads
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.rulebooks import Rulebooks

Result = TypeVar("Result")
Use = Callable[[LoyaltyEngine], Result]
"""A call of one method of an engine."""


class Door(Protocol):
    """Lets tasks use an engine while their loop goes on."""

    @property
    def engine(self) -> LoyaltyEngine:
        """The synchronous face."""
        ...

    @property
    def rulebooks(self) -> Rulebooks:
        """See `LoyaltyEngine.rulebooks`."""
        ...

    async def command(self, use: Use[Result]) -> Result:
        """Use the engine for one command, which shares its commit with whatever else waits."""
        ...

    async def work(self, use: Use[Result]) -> Result:
        """Use the engine for what reads, or takes long."""
        ...

    def within(self, host: object) -> Door:
        """The door to the same engine in a host's transaction. Raises InvalidCommand for another host."""
        ...

    async def close(self) -> None:
        """See `LoyaltyEngine.close`."""
        ...

    async def leave(self) -> None:
        """At the end of an `async with` block: close what is ours to close."""
        ...


class OwnDoor:
    """To an engine on a store of ours. Commands run in greenlets of the caller, the rest in threads."""

    def __init__(self, engine: LoyaltyEngine, threads: WorkerThreads) -> None:
        self.engine = engine
        self._threads = threads
        self._awaiting = engine.through(lambda driver: AwaitingDriver(driver, threads))

    @property
    def rulebooks(self) -> Rulebooks:
        """See `Door.rulebooks`."""
        return self.engine.rulebooks

    async def command(self, use: Use[Result]) -> Result:
        """See `Door.command`. It computes for moments only, and waits for the writer."""
        return await greenlet_spawn(use, self._awaiting)

    async def work(self, use: Use[Result]) -> Result:
        """See `Door.work`."""
        return await self._threads.run(lambda: use(self.engine))

    def within(self, host: object) -> Door:
        """See `Door.within`."""
        from loyalty_adapters.async_host_door import HostDoor  # it needs SQLAlchemy's ORM, which is large

        return HostDoor(self.engine, host)

    async def close(self) -> None:
        """See `Door.close`. What is being read is waited for as well."""
        await self._threads.finish(self.engine.close)

    async def leave(self) -> None:
        """See `Door.leave`."""
        await self.close()
