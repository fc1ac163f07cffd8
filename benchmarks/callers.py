"""Who calls: one caller, or many at once, as threads or as tasks of one event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def one(call: Callable[[Item], object], items: Sequence[Item]) -> None:
    """Item after item."""
    for item in items:
        call(item)


def threads(call: Callable[[Item], object], items: Sequence[Item], callers: int) -> None:
    """Every `callers`-th item by the same thread; raises what a call raised."""
    failures: list[BaseException] = []

    def work(first: int) -> None:
        try:
            one(call, items[first::callers])
        except BaseException as error:  # noqa: BLE001 whatever it is, it is told below
            failures.append(error)

    crowd = [threading.Thread(target=work, args=(first,)) for first in range(callers)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    if failures:
        raise failures[0]


async def tasks(call: Callable[[Item], Awaitable[object]], items: Sequence[Item], callers: int) -> None:
    """Every `callers`-th item by the same task."""

    async def work(first: int) -> None:
        for item in items[first::callers]:
            await call(item)

    await asyncio.gather(*[work(first) for first in range(callers)])
