"""A business clock may run back, by a second or by a month; for an account it then stands still."""

from __future__ import annotations

import pytest

from loyalty_engine.engine.receipt import Receipt
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, instant, purchase

SPENDING = {
    "redemption": "{pay: {worth: 100 points = 1.00}, cake: {cost: 50 points, gives: a cake}}",
}
SECOND = 1_000_000  # microseconds


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The member has 500 points since noon of the first of March."""
    shop = open_shop(**SPENDING)
    shop.record(purchase("R-1", "500.00", "2026-03-01"))
    return shop


@pytest.mark.parametrize("back", [1, SECOND, 86_400 * SECOND])
def test_points_are_spent_when_they_are_there_not_before(shop: Shop, back: int) -> None:
    shop.now = instant("2026-03-01") - back
    receipt = shop.engine.redeem(MEMBER, reward="cake")
    assert receipt.balance["at"] == "2026-03-01T12:00:00+00:00"
    assert shop.engine.verify().sound
    assert points(shop, "2026-03-01") == Points(available=450)
    assert points(shop, "2026-02-28") == Points()


def test_a_late_purchase_is_paid_with_points_that_are_there_now(shop: Shop) -> None:
    shop.now = instant("2026-02-01")
    late = purchase("R-2", "10.00", "2026-02-01", tenders=[{"kind": "points", "up_to": 500}])
    receipt: Receipt = shop.engine.record(late)
    assert receipt["payment"][0] == {"kind": "points", "points": 500, "amount": "5.00"}
    assert shop.engine.verify().sound
    assert points(shop, "2026-02-02") == Points(available=10)
    assert points(shop, "2026-03-01") == Points(available=10)


def test_what_is_held_and_captured_stands_still_too(shop: Shop) -> None:
    shop.now -= SECOND
    hold = shop.engine.reserve(MEMBER, reward="cake")
    shop.now -= SECOND
    shop.engine.capture(hold.id)
    shop.engine.adjust(MEMBER, -100, reason="a mistake", actor="dana")
    assert shop.engine.verify().sound
    assert points(shop, "2026-03-01") == Points(available=350)


def points(shop: Shop, at: str) -> Points:
    standing = shop.engine.balance(MEMBER, at=instant(at))["currencies"]["points"]
    return Points(standing["available"], standing["pending"], standing["deficit"], standing["held"])
