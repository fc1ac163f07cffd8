"""The way from a task to an engine in the transaction of the task's own AsyncSession or AsyncConnection."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session

from loyalty_adapters.async_door import Door, Use
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.errors import InvalidCommand

Result = TypeVar("Result")
SUPPORTED = "an AsyncSession or AsyncConnection of SQLAlchemy; `sync.within` takes a Session or Connection"


class HostDoor:
    """See `Door`. Everything runs on the host's connection, one call at a time; the host's loop goes on."""

    def __init__(self, engine: LoyaltyEngine, host: object) -> None:
        """Raises InvalidCommand for another kind of host."""
        if isinstance(host, async_scoped_session):
            host = host()
        if not isinstance(host, AsyncSession | AsyncConnection):
            name = type(host).__name__
            raise InvalidCommand(f"a {name} is no host that we can join; supported are {SUPPORTED}")
        self._engine = engine
        self._host = host

    @property
    def engine(self) -> LoyaltyEngine:
        """Raises InvalidCommand: synchronous calls cannot use a task's host."""
        raise InvalidCommand("an asynchronous host has no synchronous face")

    @property
    def rulebooks(self) -> Rulebooks:
        """See `Door.rulebooks`."""
        return self._engine.rulebooks

    async def command(self, use: Use[Result]) -> Result:
        """See `Door.command`."""
        return await self._host.run_sync(lambda host: use(self._engine.within(host)))

    async def work(self, use: Use[Result]) -> Result:
        """See `Door.work`."""
        return await self.command(use)

    def within(self, host: object) -> Door:
        """Raises InvalidCommand: one host is enough."""
        raise InvalidCommand("this is in a host's transaction already")

    async def close(self) -> None:
        """Raises InvalidCommand: the transaction is the host's to end."""
        raise InvalidCommand("the transaction is the host's: commit it or roll it back there")

    async def leave(self) -> None:
        """See `Door.leave`: the transaction goes on."""
