"""A replay killed at random points and started again ends as one that nobody disturbed."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.cli.command_line import run
from tests.crash.replaying import Replayed, state_of, wait_for, write_slice

ROWS = 12_500  # lines of baskets: two commits, and the releases at the end
KILLS = 20


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first weeks of the year."""
    return write_slice(tmp_path_factory.mktemp("history") / "slice.parquet", ROWS)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, history: Path) -> tuple[Replayed, float]:
    """A replay to the end, and how many seconds it took."""
    replayed = Replayed(tmp_path_factory.mktemp("undisturbed"), history)
    start = time.monotonic()
    summary = replayed.finish()
    assert summary["recorded"] > 1100
    assert summary["refused"] == summary["rejected"] == 0
    assert summary["due"] > 0
    return replayed, time.monotonic() - start


@pytest.mark.timeout(900)
def test_a_replay_killed_and_started_again_ends_as_an_undisturbed_one(
    tmp_path: Path, history: Path, undisturbed: tuple[Replayed, float]
) -> None:
    calm, seconds = undisturbed
    expected, whole = state_of(calm.file), calm.stored()
    chance = Random(20170101)
    kills = rounds = 0
    found: Counter[str] = Counter()
    while kills < KILLS:
        replayed = Replayed(tmp_path / f"round-{rounds}", history)
        rounds += 1
        while kill(replayed, chance, seconds):
            kills += 1
            check_survivors(replayed)
            stored = replayed.stored()
            found["nothing" if not stored else "all" if stored == whole else "a part"] += 1
            if stored == whole:  # killed while it posted what was due, or told repeats
                break
        again = replayed.finish()
        assert again["recorded"] + again["repeated"] == whole
        assert again["refused"] == again["rejected"] == 0
        check_survivors(replayed)
        assert state_of(replayed.file) == expected
        shutil.rmtree(replayed.folder)
    assert found["a part"], found


def kill(replayed: Replayed, chance: Random, seconds: float) -> bool:
    """Start a replay and kill it: half of the times anywhere, half of them soon after a commit."""
    process = replayed.start()
    if chance.random() < 0.5:
        wait_for(lambda: False, process, chance.uniform(0.05, seconds))
    else:
        before = replayed.stored()
        wait_for(lambda: replayed.stored() > before, process, seconds)
        wait_for(lambda: False, process, chance.uniform(0, 0.2))
    process.send_signal(signal.SIGKILL)
    return process.wait(20) == -signal.SIGKILL


def check_survivors(replayed: Replayed) -> None:
    """The ledger is sound, and every receipt that was told is kept word for word."""
    acknowledged = set(replayed.acknowledged())
    if not replayed.stored():
        assert not acknowledged
        return
    proof = run("ledger", "verify", "--db", replayed.url, "--json")
    assert proof.code == 0, proof
    assert proof.document["sound"]
    assert acknowledged <= replayed.receipts()


# -- controls: what is compared would show a difference ----------------------------------------------------


@pytest.fixture
def copied(tmp_path: Path, undisturbed: tuple[Replayed, float]) -> Path:
    """A copy of the undisturbed database, to do harm to."""
    target = tmp_path / "copy.db"
    with closing(sqlite3.connect(undisturbed[0].file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def harm(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount > 0
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loyalty_lot SET pending = pending - 1, available = available + 1 WHERE pending > 0",
        "DELETE FROM loyalty_activity WHERE rowid IN (SELECT max(rowid) FROM loyalty_activity)",
        "DELETE FROM loyalty_entry WHERE kind = 'release' AND account_id = 7",
        "UPDATE loyalty_counter SET used = used + 1 WHERE used = (SELECT max(used) FROM loyalty_counter)",
        "UPDATE loyalty_activity_key SET receipt = receipt || ' ' WHERE rowid = 1",
    ],
    ids=lambda statement: " ".join(statement.split()[:3]),
)
def test_a_difference_would_be_seen(
    copied: Path, undisturbed: tuple[Replayed, float], statement: str
) -> None:
    expected = state_of(undisturbed[0].file)
    assert state_of(copied) == expected
    harm(copied, statement)
    assert state_of(copied) != expected


def test_when_it_was_recorded_makes_no_difference(copied: Path, undisturbed: tuple[Replayed, float]) -> None:
    for table in ("entry", "activity", "account"):
        harm(copied, f"UPDATE loyalty_{table} SET recorded_at = recorded_at + 1")
    assert state_of(copied) == state_of(undisturbed[0].file)


def test_a_replay_that_stopped_in_the_middle_is_not_taken_for_a_whole_one(
    tmp_path: Path, history: Path, undisturbed: tuple[Replayed, float]
) -> None:
    replayed = Replayed(tmp_path / "stopped", history)
    process = replayed.start()
    wait_for(lambda: replayed.stored() > 0, process)
    process.kill()
    assert process.wait(20) == -signal.SIGKILL
    assert 0 < replayed.stored() < undisturbed[0].stored()
    assert state_of(replayed.file) != state_of(undisturbed[0].file)
