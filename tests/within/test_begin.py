"""The lazy BEGIN: drivers that begin only before a statement that writes, and never for a savepoint.

A savepoint that comes before BEGIN is itself the transaction. Its release commits, and the host's rollback
finds nothing to roll back. Each test of the cure stands beside one that shows the illness.
"""

from __future__ import annotations

import sqlite3
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session

from loyalty_adapters.sql import host_driver, host_savepoint, host_transaction
from loyalty_engine.errors import UnsafeHost
from tests.concurrency.tasks import awaited
from tests.engine.shop import Shop, purchase
from tests.within.hosts import ORDER, async_opened, host_of, in_loop, kept, opened, order, path_of


def recorded_and_rolled_back(shop: Shop, kind: str) -> set[str]:
    """Our activities that are left after a host with SQLAlchemy's stock driver has rolled back."""
    if kind.startswith("Async"):

        async def main(engine: AsyncEngine) -> None:
            async with async_opened(engine, kind) as transaction:
                await awaited(shop.engine).within(transaction).record(purchase("R-1"))
                await transaction.rollback()

        in_loop(shop, "stock", main)
    else:
        host = host_of(shop)
        with opened(host, kind) as transaction:
            shop.engine.within(transaction).record(purchase("R-1"))
            transaction.rollback()
        host.dispose()
    return kept(shop)[1]


