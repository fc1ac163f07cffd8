"""The writer under callers that really race: groups, guilty commands, interrupts, forks, closing."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.engine.ports.driver import WriteSession
from loyalty_engine.engine.ports.store import Ask, Changes, Known, Membership
from loyalty_engine.errors import DatabaseBusy, InvariantViolation, StoreFailure
from loyalty_engine.ledger.account import Account, Balance

MEMBER = MemberRef("member", "M-1")
KEYS = [ActivityKey("till", "sale", str(number)) for number in range(2000)]


def file(path: Path, busy_seconds: float = 5.0) -> SqliteFile:
    return SqliteFile(path / "shop.db", "OFF", busy_seconds)


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[SqliteDriver]:
    with SqliteDriver(file(tmp_path), program="acme") as opened:
        opened.transact(enrol)
        yield opened


def enrol(session: WriteSession) -> None:
    session.save(Changes(memberships=[Membership("M-1", 1, 0)], accounts={1: Account(1)}))


def add_points(session: WriteSession, keys: Sequence[ActivityKey]) -> list[Any]:
    """One point each, once per key; gives the balance after it. An id `bug` raises, `rival` breaks a key."""
    batch, changes = session.load([Ask(MEMBER, now=0, key=key) for key in keys]), Changes()
    account = batch.accounts[1]
    balance = account.balances.setdefault("points", Balance())
    outcomes: list[Any] = []
    for key in keys:
        if key.id == "bug":
            raise InvariantViolation("a bug")
        if key.id == "rival":
            changes.known += [(key, Known(1, "f", "")), (key, Known(1, "g", ""))]
        if key not in batch.known:
            balance.available += 1
            account.seq += 1
            batch.known[key] = Known(1, "f", str(balance.available))
            changes.known.append((key, batch.known[key]))
        outcomes.append(int(batch.known[key].receipt))
    changes.accounts[1] = account
    changes.balances[1, "points"] = balance
    session.save(changes)
    return outcomes


def points(driver: SqliteDriver) -> int:
    with driver.reading() as reader:
        balance = reader.record(1).balances.get("points", Balance())
    return balance.available


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


class Gate:
    """A settlement that waits inside its transaction until it is opened; then it adds points."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def __call__(self, session: WriteSession, keys: Sequence[ActivityKey]) -> list[Any]:
        self.entered.set()
        assert self.opened.wait(20)
        return add_points(session, keys)


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
        assert driver.writer.groups <= 960 / 4


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


# -- interrupts --------------------------------------------------------------------------------------------


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


# -- forks -------------------------------------------------------------------------------------------------


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
