"""A review of tiers killed at random points and started again ends as one that nobody disturbed."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from loyalty_adapters import open_engine
from loyalty_engine.calendar import to_instant
from loyalty_engine.engine.receipt import Receipt
from tests.crash.replaying import state_of, wait_for
from tests.engine.climbing import LADDER
from tests.engine.shop import purchase, rule_files

MEMBERS = 3_000
KILLS = 6
AS_OF = "2022-03-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def due(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which every other member is silver since 2020, and 2021 keeps it or not."""
    folder = tmp_path_factory.mktemp("due")
    (folder / "rules.yaml").write_text(rule_files(**LADDER, effective="2020-01-01")["shop.yaml"])
    with open_engine(
        f"sqlite:///{folder}/shop.db", rulebook=folder / "rules.yaml", synchronous="OFF"
    ) as engine:
        outcomes = engine.record_many(_purchases(), received_at=lambda at: at)
        assert all(isinstance(outcome, Receipt) for outcome in outcomes)
    return folder / "shop.db"


def _purchases() -> Iterator[dict[str, Any]]:
    for year, keeps in ((2020, 1), (2021, 3)):
        for number in range(0, MEMBERS, keeps):
            amount = "150.00" if number % 2 else "20.00"
            at = f"{year}-05-01"
            yield purchase(f"R-{year}-{number}", amount, at, member=f"M-{number}")


def review(database: Path) -> None:
    """Review to the end, and prove the ledger."""
    with open_engine(f"sqlite:///{database}", synchronous="OFF") as engine:
        engine.review_tiers(to_instant(datetime.fromisoformat(AS_OF)), dry_run=False)
        assert engine.verify().sound


def begin_review(database: Path) -> subprocess.Popen[bytes]:
    """Begin a review in a process of its own."""
    arguments = ["tiers", "review", "--as-of", AS_OF, "--db", f"sqlite:///{database}", "--json"]
    with (database.parent / "said.json").open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "loyalty_adapters.cli.main", *arguments],
            stdout=out,
            env={name: text for name, text in os.environ.items() if not name.startswith("LOYALTY_")},
        )


def reviewed(database: Path) -> int:
    """How many reviews are recorded."""
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        found: int = connection.execute(
            "SELECT count(*) FROM loyalty_tier_change WHERE reason IN ('renewed', 'dropped')"
        ).fetchone()[0]
    return found


@pytest.mark.timeout(600)
def test_a_review_killed_and_started_again_ends_as_an_undisturbed_one(tmp_path: Path, due: Path) -> None:
    calm = tmp_path / "calm" / "shop.db"
    calm.parent.mkdir()
    shutil.copyfile(due, calm)
    review(calm)
    expected, whole = state_of(calm), reviewed(calm)
    assert whole == MEMBERS / 2
    chance = Random(20220301)
    found: Counter[str] = Counter()
    for number in range(KILLS):
        database = tmp_path / f"round-{number}" / "shop.db"
        database.parent.mkdir()
        shutil.copyfile(due, database)
        until = chance.randrange(whole)
        process = begin_review(database)
        wait_for(lambda: reviewed(database) > until, process)  # noqa: B023 called at once
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        found["all" if reviewed(database) == whole else "a part"] += 1
        review(database)
        assert state_of(database) == expected
        shutil.rmtree(database.parent)
    assert found["a part"] >= KILLS // 4, found
