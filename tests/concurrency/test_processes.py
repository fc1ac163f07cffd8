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
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.errors import StoreFailure
from tests.concurrency.one_member import KEYS, MEMBER, add_points, enrol, file, points

ADD = """
import sys
from pathlib import Path
from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.sqlite_file import SqliteFile
from tests.concurrency.one_member import KEYS, MEMBER, add_points, enrol, file, points
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


def test_what_was_acknowledged_survives_a_killed_process(tmp_path: Path) -> None:
    """The child tells each key after its posting; it is killed between two of them, or inside one."""
    with SqliteDriver(file(tmp_path), program="acme") as driver:
        driver.transact(enrol)
    told = ADD.replace("driver.submit(add_points, key)", "print(driver.submit(add_points, key), flush=True)")
    with subprocess.Popen(
        [sys.executable, "-c", told.replace("+ 60", "+ 2000"), str(tmp_path / "shop.db"), "0"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        acknowledged = [int(child.stdout.readline()) for _ in range(100)]
        child.kill()
        acknowledged += [int(line) for line in child.stdout if line.endswith(b"\n")]

    with SqliteDriver(file(tmp_path), program="acme") as driver:
        asks = [Ask(MEMBER, 0, key=key) for key in KEYS]
        known = driver.transact(lambda session: session.load(asks)).known
        assert acknowledged == list(range(1, len(acknowledged) + 1))
        assert set(known) >= set(KEYS[: len(acknowledged)])
        assert points(driver) == len(known) <= len(acknowledged) + 1


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
