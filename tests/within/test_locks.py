"""Who waits for whom: hosts, other writers, and our own writer; and what a host must do again as a whole."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.errors import DatabaseBusy, RetryTransaction
from tests.engine.shop import MEMBER, Points, Shop, purchase
from tests.within.hosts import ORDER, host_of, kept, opened, order, path_of


def test_a_host_that_read_before_somebody_wrote_has_to_do_it_all_again(shop: Shop, kind: str) -> None:
    host = host_of(shop, "begin")
    with opened(host, kind) as transaction:
        transaction.execute(sa.select(ORDER)).all()
        shop.buy("R-1")
        engine = shop.engine.within(transaction)
        assert engine.balance(MEMBER)["currencies"]["points"]["available"] == 20  # as of the host's snapshot
        for _ in range(2):
            with pytest.raises(RetryTransaction, match="roll the transaction back"):
                engine.record(purchase("R-2"))
        with pytest.raises(RetryTransaction):
            engine.record_many([purchase("R-2"), purchase("R-3")])
        with pytest.raises(RetryTransaction):
            engine.record(purchase("R-1"))  # its key stands, where the host's snapshot cannot see it
        transaction.rollback()

        assert engine.record(purchase("R-1")).repeated
        engine.record(purchase("R-2"))
        transaction.commit()
    host.dispose()

    assert kept(shop)[1] == {"R-0", "R-1", "R-2"}


@pytest.mark.parametrize("way", ["stock", "begin"], indirect=True)
def test_a_host_that_has_not_read_is_never_sent_back_however_busy_others_are(
    shop: Shop, host: sa.Engine, kind: str
) -> None:
    """We take the lock before we read, so nobody can write between our reading and our writing."""
    stop = threading.Event()

    def others() -> int:
        count = 0
        while not stop.is_set():
            shop.engine.record(purchase(f"O-{count}", "1.00"))
            count += 1
        return count

    with ThreadPoolExecutor(1) as threads:
        busy = threads.submit(others)
        for number in range(60):
            with opened(host, kind) as transaction:
                shop.engine.within(transaction).record(purchase(f"R-{number + 1}", "1.00"))
                order(transaction, f"R-{number + 1}")
                transaction.commit()
        stop.set()
        count = busy.result(30)

    assert shop.points() == Points(20 + 60 + count)
    assert shop.engine.verify().sound


@pytest.mark.parametrize(("way", "error"), [("stock", DatabaseBusy), ("begin", RetryTransaction)])
def test_a_lock_that_somebody_holds_for_too_long_is_told(
    shop: Shop, kind: str, way: str, error: type[Exception]
) -> None:
    host, other = host_of(shop, way, timeout=0.1), host_of(shop)
    with opened(other, "Connection") as holder, opened(host, kind) as transaction:
        order(holder, "O-1")
        with pytest.raises(error):
            shop.engine.within(transaction).record(purchase("R-1"))
        holder.commit()
        transaction.rollback()
        shop.engine.within(transaction).record(purchase("R-1"))
        transaction.commit()
    for engine in (host, other):
        engine.dispose()

    assert kept(shop) == ({"O-1"}, {"R-0", "R-1"})


def test_a_host_that_begins_immediately_hears_of_a_held_lock_before_we_do_anything(
    shop: Shop, kind: str
) -> None:
    host, other = host_of(shop, "begin immediate"), host_of(shop)
    host.dispose()
    sa.event.listen(host, "connect", lambda driver, _: driver.execute("PRAGMA busy_timeout = 50").close())
    with opened(other, "Connection") as holder, opened(host, kind) as transaction:
        order(holder, "O-1")
        with pytest.raises(DatabaseBusy):
            shop.engine.within(transaction)
    for engine in (host, other):
        engine.dispose()


def test_our_own_writer_blocked_by_the_callers_own_lock_says_so(
    shop: Shop, host: sa.Engine, kind: str
) -> None:
    """Who means `within` and forgets it would wait for himself."""
    driver = SqliteDriver(SqliteFile(path_of(shop), "OFF", busy_seconds=0.2), create=False)
    with LoyaltyEngine(driver, lambda: shop.now, lambda: shop.now) as engine:
        with opened(host, kind) as transaction:
            order(transaction, "O-1")
            with pytest.raises(DatabaseBusy):
                engine.record(purchase("R-1"))
            assert engine.balance(MEMBER)["currencies"]["points"]["available"] == 20
            engine.within(transaction).record(purchase("R-1"))
            transaction.commit()
        assert engine.record(purchase("R-1")).repeated


def test_hosts_in_many_threads_take_each_point_once(shop: Shop, host: sa.Engine, kind: str) -> None:
    """20 points cover four debits of 5; each host also keeps its own order only when it got the points."""

    def work(number: int) -> bool:
        with opened(host, kind) as transaction:
            order(transaction, f"O-{number}")
            try:
                shop.engine.within(transaction).adjust(MEMBER, -5, reason="goodwill", actor="dana")
            except Exception:
                transaction.rollback()
                raise
            transaction.commit()
            return True

    with ThreadPoolExecutor(12) as threads:
        futures: list[Any] = [threads.submit(work, number) for number in range(12)]
        errors = [type(future.exception(60)).__name__ for future in futures]

    assert sorted(errors) == ["InsufficientPoints"] * 8 + ["NoneType"] * 4
    assert len(kept(shop)[0]) == 4
    assert shop.points() == Points(0)
    assert shop.engine.verify().sound


def test_a_transaction_that_sqlite_rolled_back_as_a_whole_is_to_be_done_again(
    shop: Shop, host: sa.Engine, kind: str
) -> None:
    with opened(host, "Connection") as planting:
        planting.exec_driver_sql(
            "CREATE TRIGGER strict BEFORE INSERT ON loyalty_lot WHEN NEW.original = 13 "
            "BEGIN SELECT RAISE(ROLLBACK, 'thirteen'); END"
        )
        planting.commit()
    with opened(host, kind) as transaction:
        order(transaction, "O-1")
        engine = shop.engine.within(transaction)
        with pytest.raises(RetryTransaction, match="whole transaction"):
            engine.record(purchase("R-1", "13.00"))
        transaction.rollback()
        order(transaction, "O-2")
        engine.record(purchase("R-2", "12.00"))
        transaction.commit()

    assert kept(shop) == ({"O-2"}, {"R-0", "R-2"})
