"""Hosts that cannot be joined, and what is said to them; nothing of theirs or ours is touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from loyalty_adapters import open_engine
from loyalty_engine.errors import InvalidCommand, RetryTransaction, StoreFailure, UnsafeHost
from tests.concurrency.one_member import KEYS, add_points
from tests.concurrency.tasks import awaited
from tests.engine.shop import OpenShop, Shop, purchase
from tests.within.hosts import ORDER, host_of, kept, opened, order, path_of


@pytest.mark.parametrize("thing", [None, "shop.db", 7, object(), {"session": 1}, Session, sa.create_engine])
def test_what_is_no_host_is_told_with_what_is(shop: Shop, thing: object) -> None:
    for within in (shop.engine.within, awaited(shop.engine).within):
        with pytest.raises(InvalidCommand, match="supported are"):
            within(thing)


def test_a_plain_connection_of_the_driver_is_not_joined(shop: Shop) -> None:
    with closing(sqlite3.connect(path_of(shop))) as plain, pytest.raises(InvalidCommand, match="SQLAlchemy"):
        shop.engine.within(plain)


def test_an_engine_is_not_a_transaction(shop: Shop) -> None:
    host = host_of(shop)
    with pytest.raises(InvalidCommand, match="Session or Connection"):
        shop.engine.within(host)
    host.dispose()


def test_each_door_takes_the_hosts_of_its_own_colour(shop: Shop) -> None:
    host = host_of(shop)
    async_session = AsyncSession(create_async_engine(f"sqlite+aiosqlite:///{path_of(shop)}"))
    with pytest.raises(InvalidCommand, match="open_async_engine"):
        shop.engine.within(async_session)
    with opened(host, "Session") as session, pytest.raises(InvalidCommand, match=r"sync\.within"):
        awaited(shop.engine).within(session)
    host.dispose()


@pytest.mark.parametrize("ours", [False, True], ids=["without tables of ours", "with tables of ours"])
def test_a_host_at_another_database_is_refused(shop: Shop, kind: str, tmp_path: Path, ours: bool) -> None:
    other = tmp_path / "other.db"
    if ours:
        open_engine(f"sqlite:///{other}").close()
    host = sa.create_engine(f"sqlite:///{other}")
    with opened(host, kind) as transaction, pytest.raises(UnsafeHost, match=r"other\.db"):
        shop.engine.within(transaction)
    host.dispose()


def test_a_host_in_memory_is_refused(shop: Shop, kind: str) -> None:
    host = sa.create_engine("sqlite://")
    with opened(host, kind) as transaction, pytest.raises(UnsafeHost, match="in memory"):
        shop.engine.within(transaction)
    host.dispose()


def test_a_host_whose_file_is_gone_is_refused(shop: Shop, tmp_path: Path) -> None:
    host = sa.create_engine(f"sqlite:///{tmp_path}/gone.db")
    with opened(host, "Connection") as transaction:
        order_table = sa.text("CREATE TABLE t (id)")
        transaction.execute(order_table)
        (tmp_path / "gone.db").unlink()
        with pytest.raises(UnsafeHost, match=r"gone\.db"):
            shop.engine.within(transaction)
    host.dispose()


def test_a_host_by_another_name_of_the_same_file_is_joined(shop: Shop, kind: str, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(path_of(shop))
    host = sa.create_engine(f"sqlite:///{tmp_path}/link.db")
    with opened(host, kind) as transaction:
        shop.engine.within(transaction).record(purchase("R-1"))
        transaction.commit()
    host.dispose()
    assert kept_ours(shop) == {"R-0", "R-1"}


@pytest.mark.parametrize("store", ["memory://", "sqlite://"])
def test_an_engine_in_memory_has_no_hosts(store: str, kind: str, tmp_path: Path) -> None:
    host = sa.create_engine(f"sqlite:///{tmp_path}/host.db")
    refused = pytest.raises(UnsafeHost, match="no host has a transaction")
    with open_engine(store) as engine, opened(host, kind) as transaction, refused:
        engine.within(transaction)
    host.dispose()


def test_a_host_on_another_database_product_is_refused(
    shop: Shop, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = host_of(shop)
    with opened(host, kind) as transaction:
        connection = transaction.connection() if kind == "Session" else transaction
        monkeypatch.setattr(connection.dialect, "name", "postgresql")
        with pytest.raises(UnsafeHost, match="postgresql"):
            shop.engine.within(transaction)
        monkeypatch.undo()
    host.dispose()


def test_a_closed_connection_is_refused(shop: Shop) -> None:
    host = host_of(shop)
    with opened(host, "Connection") as transaction:
        engine = shop.engine.within(transaction)
    for call in (lambda: engine.record(purchase("R-1")), lambda: shop.engine.within(transaction)):
        with pytest.raises(UnsafeHost, match="closed"):
            call()
    host.dispose()


def test_a_session_without_a_database_is_refused(shop: Shop) -> None:
    with Session() as session, pytest.raises(UnsafeHost, match="cannot be used"):
        shop.engine.within(session)


def test_a_session_whose_flush_failed_has_to_begin_anew(shop: Shop) -> None:
    class Order:
        def __init__(self, id_: str) -> None:
            self.id = id_

    registry = sa.orm.registry()
    registry.map_imperatively(Order, ORDER.to_metadata(registry.metadata))
    host = host_of(shop)
    with opened(host, "Session") as session:
        engine = shop.engine.within(session)
        order(session, "O-1")
        session.add(Order("O-1"))
        with pytest.raises(sa.exc.IntegrityError):
            session.flush()
        with pytest.raises(RetryTransaction, match="failed already"):
            engine.record(purchase("R-1"))
        session.rollback()
        engine.record(purchase("R-1"))
        session.commit()
    host.dispose()
    registry.dispose()
    assert kept(shop) == (set(), {"R-0", "R-1"})


def test_a_closed_engine_works_in_no_transaction(open_branch: OpenShop) -> None:
    shop = open_branch()
    host = host_of(shop)
    with opened(host, "Session") as session:
        engine = shop.engine.within(session)
        shop.engine.close()
        for call in (lambda: engine.record(purchase("R-1")), lambda: shop.engine.within(session)):
            with pytest.raises(StoreFailure, match="closed"):
                call()
        order(session, "O-1")
        session.commit()
    host.dispose()
    assert kept(shop)[0] == {"O-1"}


def test_a_scoped_session_is_its_session(shop: Shop) -> None:
    host = host_of(shop)
    session: Any = scoped_session(sessionmaker(host))
    order(session, "O-1")
    shop.engine.within(session).record(purchase("R-1"))
    session.commit()
    session.remove()
    host.dispose()
    assert kept(shop) == ({"O-1"}, {"R-0", "R-1"})


def test_the_hosts_events_see_every_statement_of_ours(shop: Shop, kind: str) -> None:
    host = host_of(shop)
    seen: list[str] = []
    sa.event.listen(host, "before_cursor_execute", lambda *given: seen.append(given[2]))
    with opened(host, kind) as transaction:
        shop.engine.within(transaction).record(purchase("R-1"))
        transaction.commit()
    host.dispose()

    assert "BEGIN IMMEDIATE" in seen
    assert any(text.startswith("INSERT INTO loyalty_entry") for text in seen)
    assert not any(text.startswith("SAVEPOINT") for text in seen)  # there is nothing before ours to keep


def test_they_see_our_savepoint_in_what_the_host_has_begun(shop: Shop, kind: str) -> None:
    host = host_of(shop)
    seen: list[str] = []
    sa.event.listen(host, "savepoint", lambda *given: seen.append("savepoint"))
    sa.event.listen(host, "release_savepoint", lambda *given: seen.append("release"))
    sa.event.listen(host, "rollback_savepoint", lambda *given: seen.append("rollback"))
    with opened(host, kind) as transaction:
        order(transaction, "O-1")
        engine = shop.engine.within(transaction)
        engine.record(purchase("R-1"))
        assert seen == ["savepoint", "release"]
        with pytest.raises(StoreFailure):
            engine._driver.submit(add_points, KEYS[0]._replace(id="rival"))
        assert seen == ["savepoint", "release", "savepoint", "rollback"]
    host.dispose()


def kept_ours(shop: Shop) -> set[str]:
    """Activities of ours that anybody sees, at a database without the host's table."""
    with closing(sqlite3.connect(path_of(shop))) as connection:
        return {id_ for (id_,) in connection.execute("SELECT id FROM loyalty_activity_key")}
