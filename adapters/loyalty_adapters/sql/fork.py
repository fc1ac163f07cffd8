"""What happens to open databases when the process forks.

SQLite keeps, per process and file, which locks it holds; a child inherits that book but not the locks, so
even a new connection of the child would rely on locks that nobody holds, and a database can be corrupted.
So everything is closed before a fork and opened again when it is next needed, on both sides.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Protocol
from weakref import WeakSet


class Forking(Protocol):
    """Something that must not be carried over a fork as it is."""

    def before_fork(self) -> None:
        """Close what is open, and let nobody in until one of the other two is called."""
        ...

    def after_fork_in_parent(self) -> None:
        """Let callers in again."""
        ...

    def after_fork_in_child(self) -> None:
        """Let callers in; the threads that waited do not exist here."""
        ...


_watched: WeakSet[Forking] = WeakSet()
_held: list[Forking] = []
_one_at_a_time = threading.Lock()
_hooks: list[bool] = []  # filled when the process was told of us; once is enough


def watch(driver: Forking) -> None:
    """Have a driver told of forks for as long as it lives."""
    _watched.add(driver)
    if not _hooks and hasattr(os, "register_at_fork"):
        _hooks.append(True)
        os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)


def _before() -> None:
    _one_at_a_time.acquire()  # released by one of the other two
    for driver in list(_watched):
        driver.before_fork()
        _held.append(driver)


def _after_in_parent() -> None:
    _resume(lambda driver: driver.after_fork_in_parent())


def _after_in_child() -> None:
    _resume(lambda driver: driver.after_fork_in_child())


def _resume(let_in: Callable[[Forking], None]) -> None:
    try:
        while _held:
            let_in(_held.pop())
    finally:
        _one_at_a_time.release()
