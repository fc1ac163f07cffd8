"""The writer under callers that really race: groups, guilty commands, closing, a lock held elsewhere."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.engine.ports.driver import WriteSession
from loyalty_engine.errors import DatabaseBusy, InvariantViolation, StoreFailure
from tests.concurrency.one_member import KEYS, Gate, add_points, enrol, file, points, wait_until


def test_racing_threads_lose_nothing_and_double_nothing(driver: SqliteDriver) -> None:
    def run(thread: int) -> list[int]:
        return [driver.submit(add_points, key) for key in KEYS[thread * 50 : thread * 50 + 60]]

    with ThreadPoolExecutor(16) as threads:
        outcomes = [outcome for one in threads.map(run, range(16)) for outcome in one]

    keys = 15 * 50 + 60
    assert len(outcomes) == 16 * 60
    assert set(outcomes) == set(range(1, keys + 1))
    assert points(driver) == keys


def test_callers_that_wait_share_one_commit(driver: SqliteDriver) -> None:
    gate = Gate()
    with ThreadPoolExecutor(32) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        others = [threads.submit(driver.submit, add_points, key) for key in KEYS[1:31]]
        wait_until(lambda: len(driver.writer.turn.waiting()) == 30)
        gate.opened.set()
        outcomes = [future.result(20) for future in [first, *others]]

    assert set(outcomes) == set(range(1, 32))
    assert (driver.writer.groups, driver.writer.postings) == (2, 31)


def test_racing_callers_share_commits_by_themselves(tmp_path: Path) -> None:
    with SqliteDriver(SqliteFile(tmp_path / "shop.db", "FULL"), program="acme") as driver:
        driver.transact(enrol)
        with ThreadPoolExecutor(32) as threads:
            list(threads.map(lambda key: driver.submit(add_points, key), KEYS[:960]))

        assert driver.writer.postings == 960
        assert driver.writer.groups <= 960 / 10


def test_a_group_is_no_larger_than_its_limit(tmp_path: Path) -> None:
    gate = Gate()
    sizes: list[int] = []

    def counting(session: WriteSession, keys: Sequence[ActivityKey]) -> list[Any]:
        sizes.append(len(keys))
        return add_points(session, keys)

    with SqliteDriver(file(tmp_path), program="acme", largest_group=4) as driver:
        driver.transact(enrol)
        with ThreadPoolExecutor(12) as threads:
            first = threads.submit(driver.submit, gate, KEYS[0])
            assert gate.entered.wait(20)
            others = [threads.submit(driver.submit, counting, key) for key in KEYS[1:11]]
            wait_until(lambda: len(driver.writer.turn.waiting()) == 10)
            gate.opened.set()
            for future in [first, *others]:
                future.result(20)

    assert sorted(sizes) == [2, 4, 4]


@pytest.mark.parametrize(("guilty", "error"), [("bug", InvariantViolation), ("rival", StoreFailure)])
def test_what_fails_in_a_group_fails_alone(driver: SqliteDriver, guilty: str, error: type[Exception]) -> None:
    gate = Gate()
    keys = [*KEYS[1:6], ActivityKey("till", "sale", guilty), *KEYS[6:10]]
    with ThreadPoolExecutor(16) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        others = [threads.submit(driver.submit, add_points, key) for key in keys]
        wait_until(lambda: len(driver.writer.turn.waiting()) == len(keys))
        gate.opened.set()
        first.result(20)
        failures = [type(future.exception(20)) for future in others]

    assert failures == [type(None)] * 5 + [error] + [type(None)] * 4
    assert points(driver) == 10


def test_each_way_of_settling_has_groups_of_its_own(driver: SqliteDriver) -> None:
    gate = Gate()
    seen: list[tuple[str, int]] = []

    def way(name: str) -> Any:
        def settle(session: WriteSession, keys: Sequence[ActivityKey]) -> list[Any]:
            seen.append((name, len(keys)))
            return add_points(session, keys)

        return settle

    ways = [way("a"), way("b")]
    with ThreadPoolExecutor(16) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        others = [threads.submit(driver.submit, ways[n % 2], KEYS[n]) for n in range(1, 11)]
        wait_until(lambda: len(driver.writer.turn.waiting()) == 10)
        gate.opened.set()
        for future in [first, *others]:
            future.result(20)

    assert sorted(seen) == [("a", 5), ("b", 5)]


def test_work_of_its_own_runs_in_its_callers_thread_and_alone(driver: SqliteDriver) -> None:
    gate = Gate()
    threads_seen: list[int] = []
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)

        def work() -> int:
            driver.transact(lambda _: threads_seen.append(threading.get_ident()))
            return threading.get_ident()

        own = threads.submit(work)
        many = threads.submit(driver.submit_many, add_points, KEYS[1:4])
        wait_until(lambda: len(driver.writer.turn.waiting()) == 2)
        gate.opened.set()
        assert [own.result(20)] == threads_seen
        assert many.result(20) == [2, 3, 4]
        first.result(20)


def test_closing_serves_who_waits_and_refuses_who_comes_later(driver: SqliteDriver) -> None:
    gate = Gate()
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        waiting = [threads.submit(driver.submit, add_points, key) for key in KEYS[1:4]]
        wait_until(lambda: len(driver.writer.turn.waiting()) == 3)
        closing = [threads.submit(driver.close) for _ in range(2)]
        wait_until(lambda: len(driver.writer.turn.waiting()) == 5)
        with pytest.raises(StoreFailure, match="closed"):
            driver.submit(add_points, KEYS[9])
        gate.opened.set()
        assert sorted(future.result(20) for future in [first, *waiting]) == [1, 2, 3, 4]
        for future in closing:
            future.result(20)

    with pytest.raises(StoreFailure, match="closed"):
        driver.submit(add_points, KEYS[9])


def test_a_lock_held_elsewhere_for_too_long_is_told_to_everybody_and_nobody_waits_twice(
    tmp_path: Path,
) -> None:
    with SqliteDriver(file(tmp_path, busy_seconds=0.3), program="acme") as driver:
        driver.transact(enrol)
        other = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with ThreadPoolExecutor(8) as threads:
            futures = [threads.submit(driver.submit, add_points, key) for key in KEYS[:8]]
            failures = [future.exception(20) for future in futures]
        with pytest.raises(DatabaseBusy):
            driver.submit_many(add_points, KEYS[:500])
        assert time.monotonic() - started < 3
        assert points(driver) == 0
        other.execute("ROLLBACK")
        other.close()

        assert {type(failure) for failure in failures} == {DatabaseBusy}
        assert len({id(failure) for failure in failures}) == 8
        assert driver.submit(add_points, KEYS[0]) == 1