KINDS = ["Session", "Connection", "AsyncSession", "AsyncConnection"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_hosts_rollback_takes_ours_along(shop: Shop, kind: str) -> None:
    assert recorded_and_rolled_back(shop, kind) == {"R-0"}


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_cure_ours_would_survive_the_hosts_rollback(
    shop: Shop, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A savepoint alone, as on any other database, is not enough here."""
    monkeypatch.setattr(host_driver, "holding_lock", host_savepoint.savepoint)

    assert recorded_and_rolled_back(shop, kind) == {"R-0", "R-1"}


# -- a savepoint of the host that came before any BEGIN ---------------------------------------------------


@pytest.mark.parametrize("written", [False, True], ids=["nothing in it", "an order in it"])
def test_a_savepoint_that_came_first_is_refused(shop: Shop, kind: str, written: bool) -> None:
    host = host_of(shop)
    with opened(host, kind) as transaction:
        with transaction.begin_nested():
            if written:
                order(transaction, "O-1")
            with pytest.raises(UnsafeHost, match="savepoint before its driver sent BEGIN"):
                shop.engine.within(transaction)
        shop.engine.within(transaction).record(purchase("R-1"))  # it is over; now we begin
        transaction.rollback()
    host.dispose()

    # The host's own order has survived its rollback: this is what we refuse to take part in.
    assert kept(shop) == ({"O-1"} if written else set(), {"R-0"})


def test_joining_such_a_savepoint_would_leave_ours_there_after_the_hosts_rollback(
    shop: Shop, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_transaction, "commits_by_itself", lambda _: False)
    host = host_of(shop)
    with opened(host, kind) as transaction:
        with transaction.begin_nested():
            shop.engine.within(transaction).record(purchase("R-1"))
        transaction.rollback()
    host.dispose()

    assert kept(shop)[1] == {"R-0", "R-1"}


def test_a_face_taken_before_the_savepoint_does_not_help_until_it_has_written(shop: Shop, kind: str) -> None:
    host = host_of(shop)
    with opened(host, kind) as transaction:
        engine = shop.engine.within(transaction)
        with transaction.begin_nested(), pytest.raises(UnsafeHost):
            engine.record(purchase("R-1"))
    host.dispose()


# -- drivers that never begin -----------------------------------------------------------------------------


def autocommit_engine(shop: Shop) -> sa.Engine:
    return host_of(shop, isolation_level="AUTOCOMMIT")


def autocommit_option(shop: Shop) -> sa.Engine:
    return host_of(shop).execution_options(isolation_level="AUTOCOMMIT")


def half_of_the_recipe(shop: Shop) -> sa.Engine:
    """The driver is told not to begin, and nobody else does."""
    engine = host_of(shop)
    sa.event.listen(engine, "connect", lambda driver, _: setattr(driver, "isolation_level", None))
    engine.dispose()
    return engine


@pytest.mark.parametrize("make", [autocommit_engine, autocommit_option, half_of_the_recipe])
def test_a_driver_that_never_begins_is_refused(shop: Shop, kind: str, make: Any) -> None:
    host = make(shop)
    with opened(host, kind) as transaction:
        with pytest.raises(UnsafeHost, match="autocommit"):
            shop.engine.within(transaction)
        order(transaction, "O-1")
        with pytest.raises(UnsafeHost, match="autocommit"):
            shop.engine.within(transaction)
        transaction.rollback()
    host.dispose()

    assert kept(shop) == ({"O-1"}, {"R-0"})


def test_a_host_that_sends_begin_by_hand_is_joined(shop: Shop, kind: str) -> None:
    host = autocommit_engine(shop)
    with opened(host, kind) as transaction:
        for ending in ("ROLLBACK", "COMMIT"):
            transaction.execute(sa.text("BEGIN"))
            shop.engine.within(transaction).record(purchase(ending))
            transaction.execute(sa.text(ending))
    host.dispose()

    assert kept(shop)[1] == {"R-0", "COMMIT"}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sqlite3 has the attribute from Python 3.12 on")
@pytest.mark.parametrize("autocommit", [False, True])
def test_the_autocommit_attribute_is_heeded(shop: Shop, kind: str, autocommit: bool) -> None:
    host = sa.create_engine(f"sqlite:///{path_of(shop)}", connect_args={"autocommit": autocommit})
    ORDER.metadata.create_all(host)
    with opened(host, kind) as transaction:
        if autocommit:
            with pytest.raises(UnsafeHost):
                shop.engine.within(transaction)
        else:
            shop.engine.within(transaction).record(purchase("R-1"))
        transaction.rollback()
        if not autocommit:
            shop.engine.within(transaction).record(purchase("R-2"))
            transaction.commit()
    host.dispose()

    assert kept(shop)[1] == ({"R-0"} if autocommit else {"R-0", "R-2"})


LEGACY = getattr(sqlite3, "LEGACY_TRANSACTION_CONTROL", -1)


@pytest.mark.parametrize(
    ("driver", "never"),
    [
        (SimpleNamespace(isolation_level=""), False),
        (SimpleNamespace(isolation_level="IMMEDIATE"), False),
        (SimpleNamespace(isolation_level=None), True),
        (SimpleNamespace(isolation_level="", autocommit=LEGACY), False),
        (SimpleNamespace(isolation_level=None, autocommit=LEGACY), True),
        (SimpleNamespace(isolation_level="", autocommit=True), True),
        (SimpleNamespace(isolation_level="", _conn=SimpleNamespace(autocommit=True)), True),
        (SimpleNamespace(isolation_level="", _conn=SimpleNamespace(autocommit=LEGACY)), False),
    ],
)
def test_what_a_driver_says_of_itself(driver: Any, never: bool) -> None:
    """Of one that is in no transaction: will it begin one? aiosqlite keeps the real one in `_conn`."""
    connection: Any = SimpleNamespace(connection=SimpleNamespace(driver_connection=driver))

    assert host_transaction._never_begins(connection) is never


def test_the_stock_driver_is_lazy_indeed(shop: Shop) -> None:
    """What all of this rests on; the day it changes, this says so."""
    host = host_of(shop)
    with Session(host) as session:
        connection = session.connection()
        assert connection.in_transaction()
        assert not host_transaction.begun(connection)
        session.execute(sa.select(ORDER))
        assert not host_transaction.begun(connection)
        session.begin_nested()
        assert session.connection() is connection  # the session opens the savepoint when it is first used
        assert host_transaction.begun(connection)
    host.dispose()
