"""KeyboardInterrupt while waiting for the turn, while holding it, and at any moment."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
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


# An interrupt may hit a callback of the collector, which can only tell of it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_interrupts_at_any_moment_of_a_loop_leave_a_writer_that_loses_nothing(driver: SqliteDriver) -> None:
    """A loop of the main thread is broken off again and again, beside threads and a calm loop."""
    acknowledged: list[ActivityKey] = []

    async def brings(key: ActivityKey) -> None:
        await driver.writer.tasks.submit(add_points, key)
        acknowledged.append(key)

    def broken_off(keys: Sequence[ActivityKey], seconds: float) -> bool:
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(
            lambda *_: None
        )  # the loop itself was hit; what it says of that is its own
        tasks = [loop.create_task(brings(key)) for key in keys]
        try:
            with interrupted_after(seconds):
                loop.run_until_complete(asyncio.wait(tasks))
        except KeyboardInterrupt:
            for task in tasks:
                task.cancel()
            with suppress(RuntimeError):  # the loop was hit in its own stopping
                loop.run_until_complete(asyncio.wait(tasks, timeout=1))
            return True
        finally:
            loop.close()
        return False

    async def calm() -> list[int]:
        return [await driver.writer.tasks.submit(add_points, key) for key in KEYS[200:400]]

    def run(thread: int) -> list[int]:
        return [driver.submit(add_points, key) for key in KEYS[thread * 100 : thread * 100 + 100]]

    with ThreadPoolExecutor(3) as threads:
        futures = [*[threads.submit(run, thread) for thread in range(2)], threads.submit(asyncio.run, calm())]
        interrupts = sum(
            broken_off(KEYS[start : start + 8], 0.0003 * (turn % 14))
            for turn, start in enumerate(range(1000, 1800, 8))
        )
        outcomes = [future.result(60) for future in futures]

    assert interrupts > 10
    assert [len(set(one)) for one in outcomes] == [100, 100, 200]
    asks = [Ask(MEMBER, 0, key=key) for key in KEYS[:1800]]
    known = set(driver.transact(lambda session: session.load(asks)).known)
    assert known >= {*KEYS[:400], *acknowledged}
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
