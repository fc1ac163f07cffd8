"""The shop on Flask, asked over its test client: order and points, or neither."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from examples.embedding.flask_shop import Article, Order, Shop, create_app


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a shop that has three teapots."""
    app = create_app(str(tmp_path / "shop.db"))
    shop = shop_of(app.test_client())
    with shop.sessions.begin() as session:
        session.add(Article(sku="teapot", cents=1290, stock=3))
    yield app.test_client()
    shop.loyalty.close()
    shop.sessions.kw["bind"].dispose()


def shop_of(client: FlaskClient) -> Shop:
    shop: Shop = client.application.extensions["shop"]
    return shop


def place(client: FlaskClient, id_: str, **fields: Any) -> tuple[int, Any]:
    new = {"id": id_, "member": "M-1", "sku": "teapot", "quantity": 1} | fields
    answer = client.post("/orders", json=new)
    return answer.status_code, answer.get_json(silent=True)


def points(client: FlaskClient, member: str = "M-1") -> Any:
    answer = client.get(f"/members/{member}/points").get_json()
    return answer.get("points", answer.get("code"))


def stored(client: FlaskClient) -> tuple[list[str], int]:
    """Ids of orders, and teapots left."""
    with shop_of(client).sessions() as session:
        teapot = session.get(Article, "teapot")
        assert teapot is not None
        return list(session.scalars(select(Order.id).order_by(Order.id))), teapot.stock


def test_an_order_is_saved_and_rewarded(client: FlaskClient) -> None:
    assert place(client, "O-1") == (201, {"order": "O-1", "points": 12})
    assert place(client, "O-2", quantity=2) == (201, {"order": "O-2", "points": 25})
    assert points(client) == 37
    assert stored(client) == (["O-1", "O-2"], 0)
    assert shop_of(client).loyalty.verify().sound


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"quantity": 4}, 409), ({"sku": "anvil"}, 404), ({"member": ""}, 422)],
    ids=["sold out after its points were granted", "unknown", "refused by the engine"],
)
def test_an_order_that_is_refused_earns_no_points_and_leaves_no_trace(
    client: FlaskClient, fields: dict[str, Any], status: int
) -> None:
    place(client, "O-0")
    assert place(client, "O-1", **fields)[0] == status
    assert points(client) == 12
    assert stored(client) == (["O-0"], 2)
    assert place(client, "O-1")[0] == 201  # its id is as good as new


def test_an_order_cannot_be_placed_twice(client: FlaskClient) -> None:
    place(client, "O-1")
    status, told = place(client, "O-1")
    assert (status, told["code"]) == (409, "ActivityConflict")
    assert points(client) == 12
    assert stored(client) == (["O-1"], 2)


def test_many_orders_at_once_sell_what_there_is_and_grant_points_for_that(client: FlaskClient) -> None:
    def work(number: int) -> int:
        return place(client.application.test_client(), f"O-{number}", member=f"M-{number}")[0]

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(work, range(6))) == [201] * 3 + [409] * 3
    orders, left = stored(client)
    assert (len(orders), left) == (3, 0)
    assert sorted([points(client, f"M-{n}") for n in range(6)], key=str) == [12] * 3 + ["UnknownMember"] * 3


def test_who_is_no_member_is_told(client: FlaskClient) -> None:
    assert points(client, "nobody") == "UnknownMember"
