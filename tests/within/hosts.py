"""A host application: a table of its own in the same file, and the ways in which it begins transactions."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from tests.engine.shop import Shop

Result = TypeVar("Result")
ORDER = sa.Table("shop_order", sa.MetaData(), sa.Column("id", sa.Text, primary_key=True))
WAYS = ("stock", "begin", "begin immediate")
"""How a host's driver gets its BEGIN: as SQLAlchemy comes, or by its documented hooks."""


def path_of(shop: Shop) -> Path:
    """The database file of a shop."""
    return Path(shop.url.removeprefix("sqlite:///"))


def let_begin(engine: sa.Engine, way: str) -> None:
    """SQLAlchemy's documented cure for drivers that begin lazily."""
    if way == "stock":
        return

    @sa.event.listens_for(engine, "connect")
    def _connect(driver: Any, _: object) -> None:
        driver.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(way.upper())


def host_of(shop: Shop, way: str = "stock", timeout: float = 5.0, **how: Any) -> sa.Engine:
    """The host's engine at a shop's database, which has the host's table."""
    engine = sa.create_engine(f"sqlite:///{path_of(shop)}", connect_args={"timeout": timeout}, **how)
    let_begin(engine, way)
    ORDER.metadata.create_all(engine)
    return engine


def async_host_of(shop: Shop, way: str = "stock", timeout: float = 5.0) -> AsyncEngine:
    """The same for tasks."""
    host_of(shop).dispose()
    engine = create_async_engine(f"sqlite+aiosqlite:///{path_of(shop)}", connect_args={"timeout": timeout})
    let_begin(engine.sync_engine, way)
    return engine


@contextmanager
def opened(engine: sa.Engine, kind: str) -> Iterator[Any]:
    """A Session or a Connection; both have execute, commit, rollback and begin_nested."""
    with Session(engine) if kind == "Session" else engine.connect() as host:
        yield host


def async_opened(engine: AsyncEngine, kind: str) -> Any:
    """An AsyncSession or an AsyncConnection, for `async with`."""
    return AsyncSession(engine) if kind == "AsyncSession" else engine.connect()


def order(host: Any, id_: str) -> Any:
    """Write a row of the host's own."""
    return host.execute(ORDER.insert(), {"id": id_})


def kept(shop: Shop) -> tuple[set[str], set[str]]:
    """What anybody sees who looks from outside: the host's orders, and the activities of ours."""
    with closing(sa.create_engine(f"sqlite:///{path_of(shop)}").connect()) as connection:
        orders = connection.execute(sa.select(ORDER.c.id)).scalars().all()
        ours = connection.exec_driver_sql("SELECT id FROM loyalty_activity_key").scalars().all()
    connection.engine.dispose()
    return set(orders), set(ours)


def in_loop(
    shop: Shop, way: str, main: Callable[[AsyncEngine], Coroutine[Any, Any, Result]], timeout: float = 5.0
) -> Result:
    """Run a task of a host that owns an engine at the shop's database."""
    from tests.concurrency.tasks import run

    async def owning() -> Result:
        engine = async_host_of(shop, way, timeout)
        try:
            return await main(engine)
        finally:
            await engine.dispose()

    return run(owning)
