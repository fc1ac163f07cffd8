"""The same for tasks: an AsyncSession or AsyncConnection on aiosqlite, whose loop goes on meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, async_scoped_session, async_sessionmaker

from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.errors import (
    InsufficientPoints,
    InvalidCommand,
    InvariantViolation,
    RetryTransaction,
    StoreFailure,
    UnsafeHost,
)
from tests.concurrency.one_member import KEYS, add_points
from tests.concurrency.tasks import awaited
from tests.engine.conftest import open_branch
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, purchase, rule_files
from tests.within.hosts import ORDER, async_opened, in_loop, kept, order

__all__ = ["open_branch"]


@pytest.fixture(params=["AsyncSession", "AsyncConnection"])
def kind(request: pytest.FixtureRequest) -> str:
    """What the host hands us."""
    return str(request.param)


def available(balance: dict[str, Any]) -> int:
    count: int = balance["currencies"]["points"]["available"]
    return count


def failing(guilty: str) -> Callable[[LoyaltyEngine], Any]:
    """A command that fails after reading (`bug`) or in the middle of writing (`rival`)."""
    return lambda engine: engine._driver.submit(add_points, KEYS[0]._replace(id=guilty))


@pytest.mark.parametrize("first", ["host", "ours"])
@pytest.mark.parametrize("ending", ["commit", "rollback", "nothing"])
def test_both_are_there_after_a_commit_and_neither_otherwise(
    shop: Shop, way: str, kind: str, first: str, ending: str
) -> None:
    before = kept_of(shop)
    engine = awaited(shop.engine)

    async def main(host: AsyncEngine) -> None:
        async with async_opened(host, kind) as transaction:
            if first == "host":
                await order(transaction, "O-1")
            within = engine.within(transaction)
            assert (await within.record(purchase("R-1"))).totals == {"points": 20}
            if first == "ours":
                await order(transaction, "O-1")
            assert available(await within.balance(MEMBER)) == 40
            assert available(await engine.balance(MEMBER)) == 20
            if ending != "nothing":
                await getattr(transaction, ending)()

    in_loop(shop, way, main)
    assert kept(shop) == (({"O-1"}, {"R-0", "R-1"}) if ending == "commit" else before)
    assert shop.engine.verify().sound


def test_our_refusal_or_failure_leaves_the_hosts_work_as_it_is(shop: Shop, way: str, kind: str) -> None:
    engine = awaited(shop.engine)

    async def main(host: AsyncEngine) -> None:
        async with async_opened(host, kind) as transaction:
            await order(transaction, "O-1")
            within = engine.within(transaction)
            with pytest.raises(InsufficientPoints):
                await within.adjust(MEMBER, -1000, reason="goodwill", actor="dana")
            for guilty, error in (("bug", InvariantViolation), ("rival", StoreFailure)):
                with pytest.raises(error):
                    await within._door.command(failing(guilty))
            await within.record(purchase("R-1"))
            await transaction.commit()

    in_loop(shop, way, main)
    assert kept(shop) == ({"O-1"}, {"R-0", "R-1"})


def test_savepoints_of_the_host_hold_ours_too(shop: Shop, way: str, kind: str) -> None:
    engine = awaited(shop.engine)

    async def main(host: AsyncEngine) -> None:
        async with async_opened(host, kind) as transaction:
            within = engine.within(transaction)
            await order(transaction, "O-1")
            with pytest.raises(ZeroDivisionError):
                async with transaction.begin_nested():
                    await order(transaction, "O-2")
                    await within.record(purchase("R-1"))
                    raise ZeroDivisionError
            async with transaction.begin_nested():
                await within.record(purchase("R-2"))
            await transaction.commit()
            await within.record(purchase("R-3"))
            async with transaction.begin_nested():
                await within.record(purchase("R-4"))
            await transaction.rollback()

    in_loop(shop, way, main)
    assert kept(shop) == ({"O-1"}, {"R-0", "R-2"})


def test_a_savepoint_that_came_before_begin_is_refused(shop: Shop, kind: str) -> None:
    engine = awaited(shop.engine)

    async def main(host: AsyncEngine) -> None:
        async with async_opened(host, kind) as transaction, transaction.begin_nested():
            with pytest.raises(UnsafeHost, match="savepoint"):
                await engine.within(transaction).record(purchase("R-1"))

    in_loop(shop, "stock", main)


def test_a_host_that_never_begins_is_refused_at_the_first_call(shop: Shop, kind: str) -> None:
    engine = awaited(shop.engine)

    async def main(host: AsyncEngine) -> None:
        never = host.execution_options(isolation_level="AUTOCOMMIT")
        async with async_opened(never, kind) as transaction:
            within = engine.within(transaction)
            for call in (lambda: within.record(purchase("R-1")), lambda: within.balance(MEMBER)):
                with pytest.raises(UnsafeHost, match="autocommit"):
                    await call()

    in_loop(shop, "stock", main)


def test_a_host_that_read_before_somebody_wrote_has_to_do_it_all_again(shop: Shop, kind: str) -> None:
    engine = awaited(shop.engine)

    async def main(host: AsyncEngine) -> None:
        async with async_opened(host, kind) as transaction:
            (await transaction.execute(sa.select(ORDER))).all()
            await engine.record(purchase("R-1"))
            with pytest.raises(RetryTransaction):
                await engine.within(transaction).record(purchase("R-2"))
            await transaction.rollback()
            await engine.within(transaction).record(purchase("R-2"))
            await transaction.commit()

    in_loop(shop, "begin", main)
    assert kept(shop)[1] == {"R-0", "R-1", "R-2"}


def test_what_would_outlive_the_transaction_is_refused(shop: Shop, kind: str) -> None:
    engine = awaited(shop.engine)

    async def main(host: AsyncEngine) -> None:
        async with async_opened(host, kind) as transaction:
            async with engine.within(transaction) as within:
                with pytest.raises(InvalidCommand):
                    await within.publish(rule_files())
                with pytest.raises(InvalidCommand):
                    await within.try_out(rule_files())
                with pytest.raises(InvalidCommand):
                    await within.close()
                with pytest.raises(InvalidCommand):
                    within.within(transaction)
                with pytest.raises(InvalidCommand):
                    within.sync  # noqa: B018 a property that raises
                assert within.rulebooks is engine.rulebooks
                assert within.rulebook is engine.rulebook
                await within.record(purchase("R-1"))
            await transaction.commit()

    in_loop(shop, "stock", main)
    assert kept(shop)[1] == {"R-0", "R-1"}


def test_synchronous_code_of_the_host_uses_the_synchronous_face(shop: Shop, kind: str) -> None:
    """What a host runs by `run_sync` has a Session or Connection in hand, and no task's."""

    def sell(transaction: Any) -> str:
        order(transaction, "O-1")
        return shop.engine.within(transaction).record(purchase("R-1")).member

    async def main(host: AsyncEngine) -> None:
        async with async_opened(host, kind) as transaction:
            assert await transaction.run_sync(sell) == MEMBER
            await transaction.commit()

    in_loop(shop, "stock", main)
    assert kept(shop) == ({"O-1"}, {"R-0", "R-1"})


