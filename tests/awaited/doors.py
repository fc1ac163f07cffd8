"""Every way to the use cases, walked with the same calls and the same clocks."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from loyalty_adapters import open_async_engine, open_engine
from loyalty_engine.errors import LoyaltyError
from tests.awaited.calls import CALLS, RULES, Call, plain
from tests.engine.shop import instant, rule_files

Ask = Callable[[Call, tuple[Any, ...], dict[str, Any]], Any]


class Walk:
    """A fresh store, a clock that shows what each call says, and the answers."""

    def __init__(self, folder: Path, store: str) -> None:
        self.now = instant("2026-01-01")
        self.file = folder / "shop.db"
        self.url = f"sqlite:///{self.file}" if store == "sqlite" else "memory://"
        self.how: dict[str, Any] = {"rulebook": folder / "rules", "synchronous": "OFF"}
        self.how |= {"clock": lambda: self.now, "recording_clock": lambda: self.now}
        self.answers: dict[int, Any] = {}
        (folder / "rules").mkdir()
        (folder / "rules" / "shop.yaml").write_text(rule_files(**RULES)["shop.yaml"])

    def plainly(self) -> list[tuple[str, Any]]:
        """All answers, in order, as values."""
        return [(one.method, plain(self.answers[place])) for place, one in enumerate(CALLS)]

    def walk(self, ask: Ask) -> None:
        """Make every call; an error of ours is an answer."""
        for place, one in enumerate(CALLS):
            self.now = instant(one.at)
            try:
                self.answers[place] = ask(one, *one.given(self.answers))
            except LoyaltyError as error:
                self.answers[place] = error

    def by_threads(self) -> None:
        """The synchronous door."""
        with open_engine(self.url, **self.how) as engine:
            self.walk(lambda one, args, named: asked(engine, one, args, named))

    def by_tasks(self) -> None:
        """The asynchronous door."""

        async def opened() -> Any:
            return await open_async_engine(self.url, **self.how)

        with asyncio.Runner() as runner:
            engine = runner.run(opened())
            self.walk(lambda one, args, named: runner.run(awaited(asked(engine, one, args, named))))
            runner.run(engine.close())

    def within(self, kind: str) -> None:
        """A host's transaction for each call; the host commits it, whatever our answer is."""
        with open_engine(self.url, **self.how) as engine:
            host = sa.create_engine(self.url)

            def ask(one: Call, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
                if one.publishes:
                    return asked(engine, one, args, named)
                with Session(host) if kind == "Session" else host.connect() as transaction:
                    try:
                        return asked(engine.within(transaction), one, args, named)
                    finally:
                        transaction.commit()

            self.walk(ask)
            host.dispose()

    def within_tasks(self, kind: str) -> None:
        """The same for tasks."""
        with asyncio.Runner() as runner:
            runner.run(self._within_tasks(kind))

    async def _within_tasks(self, kind: str) -> None:
        engine = await open_async_engine(self.url, **self.how)
        host = create_async_engine(self.url.replace("sqlite", "sqlite+aiosqlite"))

        async def ask(one: Call, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
            if one.publishes:
                return await awaited(asked(engine, one, args, named))
            async with AsyncSession(host) if kind == "AsyncSession" else host.connect() as transaction:
                try:
                    return await awaited(asked(engine.within(transaction), one, args, named))
                finally:
                    await transaction.commit()

        for place, one in enumerate(CALLS):
            self.now = instant(one.at)
            try:
                self.answers[place] = await ask(one, *one.given(self.answers))
            except LoyaltyError as error:
                self.answers[place] = error
        await host.dispose()
        await engine.close()


def asked(engine: Any, one: Call, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What a method gives, or a property is."""
    found = getattr(engine, one.method)
    return found(*args, **named) if callable(found) else found


async def awaited(answer: Any) -> Any:
    """What comes of a coroutine; a property is there at once."""
    return await answer if inspect.isawaitable(answer) else answer


DOORS: dict[str, tuple[str, Callable[[Walk], None]]] = {
    "threads": ("sqlite", Walk.by_threads),
    "tasks": ("sqlite", Walk.by_tasks),
    "threads, in memory": ("memory", Walk.by_threads),
    "tasks, in memory": ("memory", Walk.by_tasks),
    "within a Session": ("sqlite", lambda walk: walk.within("Session")),
    "within a Connection": ("sqlite", lambda walk: walk.within("Connection")),
    "within an AsyncSession": ("sqlite", lambda walk: walk.within_tasks("AsyncSession")),
    "within an AsyncConnection": ("sqlite", lambda walk: walk.within_tasks("AsyncConnection")),
}
