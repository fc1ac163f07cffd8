"""The shop on FastAPI, asked over its real application: order and points, or neither."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from examples.embedding.fastapi_shop import Article, Order, Shop, create_app
from tests.concurrency.tasks import no_thread_is_left, run


class Visit:
    """A client of a running shop that has three teapots."""

    def __init__(self, client: httpx.AsyncClient, shop: Shop) -> None:
        self.client = client
        self.shop = shop

    async def order(self, id_: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        new = {"id": id_, "member": "M-1", "sku": "teapot", "quantity": 1} | fields
        answer = await self.client.post("/orders", json=new)
        return answer.status_code, answer.json()

    async def points(self, member: str = "M-1") -> Any:
        answer = await self.client.get(f"/members/{member}/points")
        return answer.json().get("points", answer.json().get("code"))

    async def stored(self) -> tuple[list[str], int]:
        """Ids of orders, and teapots left."""
        async with self.shop.sessions() as session:
            orders = (await session.scalars(select(Order.id).order_by(Order.id))).all()
            teapot = await session.get(Article, "teapot")
        assert teapot is not None
        return list(orders), teapot.stock


@asynccontextmanager
async def open_shop(path: Path) -> AsyncIterator[Visit]:
    app = create_app(str(path / "shop.db"))
    async with app.router.lifespan_context(app):
        shop: Shop = app.state.shop
        async with shop.sessions() as session, session.begin():
            session.add(Article(sku="teapot", cents=1290, stock=3))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            yield Visit(client, shop)


def visiting(path: Path, visit: Callable[[Visit], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_shop(path) as opened:
            await visit(opened)

    with no_thread_is_left():
        run(main)


def test_an_order_is_saved_and_rewarded(tmp_path: Path) -> None:
    async def visit(shop: Visit) -> None:
        assert await shop.order("O-1") == (201, {"order": "O-1", "points": 12})
        assert await shop.order("O-2", quantity=2) == (201, {"order": "O-2", "points": 25})
        assert await shop.points() == 37
        assert await shop.stored() == (["O-1", "O-2"], 0)
        assert (await shop.shop.loyalty.verify()).sound

    visiting(tmp_path, visit)


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"quantity": 4}, 409), ({"sku": "anvil"}, 404), ({"member": ""}, 422), ({"quantity": "many"}, 422)],
    ids=["sold out after its points were granted", "unknown", "refused by the engine", "not understood"],
)
def test_an_order_that_is_refused_earns_no_points_and_leaves_no_trace(
    tmp_path: Path, fields: dict[str, Any], status: int
) -> None:
    async def visit(shop: Visit) -> None:
        await shop.order("O-0")
        assert (await shop.order("O-1", **fields))[0] == status
        assert await shop.points() == 12
        assert await shop.stored() == (["O-0"], 2)
        assert (await shop.order("O-1"))[0] == 201  # its id is as good as new

    visiting(tmp_path, visit)


def test_an_order_cannot_be_placed_twice(tmp_path: Path) -> None:
    async def visit(shop: Visit) -> None:
        await shop.order("O-1")
        status, told = await shop.order("O-1")
        assert (status, told["code"]) == (409, "ActivityConflict")
        assert await shop.points() == 12
        assert await shop.stored() == (["O-1"], 2)

    visiting(tmp_path, visit)


def test_who_is_no_member_is_told(tmp_path: Path) -> None:
    async def visit(shop: Visit) -> None:
        assert await shop.points("nobody") == "UnknownMember"

    visiting(tmp_path, visit)


def test_many_orders_at_once_sell_what_there_is_and_grant_points_for_that(tmp_path: Path) -> None:
    async def visit(shop: Visit) -> None:
        answers = await asyncio.gather(*[shop.order(f"O-{n}", member=f"M-{n}") for n in range(6)])
        assert sorted(status for status, _ in answers) == [201] * 3 + [409] * 3
        orders, left = await shop.stored()
        assert (len(orders), left) == (3, 0)
        assert (
            sorted([await shop.points(f"M-{n}") for n in range(6)], key=str)
            == [12] * 3 + ["UnknownMember"] * 3
        )

    visiting(tmp_path, visit)
