"""The floor of the ledger benchmarks writes what the engine wrote, and a missing row would be seen."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.doors import CALLERS, OneCaller, Tasks, Threads
from benchmarks.grocer import FIRST, RULES, at, baskets, enrolments
from benchmarks.prepared import CLOCKED, Opened, copied, prepare, require_same_rows
from benchmarks.raw_floor import RawFloor, bare, rows_in
from benchmarks.work import Work

COUNT = 2 * CALLERS


def record(engine: Any, basket: bytes) -> Any:
    return engine.record(basket)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def fill(opened: Opened) -> None:
        opened.engine.record_many(enrolments(CALLERS))
        opened.engine.record_many(baskets(CALLERS, CALLERS))

    path = tmp_path_factory.mktemp("floor") / "prepared.db"
    prepare(path, RULES, FIRST, fill)
    return path


@pytest.fixture(scope="module")
def work() -> Work[bytes]:
    stream = baskets(CALLERS + COUNT, CALLERS)
    return Work([stream[CALLERS:]], [at(CALLERS + COUNT)])


@pytest.fixture(scope="module")
def floor(prepared: Path, work: Work[bytes]) -> RawFloor:
    door = OneCaller(copied(prepared, "captured"), FIRST, record)
    floor = RawFloor(copied(prepared, "floor"), work.postings(door))
    door.close()
    floor.run(0)
    return floor


@pytest.mark.parametrize(
    ("kind", "leave_out"),
    [
        pytest.param(OneCaller, (), id=OneCaller.name),
        pytest.param(Threads, CLOCKED, id=Threads.name),
        pytest.param(Tasks, CLOCKED, id=Tasks.name),
    ],
)
def test_the_floor_leaves_the_rows_that_each_door_leaves(
    kind: type[OneCaller],
    leave_out: tuple[str, ...],
    prepared: Path,
    work: Work[bytes],
    floor: RawFloor,
) -> None:
    door = kind(copied(prepared, f"door {kind.name}"), FIRST, record)
    door.use(work.begin(door.opened, 0))
    door.close()

    require_same_rows(floor.path, door.opened.path, leave_out)


@pytest.mark.parametrize("table", ["entry", "lot", "activity_key", "counter"])
def test_a_row_that_is_missing_is_seen(table: str, floor: RawFloor, tmp_path: Path) -> None:
    short = copied(floor.path, "short", tmp_path)
    with closing(sqlite3.connect(floor.path)) as whole, closing(sqlite3.connect(short)) as connection:
        whole.backup(connection)
        connection.execute(f"DROP TRIGGER IF EXISTS loyalty_{table}_no_delete")
        connection.execute(
            f"DELETE FROM loyalty_{table} WHERE account_id = (SELECT max(account_id) FROM loyalty_{table})"
        )
        connection.commit()

    with pytest.raises(AssertionError, match=f"differ in loyalty_{table}$"):
        require_same_rows(floor.path, short)


def test_a_value_that_differs_is_seen_unless_its_column_is_left_out(floor: RawFloor, tmp_path: Path) -> None:
    other = copied(floor.path, "other", tmp_path)
    with closing(sqlite3.connect(floor.path)) as whole, closing(sqlite3.connect(other)) as connection:
        whole.backup(connection)
        connection.execute("UPDATE loyalty_account SET recorded_at = recorded_at + 1 WHERE account_id = 1")
        connection.commit()

    with pytest.raises(AssertionError, match=r"differ in loyalty_account$"):
        require_same_rows(floor.path, other, ("entry.recorded_at",))
    require_same_rows(floor.path, other, ("account.recorded_at",))


def test_the_floor_writes_a_transaction_for_each_posting(work: Work[bytes], floor: RawFloor) -> None:
    assert len(floor.postings) == work.each
    assert all(any("INTO loyalty_activity_key " in text for text, _ in posting) for posting in floor.postings)
    assert rows_in(floor.postings) > 8


def test_a_bare_posting_is_one_row_each_of_four_tables(floor: RawFloor) -> None:
    least = bare(next(posting for posting in floor.postings if len(posting) > 6))

    assert [(text.split()[2], len(rows)) for text, rows in least] == [
        ("loyalty_entry", 1),
        ("loyalty_lot", 1),
        ("loyalty_balance", 1),
        ("loyalty_account", 1),
    ]
