"""The ways in: each opens an engine on a database of its own and does what it is given, items at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from benchmarks import callers
from benchmarks.prepared import Opened
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine

CALLERS = 32

Item = TypeVar("Item")
Call = Callable[[LoyaltyEngine, Item], object]
"""What one caller does with one item: `lambda engine, basket: engine.record(basket)`."""


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

    def __init__(self, path: Path, now: datetime, call: Call[Any], name: str | None = None) -> None:
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


class HostSession(OneCaller):
    """One caller whose own transaction it is: a Session of SQLAlchemy, committed after each item."""

    name = "within the host's Session"

    def __init__(self, path: Path, now: datetime, call: Call[Any], name: str | None = None) -> None:
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


def _set_up(connection: Any, _record: object) -> None:
    """A host that takes as little care of the disk as everybody else here."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA cache_size = -16384")
    cursor.close()
