"""Several processes, and readers beside the writer, on one database."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_engine.errors import StoreFailure
from tests.concurrency.one_member import KEYS, add_points, points

ADD = """
import sys
from pathlib import Path
from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.sqlite_file import SqliteFile
from tests.concurrency.one_member import KEYS, add_points
first = int(sys.argv[2])
with SqliteDriver(SqliteFile(Path(sys.argv[1]), "OFF", 30.0), program="acme", create=False) as driver:
    for key in KEYS[first : first + 60]:
        driver.submit(add_points, key)
"""


def test_processes_that_write_at_once_lose_nothing_and_double_nothing(
    driver: SqliteDriver, tmp_path: Path
) -> None:
    """Each process sends sixty keys of which the next one sends twenty again."""
    paths = os.pathsep.join(path for path in sys.path if path)
    children = [
        subprocess.Popen(
            [sys.executable, "-c", ADD, str(tmp_path / "shop.db"), str(40 * place)],
            env={**os.environ, "PYTHONPATH": paths},
        )
        for place in range(3)
    ]
    for key in KEYS[100:160]:
        driver.submit(add_points, key)

    assert [child.wait(60) for child in children] == [0, 0, 0]
    assert points(driver) == 160


def test_every_snapshot_is_whole_while_others_write(driver: SqliteDriver) -> None:
    """The account's sequence and its balance are written together, so they are seen together."""
    done = threading.Event()

    def write() -> None:
        for start in range(0, 600, 3):
            driver.submit_many(add_points, KEYS[start : start + 3])
        done.set()

    seen: set[int] = set()
    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        while not done.is_set():
            with driver.reading() as reader:
                before = reader.record(1)
                time.sleep(0.001)
                after = reader.record(1)
            assert before == after
            available = before.balances["points"].available if before.balances else 0
            assert before.account.seq == available
            assert available % 3 == 0
            seen.add(available)
        writing.result(20)

    assert len(seen) > 3
    assert points(driver) == 600


def test_a_full_disk_is_a_failure_that_keeps_nothing_and_passes(driver: SqliteDriver) -> None:
    connection = driver._ground._connection
    assert connection is not None
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    kept = 0

    with pytest.raises(StoreFailure, match="full"):
        for start in range(0, 2000, 10):
            outcomes = driver.submit_many(add_points, KEYS[start : start + 10])
            failures = [outcome for outcome in outcomes if isinstance(outcome, StoreFailure)]
            kept += len(outcomes) - len(failures)
            for failure in failures:
                raise failure

    assert points(driver) == kept > 0
    connection.execute("PRAGMA max_page_count = 1000000")
    assert driver.submit(add_points, KEYS[-1]) == kept + 1
