"""Thirty-two tasks at once, alone and beside threads: nothing is lost or overdrawn; commits are shared."""

from __future__ import annotations

import asyncio
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
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import DatabaseBusy, InvariantViolation, StoreFailure
from tests.concurrency.one_member import KEYS, Gate, add_points, enrol, file, points
from tests.concurrency.tasks import at_once, awaited, run, until
from tests.concurrency.test_engine_races import CALLERS, told
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, purchase

# -- through the engine -----------------------------------------------------------------------------------


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """A shop in March, on every store."""
    shop = open_shop(
        returns="{deficit: refuse}", redemption="{pay: {worth: 100 points = 1.00}, mug: {cost: 10 points}}"
    )
    shop.wait_until("2026-03-15")
    return shop


def test_on_one_member_every_purchase_counts_once(shop: Shop) -> None:
    engine = awaited(shop.engine)

    async def work(task: int) -> list[Receipt]:
        return [await engine.record(purchase(f"R-{task}-{n}", "1.00")) for n in range(8)]

    receipts = [one for outcome in run(lambda: at_once(work)) for one in outcome]  # type: ignore[union-attr]
    balances = sorted(receipt.balance["currencies"]["points"]["available"] for receipt in receipts)
    assert balances == list(range(1, CALLERS * 8 + 1))
    assert shop.points() == Points(CALLERS * 8)
    assert shop.engine.verify().sound


@pytest.mark.parametrize("way", ["adjust", "redeem", "reward", "reserve and capture", "pay"])
def test_points_are_taken_once(shop: Shop, way: str) -> None:
    """50 points cover five debits of 10, whichever way they are taken and however many want them."""
    shop.buy("R-1", "50.00")
    engine = awaited(shop.engine)

    async def work(task: int) -> Receipt:
        if way == "adjust":
            return await engine.adjust(MEMBER, -10, reason="goodwill", actor="dana")
        if way == "redeem":
            return await engine.redeem(MEMBER, points=10, total="1.00")
        if way == "reward":
            return await engine.redeem(MEMBER, reward="mug")
        if way == "pay":
            tenders = [{"kind": "points", "points": 10}]
            return await engine.record(purchase(f"T-{task}", "0.10", tenders=tenders, at="2026-03-15"))
        hold = await engine.reserve(MEMBER, points=10, total="1.00")
        return await engine.capture(hold.id)

    outcomes = run(lambda: at_once(work))

    assert told(outcomes) == {"receipt": 5, "InsufficientPoints": CALLERS - 5}
    assert shop.points() == Points(0)
    assert shop.engine.verify().sound


def test_the_same_activity_from_everybody_is_recorded_once(shop: Shop) -> None:
    engine = awaited(shop.engine)

    outcomes = run(lambda: at_once(lambda _: engine.record(purchase("R-1"))))

    assert told(outcomes) == {"receipt": 1, "repeat": CALLERS - 1}
    assert shop.points() == Points(20)


def test_tasks_threads_and_bulk_loads_mix_on_one_engine(shop: Shop) -> None:
    engine = awaited(shop.engine)

    def in_thread(caller: int) -> int:
        return sum(engine.sync.record(purchase(f"S-{caller}-{n}", "1.00")).totals["points"] for n in range(5))

    async def in_task(caller: int) -> int:
        if caller % 4 == 0:
            outcomes = await engine.record_many([purchase(f"B-{caller}-{n}", "1.00") for n in range(5)])
            return sum(one.totals["points"] for one in outcomes if isinstance(one, Receipt))
        if caller % 4 == 1:
            await engine.balance(MEMBER)
        return sum(
            [(await engine.record(purchase(f"T-{caller}-{n}", "1.00"))).totals["points"] for n in range(5)]
        )

    shop.buy("R-0", "1.00")
    with ThreadPoolExecutor(16) as threads:
        beside = [threads.submit(in_thread, caller) for caller in range(16)]
        outcomes = run(lambda: at_once(in_task, 16))
        assert outcomes == [future.result(60) for future in beside] == [5] * 16
    assert shop.points() == Points(161)
    assert shop.engine.verify().sound


# -- through the writer -----------------------------------------------------------------------------------


def test_tasks_of_one_iteration_share_one_commit_and_one_waking_of_the_loop(driver: SqliteDriver) -> None:
    async def main() -> int:
        loop = asyncio.get_running_loop()
        wakings: list[object] = []
        wake = loop.call_soon_threadsafe

        def counted(callback: Any, *given: Any, **how: Any) -> Any:
            wakings.append(callback)
            return wake(callback, *given, **how)

        loop.call_soon_threadsafe = counted  # type: ignore[method-assign, assignment]

        async def work(task: int) -> int:
            if task % 8 == 1:
                time.sleep(0.01)  # one task of many computes for a moment
            outcome: int = await driver.writer.tasks.submit(add_points, KEYS[task])
            return outcome

        outcomes = await at_once(work)
        assert sorted(outcomes) == list(range(1, 33))  # type: ignore[type-var]
        return len(wakings)

    assert run(main) == 1
    assert (driver.writer.groups, driver.writer.postings) == (1, 32)


