"""Tasks that use one engine: run in a loop of their own, and nothing may be told behind their backs."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from loyalty_adapters import AsyncLoyaltyEngine
from loyalty_adapters.async_door import OwnDoor
from loyalty_adapters.async_threads import WorkerThreads
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.errors import LoyaltyError

Result = TypeVar("Result")


def awaited(engine: LoyaltyEngine) -> AsyncLoyaltyEngine:
    """The asynchronous face of an engine that is open already."""
    return AsyncLoyaltyEngine(OwnDoor(engine, WorkerThreads()))


def run(main: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a loop to its end; fails when the loop had to tell of an exception that nobody retrieved."""
    told: list[dict[str, Any]] = []

    async def listening() -> Result:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        result = await asyncio.wait_for(main(), 60)
        gc.collect()  # what is dropped without a look tells so when it goes
        return result

    result = asyncio.run(listening())
    gc.collect()
    assert told == []
    return result


async def at_once(work: Callable[[int], Awaitable[Result]], tasks: int = 32) -> list[Result | LoyaltyError]:
    """What each of so many tasks gets; a refusal is a result."""

    async def call(number: int) -> Result | LoyaltyError:
        try:
            return await work(number)
        except LoyaltyError as refusal:
            return refusal

    return await asyncio.gather(*[call(number) for number in range(tasks)])


async def until(condition: Callable[[], bool]) -> None:
    """Let other tasks run until a condition holds."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.001)


@contextmanager
def no_thread_is_left() -> Iterator[None]:
    """A block after which as many threads run as before it."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before
