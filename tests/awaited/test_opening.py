"""Opening and closing an engine for tasks, and what its loop may go on doing meanwhile."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest

from loyalty_adapters import AsyncLoyaltyEngine, open_async_engine
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.rulebook_loading import check_rules
from loyalty_engine.errors import InvalidCommand, InvalidRulebook, InvariantViolation, StoreFailure
from tests.concurrency.tasks import no_thread_is_left, run, until
from tests.engine.shop import MEMBER, instant, purchase, rule_files


@pytest.fixture
def how(tmp_path: Path) -> dict[str, Any]:
    """Arguments for an engine whose clock stands still in March."""
    (tmp_path / "shop.yaml").write_text(rule_files()["shop.yaml"])
    return {
        "url": f"sqlite:///{tmp_path}/shop.db",
        "rulebook": tmp_path / "shop.yaml",
        "clock": lambda: instant("2026-03-15"),
        "synchronous": "OFF",
    }


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    with no_thread_is_left():
        yield


def test_it_is_opened_by_await(how: dict[str, Any]) -> None:
    async def main() -> None:
        engine = await open_async_engine(**how)
        assert isinstance(engine, AsyncLoyaltyEngine)
        assert (await engine.record(purchase("R-1"))).totals == {"points": 20}
        await engine.close()

    run(main)


def test_it_is_opened_and_closed_by_a_block(how: dict[str, Any]) -> None:
    async def main() -> AsyncLoyaltyEngine:
        async with open_async_engine(**how) as engine:
            await engine.record(purchase("R-1"))
        with pytest.raises(StoreFailure, match="closed"):
            await engine.balance(MEMBER)
        with pytest.raises(ZeroDivisionError):
            async with open_async_engine(**how) as engine:
                raise ZeroDivisionError
        with pytest.raises(StoreFailure, match="closed"):
            await engine.balance(MEMBER)
        opened = await open_async_engine(**how)
        async with opened as engine:
            assert engine is opened
        with pytest.raises(StoreFailure, match="closed"):
            await engine.record(purchase("R-2"))
        return engine

    run(main)


def test_its_synchronous_face_is_the_same_engine(how: dict[str, Any]) -> None:
    async def main() -> None:
        async with open_async_engine(**how) as engine:
            assert isinstance(engine.sync, LoyaltyEngine)
            first = await engine.record(purchase("R-1"))
            again = await asyncio.to_thread(engine.sync.record, purchase("R-1"))
            assert (again.text, again.repeated) == (first.text, True)
            assert engine.rulebooks is engine.sync.rulebooks
            assert engine.rulebook is engine.sync.rulebook

    run(main)


def test_what_cannot_be_opened_is_told_as_by_the_other_door(how: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("program: [")

    async def main() -> None:
        with pytest.raises(InvalidRulebook):
            await open_async_engine(**how | {"rulebook": tmp_path / "bad.yaml"})
        with pytest.raises(InvalidCommand, match="supported"):
            await open_async_engine("mysql://host/shop")
        with pytest.raises(StoreFailure, match="there is no database"):
            async with open_async_engine(f"sqlite:///{tmp_path}/none.db", create=False):
                pass

    run(main)


def test_an_opening_that_is_cancelled_closes_what_it_opened(
    how: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, leave = threading.Event(), threading.Event()
    closed: list[LoyaltyEngine] = []
    close = LoyaltyEngine.close

    def slow(files: Any) -> Any:
        entered.set()
        assert leave.wait(20)
        return check_rules(files)

    def noted(engine: LoyaltyEngine) -> None:
        close(engine)
        closed.append(engine)

    monkeypatch.setattr("loyalty_adapters.opening.check_rules", slow)
    monkeypatch.setattr(LoyaltyEngine, "close", noted)

    async def main() -> None:
        task = asyncio.ensure_future(open_async_engine(**how).__aenter__())
        await until(entered.is_set)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        leave.set()
        await until(lambda: len(closed) == 1)

    run(main)


def test_the_loop_goes_on_while_the_engine_waits_reads_or_opens(
    how: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process holds the write lock for a while; a heart must not miss a beat because of that."""
    gaps: list[float] = []

    async def beating() -> None:
        clock = asyncio.get_running_loop().time
        last = clock()
        while True:
            await asyncio.sleep(0.001)
            gaps.append(clock() - last)
            last = clock()

    async def main() -> None:
        async with open_async_engine(**how) as engine:
            await engine.record(purchase("R-0"))
            with closing(sqlite3.connect(tmp_path / "shop.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                heart = asyncio.ensure_future(beating())
                calls = [
                    *[engine.record(purchase(f"R-{n}")) for n in range(1, 6)],
                    engine.record_many([purchase("R-6")]),
                    engine.enrol("M-2"),
                    engine.publish(rule_files(program="corner-shop", returns="{deficit: refuse}")),
                    engine.balance(MEMBER),
                    engine.expire(instant("2026-03-01")),
                ]
                tasks = [asyncio.ensure_future(call) for call in calls]
                await asyncio.sleep(0.5)
                assert [task.done() for task in tasks].count(True) == 1  # only who reads is not held up
                other.execute("ROLLBACK")
                await asyncio.gather(*tasks)
                heart.cancel()

    run(main)
    assert len(gaps) > 100
    assert sorted(gaps)[-len(gaps) // 10] < 0.1


def test_work_in_threads_sees_the_context_of_its_task(how: dict[str, Any]) -> None:
    """So that a trace that begins in a task goes on in the clock and the progress that the task handed in."""
    name: ContextVar[str] = ContextVar("name", default="nobody")
    seen: list[tuple[str, bool]] = []
    main_thread = threading.get_ident()

    def progress(_: int) -> None:
        seen.append((name.get(), threading.get_ident() == main_thread))

    async def main() -> None:
        async with open_async_engine(**how) as engine:
            await engine.record(purchase("R-1"))

            async def proved(who: str) -> None:
                name.set(who)
                await engine.verify(progress)

            await asyncio.gather(proved("ann"), proved("ben"))

    run(main)
    assert sorted(set(seen)) == [("ann", False), ("ben", False)]


def test_a_database_in_memory_serves_tasks_too() -> None:
    async def main() -> None:
        for url in ("memory://", "sqlite://"):
            async with open_async_engine(url, clock=lambda: instant("2026-03-15")) as engine:
                await engine.publish(rule_files())
                await asyncio.gather(*[engine.record(purchase(f"R-{n}", "1.00")) for n in range(40)])
                await engine.enrol("M-2")
                balances = await asyncio.gather(*[engine.balance(MEMBER) for _ in range(20)])
                assert {one["currencies"]["points"]["available"] for one in balances} == {40}
                assert (await engine.verify()).sound

    run(main)


def test_many_loops_in_threads_use_one_engine(how: dict[str, Any]) -> None:
    async def opened() -> AsyncLoyaltyEngine:
        return await open_async_engine(**how)

    engine = run(opened)

    def loop(number: int) -> None:
        async def main() -> None:
            await asyncio.gather(*[engine.record(purchase(f"R-{number}-{n}", "1.00")) for n in range(20)])
            await engine.balance(MEMBER)

        run(main)

    threads = [threading.Thread(target=loop, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert engine.sync.balance(MEMBER)["currencies"]["points"]["available"] == 80
    run(engine.close)


def test_a_command_reads_in_a_thread_and_never_in_the_loop(how: dict[str, Any]) -> None:
    """A use case that read in the loop would stop it: such a mistake of ours is loud."""

    async def main() -> None:
        async with open_async_engine(**how) as engine:
            with pytest.raises(InvariantViolation, match=r"Driver\.read"):
                await engine._door.command(lambda one: one.balance(MEMBER))

    run(main)


def test_no_thread_left_to_use_is_a_store_failure(
    how: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def main() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", full)
            with pytest.raises(StoreFailure, match="can't start new thread"):
                await open_async_engine(**how)
        async with open_async_engine(**how) as engine:
            await engine.record(purchase("R-1"))

    run(main)


def test_a_lock_that_is_held_too_long_reaches_the_task(how: dict[str, Any], tmp_path: Path) -> None:
    async def main() -> None:
        async with open_async_engine(**how) as engine:
            await engine.record(purchase("R-1"))
            driver: Any = engine.sync._driver
            driver._ground._file = SqliteFile(tmp_path / "shop.db", "OFF", busy_seconds=0.1)
            driver._ground.close()  # it opens again, less patient
            with closing(sqlite3.connect(tmp_path / "shop.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                results = await asyncio.gather(
                    *[engine.record(purchase(f"R-{n}")) for n in range(2, 6)], return_exceptions=True
                )
                assert {type(result).__name__ for result in results} == {"DatabaseBusy"}
            assert (await engine.record(purchase("R-2"))).totals == {"points": 20}

    run(main)
