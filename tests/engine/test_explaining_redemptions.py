"""Why points were held, spent, released and given back: one sentence for each entry, and what it moved."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shop import MEMBER, OpenShop, Shop, instant, moment
from tests.engine.spending import rich

LOT = "0000000001-00000001"


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The member has 5000 points, all in one lot."""
    return rich(open_shop)


def last(shop: Shop, kind: str) -> dict[str, Any]:
    """The explanation of the last entry of a kind."""
    entries = shop.engine.statement(MEMBER, at=instant("2029-01-01"))["entries"]
    found = [entry["id"] for entry in entries if entry["kind"] == kind]
    return shop.engine.explain(found[-1])


def test_a_hold_says_what_it_is_for_until_when_and_by_whom(shop: Shop) -> None:
    hold = shop.reserve(reward="voucher", actor="dana")
    explained = shop.engine.explain(hold.id)
    assert explained["because"] == (
        f"1000 points of {LOT} were set aside for `voucher` until 2026-03-01T12:30:00+00:00, by dana"
    )
    assert explained["lots"] == [{"lot": LOT, "from": "available", "to": "held", "points": 1000}]


def test_a_redemption_says_what_it_was_spent_on(shop: Shop) -> None:
    hold = shop.reserve(reward="voucher")
    shop.engine.capture(hold.id, actor="eve")
    explained = last(shop, "redemption")
    assert explained["because"] == f"1000 points of {LOT} were spent on `voucher`, by eve"
    assert explained["entry"]["hold"] == hold.id
    assert explained["lots"] == [{"lot": LOT, "from": "held", "to": "out", "points": 1000}]


def test_points_that_paid_say_how_much_and_for_which_activity(shop: Shop) -> None:
    tenders = [{"kind": "card", "amount": "16.00"}, {"kind": "points", "points": 500}]
    shop.buy("R-1", "20.00", tenders=tenders)
    explained = last(shop, "redemption")
    assert explained["because"] == f"500 points of {LOT} paid 4.00 EUR by `pay`"
    assert explained["activity"]["id"] == "R-1"
    assert [rule["rule"] for rule in explained["rules"]] == ["goods"]


def test_points_of_many_lots_are_counted_in_the_sentence_and_listed_below_it(open_shop: OpenShop) -> None:
    shop = open_shop(redemption="{pay: {worth: 100 points = 1.00}}")
    for number in range(4):
        shop.buy(f"R-{number}", "100.00")
    shop.redeem(points=400)
    explained = last(shop, "redemption")
    assert explained["because"] == "400 points of 4 lots paid 4.00 EUR by `pay`"
    assert [lot["points"] for lot in explained["lots"]] == [100, 100, 100, 100]


def test_the_end_of_a_hold_says_how_it_ended(shop: Shop) -> None:
    released = shop.reserve(reward="voucher")
    shop.engine.release(released.id, actor="eve")
    assert last(shop, "hold-release")["because"] == (
        f"hold {released.id} for `voucher` was given up, by eve, and the points of {LOT} are available again"
    )
    part = shop.reserve(points=700, total="100.00")
    shop.engine.capture(part.id, points=500, actor="eve")
    assert last(shop, "hold-release")["because"] == (
        f"hold {part.id} for `pay` was captured in part, by eve, and the points of {LOT} are available again"
    )
    timed = shop.reserve(reward="voucher")
    shop.engine.expire(moment("2026-03-02"))
    explained = last(shop, "hold-release")
    assert explained["because"] == (
        f"hold {timed.id} for `voucher` timed out, and the points of {LOT} are available again"
    )
    assert explained["entry"]["reason"] == "timed out"


def test_points_that_died_in_a_hold_say_that_it_outlived_them(shop: Shop) -> None:
    hold = shop.reserve(reward="voucher", until=moment("2027-06-01"))
    shop.engine.expire(moment("2027-07-01"))
    assert last(shop, "hold-release")["because"] == (
        f"hold {hold.id} for `voucher` timed out, and nothing of it is left to be available"
    )
    explained = last(shop, "expiry")
    assert explained["because"] == (
        f"hold {hold.id} ended after the life of {LOT} had, so what it held of it expired"
    )
    assert explained["lots"] == [{"lot": LOT, "from": "held", "to": "out", "points": 1000}]


def test_points_that_come_back_say_of_what(shop: Shop) -> None:
    tenders = [{"kind": "card", "amount": "16.00"}, {"kind": "points", "points": 500}]
    bought = shop.buy("R-1", "20.00", tenders=tenders)
    spent = next(entry["id"] for entry in bought.entries if entry["kind"] == "redemption")
    shop.give_back("X-1", "R-1")
    explained = last(shop, "restoration")
    assert explained["because"] == f"a return gave 500 points of redemption {spent} by `pay` back to {LOT}"
    assert explained["lots"] == [{"lot": LOT, "from": "out", "to": "available", "points": 500}]
    assert explained["activity"]["type"] == "return"


def test_points_that_come_back_as_new_ones_say_so(open_shop: OpenShop) -> None:
    shop = rich(open_shop, returns="{restored_lots: reissue}")
    tenders = [{"kind": "card", "amount": "16.00"}, {"kind": "points", "points": 500}]
    shop.buy("R-1", "20.00", tenders=tenders)
    shop.give_back("X-1", "R-1")
    assert last(shop, "restoration")["because"].endswith("by `pay` back as a new lot")


def test_a_statement_names_the_hold_that_an_entry_ends(shop: Shop) -> None:
    hold = shop.reserve(points=700, total="100.00", actor="dana")
    shop.engine.capture(hold.id, points=500, actor="eve")
    rows = shop.engine.statement(MEMBER)["entries"][1:]
    assert [(row["kind"], row["points"], row["balance"], row["hold"], row["actor"]) for row in rows] == [
        ("hold", 0, 5000, None, "dana"),
        ("redemption", -500, 4500, hold.id, "eve"),
        ("hold-release", 0, 4500, hold.id, "eve"),
    ]
    assert [row["reason"] for row in rows] == [None, None, "captured in part"]
    assert rows[0]["expires_at"] == "2026-03-01T12:30:00+00:00"
