"""Opening an engine whose use cases are awaited."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from os import PathLike
from types import TracebackType
from typing import Any

from loyalty_adapters.async_door import OwnDoor
from loyalty_adapters.async_engine import AsyncLoyaltyEngine
from loyalty_adapters.async_threads import WorkerThreads
from loyalty_adapters.opening import Clock, open_engine
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine


def open_async_engine(
    url: str,
    *,
    rulebook: str | PathLike[str] | None = None,
    program: str | None = None,
    clock: Clock | None = None,
    recording_clock: Clock | None = None,
    create: bool = True,
    synchronous: str = "FULL",
    actor: str | None = None,
) -> AsyncOpening:
    """As `open_engine`, for tasks: `await open_async_engine(...)`, or `async with open_async_engine(...)`.

    The database is opened, and the rules are checked, in a thread. Raises what `open_engine` raises.
    """
    how: dict[str, Any] = {"rulebook": rulebook, "program": program, "create": create, "actor": actor}
    how |= {"clock": clock, "recording_clock": recording_clock, "synchronous": synchronous}
    return AsyncOpening(partial(open_engine, url, **how))


class AsyncOpening:
    """An engine about to be opened: once, by `await` or by `async with`, which also closes it."""

    def __init__(self, opening: Callable[[], LoyaltyEngine]) -> None:
        """`opening` opens the synchronous face."""
        self._opening = opening
        self._engine: AsyncLoyaltyEngine | None = None

    def __await__(self) -> Generator[Any, Any, AsyncLoyaltyEngine]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncLoyaltyEngine:
        self._engine = await self._open()
        return self._engine

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._engine is not None
        await self._engine.close()

    async def _open(self) -> AsyncLoyaltyEngine:
        threads = WorkerThreads()
        engine = await threads.run(self._opening, unwanted=lambda late: late.close())
        return AsyncLoyaltyEngine(OwnDoor(engine, threads))
