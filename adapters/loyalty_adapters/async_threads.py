"""Threads of an asynchronous engine's own, for what reads or takes long."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any, TypeVar

from loyalty_engine.errors import StoreFailure

Result = TypeVar("Result")
MOST = 8  # at once; as many connections for reading are kept


class WorkerThreads:
    """Started when needed, in the process that needs them; not the loop's own, which may be full."""

    def __init__(self) -> None:
        self._closed = False
        self._renew()

    async def run(
        self, work: Callable[[], Result], unwanted: Callable[[Result], None] | None = None
    ) -> Result:
        """What work gives, or raises, in a thread. When the task is cancelled, work that has begun goes on.

        `unwanted` gets the result then. Raises StoreFailure when the threads were let go of.
        """
        job = self._begin(work)
        try:
            await _done(job)
        except BaseException:
            if not job.cancel() and unwanted is not None:
                job.add_done_callback(lambda late: None if late.exception() else unwanted(late.result()))
            raise
        return job.result()

    async def finish(self, last: Callable[[], None]) -> None:
        """Run `last`, then wait for all that is under way; nothing more is taken meanwhile or later."""

        def finish() -> None:
            last()
            self._threads.shutdown()

        self._closed = True
        if self._process != os.getpid():
            self._renew()
        closing = ThreadPoolExecutor(1, "loyalty-closing")
        job = closing.submit(finish)
        closing.shutdown(wait=False)  # it ends with its one job, also when this task is cancelled
        await _done(job)
        job.result()

    def _begin(self, work: Callable[[], Result]) -> Future[Result]:
        if self._closed:
            raise StoreFailure("the engine is closed")
        if self._process != os.getpid():
            self._renew()
        try:
            return self._threads.submit(copy_context().run, work)
        except RuntimeError as error:
            raise StoreFailure(f"no thread can be used: {error}") from error

    def _renew(self) -> None:
        self._process = os.getpid()
        self._threads = ThreadPoolExecutor(MOST, "loyalty-reading")


async def _done(job: Future[Any]) -> None:
    """Wait until a job is over, in a task whose loop goes on, and may end, meanwhile."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()

    def tell(_: Future[Any]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
            loop.call_soon_threadsafe(_wake, over)

    job.add_done_callback(tell)
    await over


def _wake(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)
