"""A process that forks while tasks use an engine."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import StoreFailure
from tests.concurrency.one_member import KEYS, Gate, add_points, points
from tests.concurrency.tasks import awaited, run, until
from tests.concurrency.test_forks import in_child
from tests.engine.shop import MEMBER, OpenShop, purchase


def test_parent_and_child_both_go_on_with_their_own_threads(open_branch: OpenShop) -> None:
    """The child is forked in a task, as by a process pool."""
    shop = open_branch()
    engine = awaited(shop.engine)

    async def in_the_child() -> None:
        await asyncio.gather(*[engine.record(purchase(f"C-{n}", "1.00")) for n in range(10)])
        engine.sync.record(purchase("C-10", "1.00"))
        assert (await engine.balance(MEMBER))["currencies"]["points"]["available"] >= 11
        assert (await engine.verify()).sound
        await engine.close()

    async def main() -> list[Receipt]:
        await asyncio.gather(*[engine.record(purchase(f"P-{n}", "1.00")) for n in range(10)])
        await asyncio.gather(*[engine.balance(MEMBER) for _ in range(4)])
        await asyncio.sleep(0.05)  # threads of the parent are idle now; in the child there are none
        assert in_child(lambda: run(in_the_child)) == 0
        return await asyncio.gather(*[engine.record(purchase(f"Q-{n}", "1.00")) for n in range(10)])

    shop.wait_until("2026-03-15")
    assert len(run(main)) == 10
    assert shop.points().available == 31
    assert shop.engine.verify().sound


def test_a_fork_waits_for_the_group_under_way_and_the_child_forgets_who_waited(driver: SqliteDriver) -> None:
    gate = Gate()

    def child() -> None:
        assert driver.writer.turn.waiting() == []
        assert run(lambda: driver.writer.tasks.submit(add_points, KEYS[9])) >= 1

    async def main() -> list[Any]:
        tasks = [asyncio.ensure_future(driver.writer.tasks.submit(gate, key)) for key in KEYS[:3]]
        await until(gate.entered.is_set)
        tasks += [asyncio.ensure_future(driver.writer.tasks.submit(add_points, key)) for key in KEYS[3:5]]
        await until(lambda: len(driver.writer.turn.waiting()) == 2)
        asyncio.get_running_loop().call_later(0.05, gate.opened.set)
        code = await asyncio.to_thread(in_child, child)
        return [code, *await asyncio.gather(*tasks)]

    code, *outcomes = run(main)

    assert code == 0
    assert len(set(outcomes)) == 5
    assert points(driver) == 6


def test_a_child_forked_while_a_group_takes_too_long_refuses_tasks_too(open_branch: OpenShop) -> None:
    shop = open_branch()
    engine = awaited(shop.engine)
    driver: Any = shop.engine._driver
    driver._file = type(driver._file)(driver._file.path, "OFF", 0.2)
    gate = Gate()

    def child() -> None:
        async def refused() -> None:
            with pytest.raises(StoreFailure, match="fork"):
                await engine.record(purchase("R-1"))
            with pytest.raises(StoreFailure, match="fork"):
                await engine.balance(MEMBER)

        run(refused)

    with ThreadPoolExecutor(1) as threads:
        holding = threads.submit(driver.submit, gate, KEYS[0])
        assert gate.entered.wait(20)
        assert in_child(child) == 0
        gate.opened.set()
        assert isinstance(
            holding.exception(20), Exception
        )  # no member of that name, which does not matter here
    shop.buy("R-2")
    assert shop.points().available == 20
