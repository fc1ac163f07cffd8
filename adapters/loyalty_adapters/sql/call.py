"""A command brought to the writer: in a thread that sleeps until it is settled, in a task, or in a batch."""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from loyalty_engine.engine.ports.driver import Settle


class Failed:
    """An outcome: nothing of the command is kept, and its caller is to get the error."""

    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Call:
    """One command. Without `settle` it wants the turn for itself.

    Concluding or waking twice is harmless: an interrupted holder of the turn may have been between any two
    steps.
    """

    __slots__ = ("command", "done", "outcome", "settle", "thread")

    def __init__(self, settle: Settle | None, command: Any) -> None:
        self.settle = settle
        self.command = command
        self.thread: int | None = None  # the one that uses the turn for it
        self.done = False
        self.outcome: Any = None

    def conclude(self, outcome: Any) -> None:
        """Note what has become of it; who waits is told afterwards, see `tell`."""
        self.outcome = outcome
        self.done = True

    def result(self) -> Any:
        """The outcome; raises what made it fail."""
        if isinstance(self.outcome, Failed):
            raise self.outcome.error
        return self.outcome

    def wake(self) -> None:
        """Let who waits look again: it may be done, or have the turn."""


class ThreadCall(Call):
    """Of a caller that sleeps in its own thread until the call is done, or the turn is its own to use."""

    __slots__ = ("_lock", "even_closed")

    def __init__(self, settle: Settle | None, command: Any, *, even_closed: bool = False) -> None:
        super().__init__(settle, command)
        self.even_closed = even_closed  # admitted though the writer is closing
        self.thread = threading.get_ident()
        self._lock = threading.Lock()
        self._lock.acquire()  # released once for each time the caller is woken

    def sleep(self, seconds: float = -1) -> bool:
        """Sleep until woken, at most so many seconds (-1: as long as it takes); False when time is up."""
        return self._lock.acquire(timeout=seconds)

    def wake(self) -> None:
        """See `Call.wake`."""
        with suppress(RuntimeError):  # it is awake
            self._lock.release()


class TaskCall(Call):
    """Of a task, whose thread must not sleep: `use_turn` has another thread use the turn for it.

    Its future only says that the call is done, so it may be dropped at any time without a trace.
    """

    __slots__ = ("_use_turn", "future")

    def __init__(
        self, settle: Settle, command: Any, future: Future[None], use_turn: Callable[[TaskCall], None]
    ) -> None:
        super().__init__(settle, command)
        self.future = future
        self._use_turn = use_turn

    def wake(self) -> None:
        """See `Call.wake`; that it is done is told by `tell`."""
        if not self.done:
            self._use_turn(self)


def tell(calls: Iterable[Call]) -> None:
    """Let callers see what has become of their calls: each thread is woken, and each loop once for all."""
    loops: dict[AbstractEventLoop, list[Future[None]]] = {}
    for call in calls:
        if isinstance(call, TaskCall):
            loops.setdefault(call.future.get_loop(), []).append(call.future)
        else:
            call.wake()
    for loop, futures in loops.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
            loop.call_soon_threadsafe(_wake_tasks, futures)


def _wake_tasks(futures: list[Future[None]]) -> None:
    for future in futures:
        if not future.done():  # its task may have been cancelled
            future.set_result(None)
