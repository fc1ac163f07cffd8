"""A caller's place in the writer's queue, and a transaction's hold on several of them."""

from __future__ import annotations

import threading
from typing import Any

from loyalty_engine.engine.ports.driver import Settle, WriteSession
from loyalty_engine.errors import InvariantViolation


class Call:
    """One command of a caller that sleeps in its own thread until it is settled or the turn is its own.

    Without `settle` it wants the turn for itself. Finishing twice is harmless: an interrupted holder of the
    turn may have been between any two steps.
    """

    __slots__ = ("_lock", "command", "done", "error", "even_closed", "outcome", "settle", "thread")

    def __init__(self, settle: Settle | None, command: Any, *, even_closed: bool = False) -> None:
        self.settle = settle
        self.command = command
        self.even_closed = even_closed  # admitted though the writer is closing
        self.thread = threading.get_ident()
        self.done = False
        self.outcome: Any = None
        self.error: Exception | None = None
        self._lock = threading.Lock()
        self._lock.acquire()  # released once for each time the caller is woken

    def sleep(self, seconds: float = -1) -> bool:
        """Sleep until woken, at most so many seconds (-1: as long as it takes); False when time is up."""
        return self._lock.acquire(timeout=seconds)

    def wake(self) -> None:
        """Let the caller see what has become of its call."""
        if self._lock.locked():
            self._lock.release()

    def finish(self, outcome: Any) -> None:
        """It is settled and durable."""
        self.outcome = outcome
        self.done = True
        self.wake()

    def fail(self, error: Exception) -> None:
        """It failed, and nothing of it is kept."""
        self.error = error
        self.done = True
        self.wake()

    def result(self) -> Any:
        """The outcome; raises what made it fail."""
        if self.error is not None:
            raise self.error
        return self.outcome


class Attempt:
    """A transaction for calls of one kind. Its outcomes stand just before it commits, unless it fails."""

    __slots__ = ("calls", "outcomes")

    def __init__(self, calls: list[Call]) -> None:
        self.calls = calls
        self.outcomes: list[Any] | None = None

    def settle(self, session: WriteSession) -> None:
        """Settle the calls' commands. Raises whatever settling raises."""
        settle = self.calls[0].settle
        assert settle is not None
        outcomes = settle(session, [call.command for call in self.calls])
        if len(outcomes) != len(self.calls):
            raise InvariantViolation(f"{len(self.calls)} commands were settled with {len(outcomes)} outcomes")
        self.outcomes = outcomes

    def deliver(self) -> None:
        """Give each caller its outcome, if there are any; may be repeated."""
        if self.outcomes is not None:
            for call, outcome in zip(self.calls, self.outcomes, strict=True):
                call.finish(outcome)
