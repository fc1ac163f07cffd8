"""A process that forks while it has a database open."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_engine.errors import StoreFailure
from tests.concurrency.one_member import KEYS, Gate, add_points, enrol, file, points, wait_until


def in_child(work: Callable[[], None]) -> int:
    """Run work in a forked child; gives its exit code: 0 done, 1 failed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_parent_and_child_both_write_on_after_a_fork(driver: SqliteDriver, tmp_path: Path) -> None:
    driver.submit(add_points, KEYS[0])
    with driver.reading() as reader:
        reader.counts()

    def child() -> None:
        for key in KEYS[1:20]:
            driver.submit(add_points, key)
        assert points(driver) >= 20
        driver.close()

    assert in_child(child) == 0
    assert driver.submit(add_points, KEYS[20]) == 21
    driver.close()
    with SqliteDriver(file(tmp_path), program="acme", create=False) as again:
        assert points(again) == 21


def test_a_child_goes_on_when_the_parent_closes(driver: SqliteDriver, tmp_path: Path) -> None:
    """The parent's last close removes the write-ahead log only if the child's locks are real ones."""
    read_end, write_end = os.pipe()
    driver.submit(add_points, KEYS[0])

    child = os.fork()
    if child == 0:
        code = 1
        try:
            driver.submit(add_points, KEYS[1])
            os.read(read_end, 1)
            driver.submit(add_points, KEYS[2])
            code = 0
        finally:
            os._exit(code)
    wait_until(lambda: points(driver) == 2)
    driver.close()
    os.write(write_end, b"x")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(read_end)
    os.close(write_end)

    with SqliteDriver(file(tmp_path), program="acme", create=False) as again:
        assert points(again) == 3


def test_a_fork_waits_for_the_transaction_under_way(driver: SqliteDriver) -> None:
    gate = Gate()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        threading.Timer(0.1, gate.opened.set).start()

        def child() -> None:
            assert points(driver) == 1
            assert driver.submit(add_points, KEYS[1]) == 2

        assert in_child(child) == 0
        assert first.result(20) == 1
    assert driver.submit(add_points, KEYS[2]) == 3


def test_a_child_of_a_fork_during_use_refuses_and_the_parent_works_on(tmp_path: Path) -> None:
    with SqliteDriver(file(tmp_path, busy_seconds=0.2), program="acme") as driver:

        def child() -> None:
            with pytest.raises(StoreFailure, match="fork"):
                driver.submit(add_points, KEYS[1])
            with pytest.raises(StoreFailure, match="fork"):
                points(driver)
            driver.close()

        driver.transact(enrol)
        with driver.reading() as reader:
            assert in_child(child) == 0
            assert reader.counts()["members"] == 1
        codes = driver.transact(lambda _: in_child(child))
        assert codes == 0
        gate = Gate()
        with ThreadPoolExecutor(1) as threads:
            first = threads.submit(driver.submit, gate, KEYS[0])
            assert gate.entered.wait(20)
            assert in_child(child) == 0
            gate.opened.set()
            assert first.result(20) == 1
        assert driver.submit(add_points, KEYS[1]) == 2


def test_a_database_in_memory_is_copied_by_a_fork() -> None:
    with SqliteDriver(SqliteFile(None), program="acme") as driver:
        driver.transact(enrol)
        driver.submit(add_points, KEYS[0])

        def child() -> None:
            assert driver.submit(add_points, KEYS[1]) == 2
            assert points(driver) == 2

        assert in_child(child) == 0
        assert points(driver) == 1
        assert driver.submit(add_points, KEYS[1]) == 2
