"""The ways in: each opens an engine on a database of its own and does what it is given, items at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import create_engine, event
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from benchmarks import callers
from benchmarks.prepared import Opened
from loyalty_adapters.async_door import OwnDoor
from loyalty_adapters.async_engine import AsyncLoyaltyEngine
from loyalty_adapters.async_threads import WorkerThreads

CALLERS = 32

Call = Callable[[Any, Any], Any]
"""What one caller does with an engine and an item: `lambda engine, basket: engine.record(basket)`.

A task does the same and awaits what it gives.
"""


class Door(Protocol):
    """A way in, by its name."""

    name: str
    opened: Opened

    def use(self, items: Sequence[Any]) -> None:
        """Do all items; returns when every one is committed."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class OneCaller:
    """One caller, one item after the other."""

    name = "one caller"

    def __init__(self, path: Path, now: datetime, call: Call, name: str | None = None) -> None:
        self.name = name or self.name
        self.opened = Opened(path, now)
        self._call = call

    def use(self, items: Sequence[Any]) -> None:
        """See `Door.use`."""
        engine, call = self.opened.engine, self._call
        callers.one(lambda item: call(engine, item), items)

    def close(self) -> None:
        """See `Door.close`."""
        self.opened.close()


class Threads(OneCaller):
    """Many callers at once, a thread each."""

    name = f"{CALLERS} threads"

    def use(self, items: Sequence[Any]) -> None:
        """See `Door.use`."""
        engine, call = self.opened.engine, self._call
        callers.threads(lambda item: call(engine, item), items, CALLERS)


class Bulk(OneCaller):
    """One caller who hands over all activities at once."""

    name = "record_many"

    def use(self, items: Sequence[Any]) -> None:
        """See `Door.use`."""
        self.opened.engine.record_many(items)


class HostSession(OneCaller):
    """One caller whose own transaction it is: a Session of SQLAlchemy, committed after each item."""

    name = "within the host's Session"

    def __init__(self, path: Path, now: datetime, call: Call, name: str | None = None) -> None:
        super().__init__(path, now, call, name)
        self._host = create_engine(f"sqlite:///{path}")
        event.listen(self._host, "connect", _set_up)

    def use(self, items: Sequence[Any]) -> None:
        """See `Door.use`."""
        engine, call = self.opened.engine, self._call
        for item in items:
            with Session(self._host) as session:
                call(engine.within(session), item)
                session.commit()

    def close(self) -> None:
        """See `Door.close`."""
        self._host.dispose()
        super().close()


class Tasks(OneCaller):
    """Many callers at once, a task each, of one event loop."""

    name = f"{CALLERS} tasks"

    def __init__(self, path: Path, now: datetime, call: Call, name: str | None = None) -> None:
        super().__init__(path, now, call, name)
        self._engine = AsyncLoyaltyEngine(OwnDoor(self.opened.engine, WorkerThreads()))
        self._loop = asyncio.Runner()

    def use(self, items: Sequence[Any]) -> None:
        """See `Door.use`."""
        engine, call = self._engine, self._call
        self._loop.run(callers.tasks(lambda item: call(engine, item), items, CALLERS))

    def close(self) -> None:
        """See `Door.close`."""
        self._loop.run(self._engine.close())
        self._loop.close()
        super().close()


class HostAsyncSession(Tasks):
    """One task whose own transaction it is: an AsyncSession on aiosqlite, committed after each item."""

    name = "within the host's AsyncSession"

    def __init__(self, path: Path, now: datetime, call: Call, name: str | None = None) -> None:
        super().__init__(path, now, call, name)
        self._host = create_async_engine(f"sqlite+aiosqlite:///{path}")
        event.listen(self._host.sync_engine, "connect", _set_up)

    def use(self, items: Sequence[Any]) -> None:
        """See `Door.use`."""
        self._loop.run(callers.tasks(self._one, items, 1))

    def close(self) -> None:
        """See `Door.close`."""
        self._loop.run(self._host.dispose())
        super().close()

    async def _one(self, item: Any) -> None:
        async with AsyncSession(self._host) as session:
            await self._call(self._engine.within(session), item)
            await session.commit()


def _set_up(connection: Any, _record: object) -> None:
    """A host that takes as little care of the disk as everybody else here."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA cache_size = -16384")
    cursor.close()