def test_a_scoped_session_is_its_session(shop: Shop) -> None:
    engine = awaited(shop.engine)

    async def main(host: AsyncEngine) -> None:
        session = async_scoped_session(async_sessionmaker(host), asyncio.current_task)
        await engine.within(session).record(purchase("R-1"))
        await session.commit()
        await session.remove()

    in_loop(shop, "stock", main)
    assert kept_of(shop)[1] == {"R-0", "R-1"}


def test_tasks_of_one_loop_wait_for_each_other_without_stopping_the_loop(shop: Shop, kind: str) -> None:
    """Each holds the lock while it waits for its own connection; rules change under them meanwhile."""
    engine = awaited(shop.engine)
    double = rule_files(accrual="{goods: {stack: base, when: {type: purchase}, earn: 2 points per 1.00}}")
    beats = 0

    async def beating() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.001)
            beats += 1

    async def main(host: AsyncEngine) -> None:
        async def work(number: int) -> None:
            async with async_opened(host, kind) as transaction:
                await engine.within(transaction).record(purchase(f"R-{number}", "1.00"))
                await order(transaction, f"O-{number}")
                await asyncio.sleep(0)
                await (transaction.commit() if number % 4 else transaction.rollback())

        async def publish() -> None:
            await engine.publish(double)

        heart = asyncio.ensure_future(beating())
        async with asyncio.timeout(30):
            await asyncio.gather(publish(), *[work(number) for number in range(1, 13)])
        heart.cancel()

    in_loop(shop, "stock", main)
    assert beats > 5
    assert kept(shop)[0] == {f"O-{number}" for number in range(1, 13) if number % 4}
    assert shop.engine.verify().sound


def test_rules_that_are_new_to_many_tasks_at_once_do_not_stop_the_loop(
    shop: Shop, open_branch: OpenShop, kind: str
) -> None:
    """Another process has published: each task finds that out inside its own host's transaction."""
    engine = awaited(shop.engine)
    open_branch(accrual="{goods: {stack: base, when: {type: purchase}, earn: 2 points per 1.00}}")

    async def main(host: AsyncEngine) -> list[int]:
        async def work() -> int:
            async with async_opened(host, kind) as transaction:
                quote = await engine.within(transaction).quote(purchase("R-1"))
                return int(quote.totals["points"])

        async with asyncio.timeout(30):
            return await asyncio.gather(*[work() for _ in range(5)])

    assert in_loop(shop, "stock", main) == [40] * 5


def test_a_task_that_is_cancelled_in_the_middle_leaves_nothing_of_ours(shop: Shop, kind: str) -> None:
    """SQLAlchemy gives up the connection of a task that is cancelled; what it had not committed is gone."""
    engine = awaited(shop.engine)
    chance = random.Random(5)

    async def main(host: AsyncEngine) -> int:
        done = 0

        async def work(number: int) -> None:
            nonlocal done
            async with async_opened(host, kind) as transaction:
                await order(transaction, f"R-{number}")
                await engine.within(transaction).record(purchase(f"R-{number}", "1.00"))
                await transaction.commit()
                done += 1

        for number in range(1, 41):
            task = asyncio.ensure_future(work(number))
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(task, chance.random() * 0.03)
        return done

    done = in_loop(shop, "stock", main)
    orders, ours = kept(shop)

    assert orders == ours - {"R-0"}
    assert done <= len(orders) <= 40
    assert shop.points() == Points(20 + len(orders))
    assert shop.engine.verify().sound


def kept_of(shop: Shop) -> tuple[set[str], set[str]]:
    """What is kept, though the host may not have made its table yet."""
    from tests.within.hosts import host_of

    host_of(shop).dispose()
    return kept(shop)
