"""KeyboardInterrupt while waiting for the turn, while holding it, and at any moment."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.engine.ports.driver import WriteSession
from loyalty_engine.engine.ports.store import Ask
from tests.concurrency.one_member import KEYS, MEMBER, Gate, add_points, points, wait_until


def test_an_interrupted_holder_leaves_the_others_command_to_the_others(driver: SqliteDriver) -> None:
    gate = Gate()
    calls: list[int] = []

    def interrupted_once(session: WriteSession, keys: Sequence[ActivityKey]) -> list[Any]:
        outcomes = add_points(session, keys)
        calls.append(len(keys))
        if len(calls) == 1:
            raise KeyboardInterrupt
        return outcomes

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        others = [threads.submit(driver.submit, interrupted_once, key) for key in KEYS[1:6]]
        wait_until(lambda: len(driver.writer.turn.waiting()) == 5)
        gate.opened.set()
        first.result(20)
        failures = [type(future.exception(20)) for future in others]

    assert sorted(failures, key=str) == [KeyboardInterrupt, *[type(None)] * 4]
    assert calls == [5, 4]
    assert points(driver) == 5


def test_an_interrupted_waiter_is_forgotten_and_the_writer_works_on(driver: SqliteDriver) -> None:
    gate = Gate()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        somebody_waits = interrupted_when(lambda: len(driver.writer.turn.waiting()) == 1)
        with pytest.raises(KeyboardInterrupt), somebody_waits:
            driver.submit(add_points, KEYS[1])
        assert driver.writer.turn.waiting() == []
        gate.opened.set()
        first.result(20)

    assert driver.submit(add_points, KEYS[2]) == 2


def test_interrupts_at_any_moment_leave_a_writer_that_loses_nothing(driver: SqliteDriver) -> None:
    """Racing threads, while the main thread's own calls are interrupted again and again."""
    acknowledged: list[ActivityKey] = []

    def run(thread: int) -> list[int]:
        return [driver.submit(add_points, key) for key in KEYS[thread * 200 : thread * 200 + 200]]

    interrupts = 0
    with ThreadPoolExecutor(4) as threads:
        futures = [threads.submit(run, thread) for thread in range(4)]
        for turn, key in enumerate(KEYS[1000:1150]):
            try:
                with interrupted_after(0.0002 * (turn % 12)):
                    driver.submit(add_points, key)
                    acknowledged.append(key)
            except KeyboardInterrupt:
                interrupts += 1
        outcomes = [future.result(60) for future in futures]

    assert interrupts > 5
    assert all(len(one) == len(set(one)) == 200 for one in outcomes)
    asks = [Ask(MEMBER, 0, key=key) for key in KEYS[:1150]]
    known = set(driver.transact(lambda session: session.load(asks)).known)
    assert known >= {*KEYS[:800], *acknowledged}
    assert points(driver) == len(known)


class interrupted_when:  # noqa: N801 reads as a sentence
    """A block in the main thread that gets SIGINT once a condition holds."""

    def __init__(self, condition: Callable[[], bool]) -> None:
        self._thread = threading.Thread(target=self._wait, args=(condition,))

    def _wait(self, condition: Callable[[], bool]) -> None:
        wait_until(condition)
        os.kill(os.getpid(), signal.SIGINT)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join()


class interrupted_after:  # noqa: N801 reads as a sentence
    """A block in the main thread that is interrupted after so many seconds, if it is still running then."""

    def __init__(self, seconds: float) -> None:
        self._seconds = max(seconds, 1e-6)

    def __enter__(self) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        self._before = signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)
