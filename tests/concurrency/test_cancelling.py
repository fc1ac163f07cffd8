"""Tasks that are cancelled: their own outcome may be unknown, nobody else notices, and nothing hangs."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.engine.ports.driver import WriteSession
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.receipt import Receipt
from tests.concurrency.one_member import KEYS, MEMBER, Gate, add_points, points, wait_until
from tests.concurrency.tasks import awaited, run, until
from tests.engine.shop import MEMBER as BUYER
from tests.engine.shop import OpenShop, purchase


def known(driver: SqliteDriver, keys: Sequence[ActivityKey]) -> set[ActivityKey]:
    """Those of the keys that were settled."""
    asks = [Ask(MEMBER, 0, key=key) for key in keys]
    return set(driver.transact(lambda session: session.load(asks)).known)


def test_a_task_that_is_cancelled_while_it_waits_is_never_settled(driver: SqliteDriver) -> None:
    gate = Gate()

    async def main() -> list[Any]:
        tasks = [asyncio.ensure_future(driver.writer.tasks.submit(add_points, key)) for key in KEYS[1:9]]
        await until(lambda: len(driver.writer.turn.waiting()) == 8)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.wait(tasks[::2])
        assert len(driver.writer.turn.waiting()) == 4
        gate.opened.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        outcomes = run(main)
        first.result(20)

    assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError, int] * 4
    assert known(driver, KEYS[1:9]) == set(KEYS[2:9:2])


def test_a_task_that_is_cancelled_before_it_is_handed_in_is_never_settled(driver: SqliteDriver) -> None:
    async def main() -> None:
        task = asyncio.ensure_future(driver.writer.tasks.submit(add_points, KEYS[0]))
        other = asyncio.ensure_future(driver.writer.tasks.submit(add_points, KEYS[1]))
        asyncio.get_running_loop().call_soon(task.cancel)
        assert await other == 1
        assert task.cancelled()

    run(main)
    assert known(driver, KEYS[:2]) == {KEYS[1]}


def test_a_task_that_is_cancelled_while_it_is_settled_is_settled_all_the_same(driver: SqliteDriver) -> None:
    gate = Gate()

    async def main() -> list[Any]:
        tasks = [asyncio.ensure_future(driver.writer.tasks.submit(gate, key)) for key in KEYS[:4]]
        await until(gate.entered.is_set)
        tasks[0].cancel()  # the one whose turn it is
        tasks[2].cancel()
        await asyncio.wait([tasks[0], tasks[2]])
        gate.opened.set()
        again = await driver.writer.tasks.submit(add_points, KEYS[0])  # the same key tells the outcome
        return [again, *await asyncio.gather(*tasks, return_exceptions=True)]

    outcomes = run(main)

    assert [type(outcome) for outcome in outcomes] == [
        int,
        asyncio.CancelledError,
        int,
        asyncio.CancelledError,
        int,
    ]
    assert outcomes[0] == 1
    assert known(driver, KEYS[:4]) == set(KEYS[:4])
    assert points(driver) == 4


def test_a_storm_of_cancellations_loses_nothing_doubles_nothing_and_harms_nobody(
    driver: SqliteDriver,
) -> None:
    """Threads and patient tasks beside tasks that are cancelled again and again, each at another moment."""
    chance = random.Random(7)
    acknowledged: list[ActivityKey] = []

    async def patient(number: int) -> list[int]:
        keys = KEYS[number * 50 : number * 50 + 50]
        return [await driver.writer.tasks.submit(add_points, key) for key in keys]

    async def restless(key: ActivityKey) -> bool:
        """Whether it was cancelled."""
        task = asyncio.ensure_future(driver.writer.tasks.submit(add_points, key))
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(chance.choice([0, 0, 0, 0.0005, 0.002]))
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
            acknowledged.append(key)
        return task.cancelled()

    async def storm() -> int:
        patience = asyncio.gather(*[patient(number) for number in range(6)])
        cancelled = 0
        for start in range(500, 1400, 30):
            cancelled += sum(await asyncio.gather(*[restless(key) for key in KEYS[start : start + 30]]))
        for outcomes in await patience:
            assert len(set(outcomes)) == 50
        return cancelled

    def thread(number: int) -> list[int]:
        return [driver.submit(add_points, key) for key in KEYS[1400 + number * 100 : 1500 + number * 100]]

    with ThreadPoolExecutor(2) as threads:
        beside = [threads.submit(thread, number) for number in range(2)]
        cancelled = run(storm)
        assert [len(future.result(60)) for future in beside] == [100, 100]

    assert cancelled > 50
    assert len(acknowledged) > 50
    settled = known(driver, KEYS[:1600])
    assert settled >= {*KEYS[:300], *KEYS[1400:1600], *acknowledged}
    assert points(driver) == len(settled)
    assert driver.writer.turn.waiting() == []


def test_a_storm_of_cancellations_through_the_engine_leaves_a_sound_ledger(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.wait_until("2026-03-15")
    engine = awaited(shop.engine)
    chance = random.Random(11)

    async def buyer(number: int) -> list[Receipt]:
        receipts = []
        for n in range(12):
            activity = purchase(f"R-{number}-{n}", "1.00")
            try:
                async with asyncio.timeout(chance.random() * 0.02):
                    await engine.record(activity)
                    await engine.balance(BUYER)
            except TimeoutError:
                pass
            receipts.append(await engine.record(activity))  # a retry with the same key
        return receipts

    async def storm() -> list[list[Receipt]]:
        return await asyncio.gather(*[buyer(number) for number in range(16)])

    receipts = [receipt for one in run(storm) for receipt in one]

    assert sum(receipt.repeated for receipt in receipts) > 0
    assert len({receipt.entries[0]["id"] for receipt in receipts}) == 16 * 12
    assert shop.points().available == 16 * 12
    assert shop.engine.verify().sound


def test_reads_and_long_work_that_are_cancelled_end_quietly(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.buy("R-1")
    engine = awaited(shop.engine)
    entered, leave = threading.Event(), threading.Event()

    def progress(_: int) -> None:
        entered.set()
        assert leave.wait(20)

    async def main() -> None:
        proofs = [asyncio.ensure_future(engine.verify(progress)) for _ in range(8)]
        await until(entered.is_set)
        queued = [asyncio.ensure_future(engine.balance(BUYER)) for _ in range(8)]  # every thread is taken
        await asyncio.sleep(0.01)
        for task in [*queued, *proofs]:
            task.cancel()
        done, _ = await asyncio.wait([*queued, *proofs])
        assert all(task.cancelled() for task in done)
        leave.set()
        assert (await engine.balance(BUYER))["currencies"]["points"]["available"] == 20

    run(main)


def test_a_loop_may_end_while_its_commands_are_under_way(driver: SqliteDriver) -> None:
    gate = Gate()

    async def leaves() -> None:
        for key in KEYS[:3]:
            asyncio.ensure_future(driver.writer.tasks.submit(gate, key))  # noqa: RUF006 that is the point
        await until(gate.entered.is_set)

    run(leaves)
    gate.opened.set()
    wait_until(lambda: points(driver) == 3)
    assert run(lambda: driver.writer.tasks.submit(add_points, KEYS[3])) == 4


def test_a_loop_may_be_closed_without_a_word_to_its_tasks(driver: SqliteDriver) -> None:
    """As by an interrupt of a loop that nobody runs to its end."""
    gate = Gate()
    loop = asyncio.new_event_loop()

    async def waits() -> None:
        await driver.writer.tasks.submit(gate, KEYS[0])

    task = loop.create_task(waits())
    loop.run_until_complete(until(gate.entered.is_set))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.close()
    gate.opened.set()

    assert driver.submit(add_points, KEYS[1]) == 2


def test_who_is_interrupted_while_settling_for_tasks_leaves_them_to_the_serving_thread(
    driver: SqliteDriver,
) -> None:
    gate = Gate()
    seen: list[str] = []

    def interrupted_in_threads(session: WriteSession, keys: Sequence[ActivityKey]) -> list[Any]:
        seen.append(threading.current_thread().name)
        outcomes = add_points(session, keys)
        if seen[-1] != "loyalty-writer":
            raise KeyboardInterrupt
        return outcomes

    async def main() -> list[Any]:
        joined = threads.submit(driver.submit, interrupted_in_threads, KEYS[9])
        await until(lambda: len(driver.writer.turn.waiting()) == 1)
        calls = [driver.writer.tasks.submit(interrupted_in_threads, key) for key in KEYS[1:9]]
        tasks = [asyncio.ensure_future(call) for call in calls]
        await until(lambda: len(driver.writer.turn.waiting()) == 9)
        gate.opened.set()
        outcomes = await asyncio.gather(*tasks)
        assert isinstance(joined.exception(20), KeyboardInterrupt)
        return outcomes

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        assert sorted(run(main)) == list(range(2, 10))
        first.result(20)

    assert seen[-1] == "loyalty-writer"
    assert known(driver, KEYS[:10]) == set(KEYS[:9])
