"""The thread that uses the turn for tasks, whose own threads must not sleep."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from queue import SimpleQueue

from loyalty_engine.errors import StoreFailure

_Inbox = SimpleQueue[Callable[[], None] | None]


class ServingThread:
    """Starts when it is first needed, and ends when it is stopped or nobody refers to it any more.

    It is a daemon: the end of the process waits for no task. What it was settling then is rolled back, or
    committed and its outcome unknown, as when a process is killed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # of starting
        self._inbox: _Inbox | None = None
        self._thread: threading.Thread | None = None

    def inbox(self) -> _Inbox:
        """Where to put what it shall do. Raises StoreFailure when no thread can be started."""
        if self._inbox is None:
            with self._lock:
                self._start()
        assert self._inbox is not None
        return self._inbox

    def stop(self) -> None:
        """Let it do what it was given, and wait for its end."""
        if self._inbox is not None and self._thread is not None:
            self._inbox.put(None)
            self._thread.join()

    def forsake(self) -> None:
        """In a child process, where the thread does not exist: start anew when needed."""
        self._lock = threading.Lock()
        self._inbox = self._thread = None

    def _start(self) -> None:
        if self._inbox is not None:
            return
        inbox: _Inbox = SimpleQueue()
        thread = threading.Thread(target=_work, args=(inbox,), name="loyalty-writer", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise StoreFailure(f"no thread can be started: {error}") from error
        weakref.finalize(self, inbox.put, None)
        self._thread, self._inbox = thread, inbox


def _work(inbox: _Inbox) -> None:
    while (work := inbox.get()) is not None:
        work()
        work = None  # nothing of an engine that was let go of is kept while waiting