@pytest.mark.parametrize("callers", ["threads", "tasks", "both", "tasks of four loops"])
def test_at_most_one_commit_for_ten_postings(tmp_path: Path, callers: str) -> None:
    """Thirty-two callers that run freely, each as fast as it can."""

    async def task(number: int) -> list[int]:
        keys = KEYS[number * 50 : number * 50 + 50]
        return [await driver.writer.tasks.submit(add_points, key) for key in keys]

    def thread(number: int) -> list[int]:
        return [driver.submit(add_points, key) for key in KEYS[number * 50 : number * 50 + 50]]

    def loop(numbers: range) -> list[Any]:
        async def main() -> list[Any]:
            return await asyncio.gather(*[task(number) for number in numbers])

        return asyncio.run(main())

    shares: dict[str, tuple[Sequence[int], Sequence[range]]] = {
        "threads": (range(32), []),
        "tasks": ([], [range(32)]),
        "both": (range(16), [range(16, 32)]),
        "tasks of four loops": ([], [range(start, start + 8) for start in (0, 8, 16, 24)]),
    }
    threads, loops = shares[callers]
    with SqliteDriver(SqliteFile(tmp_path / "shop.db", "FULL"), program="acme") as driver:
        driver.transact(enrol)
        with ThreadPoolExecutor(32) as pool:
            futures = [pool.submit(thread, number) for number in threads]
            ended = [pool.submit(loop, numbers) for numbers in loops]
            outcomes = [future.result(60) for future in futures]
            outcomes += [one for future in ended for one in future.result(60)]

        assert sorted(balance for one in outcomes for balance in one) == list(range(1, 1601))
        assert driver.writer.postings == 1600
        assert driver.writer.groups <= 160


def test_a_thread_that_has_the_turn_settles_the_tasks_that_wait(driver: SqliteDriver) -> None:
    """And the loop goes on meanwhile."""
    gate = Gate()

    async def main() -> list[Any]:
        waiting = [asyncio.ensure_future(driver.writer.tasks.submit(add_points, key)) for key in KEYS[1:9]]
        await until(lambda: len(driver.writer.turn.waiting()) == 8)
        joined = threads.submit(driver.submit, add_points, KEYS[9])
        await until(lambda: len(driver.writer.turn.waiting()) == 9)
        gate.opened.set()
        return [*await asyncio.gather(*waiting), joined.result(20)]

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        outcomes = [*run(main), first.result(20)]

    assert sorted(outcomes) == list(range(1, 11))
    assert driver.writer.groups == 2


@pytest.mark.parametrize(("guilty", "error"), [("bug", InvariantViolation), ("rival", StoreFailure)])
def test_what_fails_in_a_group_fails_alone(driver: SqliteDriver, guilty: str, error: type[Exception]) -> None:
    keys = [*KEYS[1:6], ActivityKey("till", "sale", guilty), *KEYS[6:10]]

    outcomes = run(
        lambda: at_once(lambda task: driver.writer.tasks.submit(add_points, keys[task]), len(keys))
    )

    assert [type(outcome) for outcome in outcomes] == [int] * 5 + [error] + [int] * 4
    assert points(driver) == 9


def test_a_lock_held_elsewhere_for_too_long_is_told_to_every_task(tmp_path: Path) -> None:
    with (
        SqliteDriver(file(tmp_path, busy_seconds=0.2), program="acme") as driver,
        SqliteDriver(file(tmp_path), program="acme") as other,
    ):
        driver.transact(enrol)

        def blocked(_: WriteSession) -> list[Any]:
            return run(lambda: at_once(lambda task: driver.writer.tasks.submit(add_points, KEYS[task]), 8))

        failures = other.transact(blocked)

        assert {type(failure) for failure in failures} == {DatabaseBusy}
        assert len({id(failure) for failure in failures}) == 8
        assert run(lambda: driver.writer.tasks.submit(add_points, KEYS[0])) == 1


def test_a_call_of_a_task_from_inside_a_transaction_is_a_bug_and_does_not_hang(driver: SqliteDriver) -> None:
    def inside(_: WriteSession) -> Any:
        return asyncio.run(driver.writer.tasks.submit(add_points, KEYS[0]))

    with pytest.raises(InvariantViolation, match="inside"):
        driver.transact(inside)
    with pytest.raises(InvariantViolation, match="inside"):
        run(lambda: driver.writer.tasks.submit(lambda session, _: [inside(session)], KEYS[0]))

    assert driver.submit(add_points, KEYS[1]) == 1


def test_what_would_end_a_thread_ends_the_command_that_brought_it_and_nobody_else(
    driver: SqliteDriver,
) -> None:
    """Such as sys.exit in a clock of the host's: the serving thread and the other commands go on."""

    def leaving(session: WriteSession, keys: Sequence[ActivityKey]) -> list[Any]:
        if len(keys) > 1:
            raise StoreFailure("not all at once")  # so that each is tried alone
        if KEYS[3] in keys:
            raise SystemExit(3)
        return add_points(session, keys)

    async def outcome(key: ActivityKey) -> object:
        try:
            return await driver.writer.tasks.submit(leaving, key)
        except SystemExit as left:
            return f"left with {left.code}"

    assert run(lambda: outcome(KEYS[3])) == "left with 3"
    outcomes = run(lambda: at_once(lambda task: outcome(KEYS[task + 1]), 6))
    assert outcomes[2] == "left with 3"
    assert sorted(one for one in outcomes if isinstance(one, int)) == [1, 2, 3, 4, 5]
    assert points(driver) == 5


def test_the_serving_thread_is_one_and_starts_only_for_tasks(driver: SqliteDriver) -> None:
    def serving() -> list[threading.Thread]:
        return [one for one in threading.enumerate() if one.name == "loyalty-writer"]

    driver.submit(add_points, KEYS[0])
    assert serving() == []
    for key in KEYS[1:4]:
        run(lambda key=key: driver.writer.tasks.submit(add_points, key))  # type: ignore[misc]
    assert len(serving()) == 1
    driver.close()
    assert serving() == []
