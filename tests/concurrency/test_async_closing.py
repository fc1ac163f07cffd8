"""Closing an engine that tasks use: what is under way is waited for, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import StoreFailure
from tests.concurrency.one_member import KEYS, Gate, add_points
from tests.concurrency.tasks import awaited, no_thread_is_left, run, until
from tests.engine.shop import MEMBER, OpenShop, Shop, purchase, rule_files


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """A shop in March whose member has bought something."""
    shop = open_shop()
    shop.buy("R-0", "1.00")
    shop.wait_until("2026-03-15")
    return shop


def test_closing_serves_the_tasks_that_wait_and_refuses_who_comes_later(driver: SqliteDriver) -> None:
    gate = Gate()

    async def main() -> list[Any]:
        tasks = [asyncio.ensure_future(driver.writer.tasks.submit(gate, key)) for key in KEYS[:2]]
        await until(gate.entered.is_set)
        tasks += [asyncio.ensure_future(driver.writer.tasks.submit(add_points, key)) for key in KEYS[2:6]]
        await until(lambda: len(driver.writer.turn.waiting()) == 4)
        closing = asyncio.ensure_future(asyncio.to_thread(driver.close))
        await until(lambda: driver.writer.turn.refusal is not None)
        with pytest.raises(StoreFailure, match="closed"):
            await driver.writer.tasks.submit(add_points, KEYS[9])
        gate.opened.set()
        await closing
        return await asyncio.gather(*tasks)

    with no_thread_is_left():
        assert sorted(run(main)) == [1, 2, 3, 4, 5, 6]


def test_who_was_about_to_be_handed_in_is_told_that_the_engine_is_closed(driver: SqliteDriver) -> None:
    async def main() -> list[Any]:
        tasks = [asyncio.ensure_future(driver.writer.tasks.submit(add_points, key)) for key in KEYS[:3]]
        asyncio.get_running_loop().call_soon(driver.close)  # after the tasks began, before they are handed in
        return await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(outcome) for outcome in run(main)] == [StoreFailure] * 3


def test_a_closed_engine_refuses_everything_and_may_be_closed_again(shop: Shop) -> None:
    engine = awaited(shop.engine)

    async def main() -> None:
        await engine.record(purchase("R-1"))
        await asyncio.gather(engine.close(), engine.close())
        await engine.close()
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: engine.record(purchase("R-2")),
            lambda: engine.record_many([purchase("R-2")]),
            lambda: engine.balance(MEMBER),
            lambda: engine.enrol("M-2"),
            lambda: engine.publish(rule_files()),
        ]
        for call in calls:
            with pytest.raises(StoreFailure, match="closed"):
                await call()

    with no_thread_is_left():
        run(main)


def test_closing_by_the_synchronous_face_closes_for_tasks_too(shop: Shop) -> None:
    engine = awaited(shop.engine)

    async def main() -> None:
        await engine.record(purchase("R-1"))
        engine.sync.close()
        with pytest.raises(StoreFailure, match="closed"):
            await engine.record(purchase("R-2"))
        with pytest.raises(StoreFailure, match="closed"):
            await engine.balance(MEMBER)
        await engine.close()

    run(main)


def test_closing_waits_for_what_is_being_read(shop: Shop) -> None:
    engine = awaited(shop.engine)
    entered, leave = threading.Event(), threading.Event()

    def progress(_: int) -> None:
        entered.set()
        assert leave.wait(20)

    async def main() -> None:
        proof = asyncio.ensure_future(engine.verify(progress))
        await until(entered.is_set)
        closing = asyncio.ensure_future(engine.close())
        await asyncio.sleep(0.05)
        assert not closing.done()
        leave.set()
        await closing
        assert (await proof).sound

    run(main)


def test_closing_that_is_cancelled_goes_on(shop: Shop) -> None:
    engine = awaited(shop.engine)
    entered, leave = threading.Event(), threading.Event()

    def progress(_: int) -> None:
        entered.set()
        assert leave.wait(20)

    async def main() -> None:
        proof = asyncio.ensure_future(engine.verify(progress))
        await until(entered.is_set)
        closing = asyncio.ensure_future(engine.close())
        await asyncio.sleep(0.01)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        leave.set()
        await proof
        await engine.close()

    with no_thread_is_left():
        run(main)


def test_closing_under_load_gives_everybody_a_receipt_or_a_store_failure(shop: Shop) -> None:
    """Two loops and four threads are busy when one task closes the engine; what was told is in the store."""
    engine = awaited(shop.engine)
    receipts: list[Receipt] = []
    refused: list[StoreFailure] = []
    busy = threading.Barrier(7, timeout=20)

    async def task(name: str) -> None:
        for n in range(1000):
            try:
                receipts.append(await engine.record(purchase(f"{name}-{n}", "1.00")))
                await engine.balance(MEMBER)
            except StoreFailure as failure:
                refused.append(failure)
                return

    def thread(name: str) -> None:
        busy.wait()
        for n in range(1000):
            try:
                receipts.append(engine.sync.record(purchase(f"{name}-{n}", "1.00")))
            except StoreFailure as failure:
                refused.append(failure)
                return

    def loop(name: str) -> None:
        async def main() -> None:
            await asyncio.gather(*[task(f"{name}-{number}") for number in range(8)])

        busy.wait()
        run(main)

    async def close() -> None:
        busy.wait()
        await until(lambda: len(receipts) > 50)
        await engine.close()

    with no_thread_is_left(), ThreadPoolExecutor(6) as threads:
        futures = [threads.submit(loop, f"L{number}") for number in range(2)]
        futures += [threads.submit(thread, f"T{number}") for number in range(4)]
        run(close)
        for future in futures:
            future.result(60)

    assert [failure.message for failure in refused] == ["the engine is closed"] * 20
    if shop.url.startswith("sqlite"):
        again = Shop(shop.url, None)
        again.wait_until("2026-03-15")
        assert again.points().available == 1 + len(receipts)
        assert again.engine.verify().sound
        again.engine.close()


SCRIPT = """
import asyncio, sys
from loyalty_adapters import open_async_engine

async def main():
    engine = await open_async_engine(sys.argv[1], rulebook=sys.argv[2], synchronous="OFF")
    sale = {"type": "purchase", "source": "pos", "member": "M-1", "at": "2026-03-01T12:00Z", "amount": "1.00"}
    for n in range(3):
        await engine.record({**sale, "id": f"R-{n}"})
    print((await engine.status(at="2026-03-02T00:00:00Z"))["counts"]["activities"], flush=True)
    tasks = [asyncio.ensure_future(engine.record({**sale, "id": f"S-{n}"})) for n in range(5)]
    tasks.append(asyncio.ensure_future(engine.verify()))
    await asyncio.sleep(0)
    {ending}

asyncio.run(main())
"""


@pytest.mark.parametrize(
    "ending",
    ["pass", "await asyncio.gather(*tasks)", "await asyncio.gather(*tasks); await engine.close()"],
    ids=["with calls under way", "without closing", "closed"],
)
@pytest.mark.parametrize("store", ["sqlite:///{}/shop.db", "memory://"])
def test_a_process_ends_without_a_word(tmp_path: Path, ending: str, store: str) -> None:
    (tmp_path / "shop.yaml").write_text(rule_files()["shop.yaml"])
    ran = subprocess.run(
        [
            *(sys.executable, "-X", "dev", "-W", "error", "-c"),
            SCRIPT.replace("{ending}", ending),
            store.format(tmp_path),
            str(tmp_path / "shop.yaml"),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "3\n", "")
