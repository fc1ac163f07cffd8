"""Returns of purchases that were paid with points: points come back in proportion, money by the tenders."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import InsufficientPoints, LoyaltyError, OverReturn
from tests.engine.shop import OpenShop, Points, Shop, giving_back, purchase
from tests.engine.spending import kinds, rich

CENT_A_POINT = "{pay: {worth: 200 points = 1.00}}"
LINES = [
    {"id": "bread", "quantity": 3, "amount": "9.00"},
    {"id": "wine", "quantity": 1, "amount": "11.00"},
    {"id": "bag", "quantity": 0, "amount": "10.00"},
]


def points(**fields: Any) -> dict[str, Any]:
    return {"kind": "points", **fields}


def cash(amount: str) -> dict[str, Any]:
    return {"kind": "cash", "amount": amount}


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """5000 points; a basket of 30.00 was paid with 1000 of them (5.00), 20.00 in cash and 5.00 by card."""
    shop = rich(open_shop, redemption=CENT_A_POINT)
    tenders = [points(points=1000), cash("20.00"), {"kind": "card", "amount": "5.00"}]
    shop.buy("R-1", None, lines=LINES, tenders=tenders)
    return shop


def refund(shop: Shop, id_: str, *lines: dict[str, Any]) -> tuple[str, list[tuple[str, str]], int]:
    """What came back in all, by tender, and in points."""
    fields: dict[str, Any] = {"lines": list(lines)} if lines else {}
    document = shop.give_back(id_, "R-1", **fields)["refund"]
    tenders = [(tender["kind"], tender["amount"]) for tender in document["tenders"]]
    return document["total"], tenders, document["tenders"][0]["points"]


def test_everything_comes_back_as_it_was_paid(shop: Shop) -> None:
    receipt = shop.give_back("X-1", "R-1")
    assert receipt["refund"] == {
        "total": "30.00",
        "tenders": [
            {"kind": "points", "points": 1000, "amount": "5.00"},
            {"kind": "card", "amount": "5.00"},
            {"kind": "cash", "amount": "20.00"},
        ],
    }
    assert kinds(receipt.entries) == [("restoration", 1000), ("reversal", -30)]
    assert receipt.totals == {"points": 970}
    assert shop.points() == Points(5000)
    assert shop.engine.verify().sound


def test_paid_to_the_cent_is_refunded_to_the_cent(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption=CENT_A_POINT)
    shop.buy("R-1", "36.09", tenders=[points(points=176), cash("35.21")])
    assert refund(shop, "X-1") == ("36.09", [("points", "0.88"), ("cash", "35.21")], 176)


def test_a_part_comes_back_in_proportion_and_the_last_part_closes(shop: Shop) -> None:
    assert refund(shop, "X-1", {"id": "bread", "quantity": 1}) == (
        "3.00",
        [("points", "0.50"), ("card", "0.50"), ("cash", "2.00")],
        100,
    )
    total, by_tender, back = refund(shop, "X-2", {"id": "wine", "amount": "1.00"})
    assert (total, by_tender, back) == ("1.00", [("points", "0.16"), ("card", "0.16"), ("cash", "0.68")], 33)
    assert refund(shop, "X-3", {"id": "bag"})[2] == 333  # 466 of 14.00 in all
    assert refund(shop, "X-4") == ("16.00", [("points", "2.67"), ("card", "2.67"), ("cash", "10.66")], 534)
    assert shop.points() == Points(5000)
    assert shop.engine.verify().sound


def test_shipping_comes_back_with_the_last_line(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption=CENT_A_POINT)
    tenders = [points(points=1000), cash("28.95")]
    shop.buy("R-1", None, lines=LINES, shipping="3.95", tenders=tenders)
    assert refund(shop, "X-1", {"id": "bread"})[0] == "9.00"
    assert refund(shop, "X-2", {"id": "wine"})[0] == "11.00"
    assert refund(shop, "X-3", {"id": "bag"})[0] == "13.95"
    assert shop.points() == Points(5000)


def test_tax_that_prices_exclude_comes_back_with_the_last_line(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption=CENT_A_POINT, prices="exclude tax")
    lines = [{"id": "a", "amount": "10.00", "tax": "2.00"}, {"id": "b", "amount": "10.00", "tax": "2.00"}]
    shop.buy("R-1", None, lines=lines, tenders=[points(points=1200), cash("18.00")])
    assert refund(shop, "X-1", {"id": "a"}) == ("10.00", [("points", "2.50"), ("cash", "7.50")], 500)
    assert refund(shop, "X-2") == ("14.00", [("points", "3.50"), ("cash", "10.50")], 700)


def test_a_line_below_nothing_lowers_no_refund(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption=CENT_A_POINT)
    lines = [{"id": "beer", "amount": "10.00"}, {"id": "cheese", "amount": "5.00"}]
    lines.append({"id": "deposit", "amount": "-2.00"})
    shop.buy("R-1", None, lines=lines, tenders=[points(points=1300), cash("6.50")])
    assert refund(shop, "X-1", {"id": "beer"})[0] == "10.00"
    assert refund(shop, "X-2", {"id": "deposit"}) == ("0.00", [("points", "0.00"), ("cash", "0.00")], 0)
    assert refund(shop, "X-3", {"id": "cheese"})[0] == "3.00"
    assert shop.points() == Points(5000)


def test_what_was_not_listed_comes_back_as_other(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption="{pay: {worth: 200 points = 1.00, at_most: 50% of total}}")
    shop.buy("R-1", "10.00", tenders=[points(up_to=5000)])
    assert refund(shop, "X-1", {"id": "1", "amount": "4.00"}) == (
        "4.00",
        [("points", "2.00"), ("other", "2.00")],
        400,
    )


def test_a_purchase_that_only_points_paid(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption=CENT_A_POINT)
    shop.buy("R-1", "10.00", tenders=[points(up_to=5000)])
    assert refund(shop, "X-1", {"id": "1", "amount": "4.00"}) == ("4.00", [("points", "4.00")], 800)
    assert refund(shop, "X-2") == ("6.00", [("points", "6.00")], 1200)
    assert shop.points() == Points(5000)


def test_a_hold_that_paid_comes_back_alike(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption=CENT_A_POINT)
    hold = shop.reserve(points=1000, total="30.00")
    shop.buy("R-1", None, lines=LINES, tenders=[points(hold=hold.id), cash("25.00")])
    assert refund(shop, "X-1", {"id": "bread"})[2] == 300
    assert refund(shop, "X-2")[2] == 700
    assert shop.points() == Points(5000)
    assert shop.engine.verify().sound


def test_other_returns_say_nothing_of_refunds(shop: Shop) -> None:
    shop.buy("R-2", tenders=[cash("20.00")])
    assert "refund" not in shop.give_back("X-1", "R-2")


def test_none_paid_none_restored(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption="{pay: {worth: 200 points = 1.00, at_least: 5000 points}}")
    shop.buy("R-1", "10.00", tenders=[points(up_to=4000)])
    assert "refund" not in shop.give_back("X-1", "R-1")


# -- where the points go back to --------------------------------------------------------------------------


def test_points_go_back_to_their_lots_latest_expiry_first(open_shop: OpenShop) -> None:
    shop = rich(open_shop, 500, redemption=CENT_A_POINT)
    shop.buy("S-1", "500.00", at="2026-06-01")
    shop.buy("R-1", "10.00", at="2026-07-01", tenders=[points(points=800), cash("6.00")])
    assert refund_of(shop, "X-1", "5.00", at="2026-07-02") == 400  # 300 of the later lot, 100 of the older
    assert shop.points("2027-03-01").available == 500 + 5
    assert refund_of(shop, "X-2", "5.00", at="2026-07-03") == 400
    assert shop.points("2027-03-01").available == 500
    assert shop.engine.verify().sound


def test_in_one_batch_no_lot_gets_more_back_than_it_gave(open_shop: OpenShop) -> None:
    shop = rich(open_shop, 500, redemption=CENT_A_POINT)
    shop.buy("S-1", "500.00", at="2026-06-01")
    shop.buy("R-1", "10.00", at="2026-07-01", tenders=[points(points=800), cash("6.00")])
    shop.wait_until("2026-07-10")
    half: dict[str, Any] = {"at": "2026-07-10", "lines": [{"id": "1", "amount": "5.00"}]}
    outcomes = shop.engine.record_many([giving_back("X-1", "R-1", **half), giving_back("X-2", "R-1", **half)])
    assert [one.totals["points"] for one in outcomes if isinstance(one, Receipt)] == [400 - 5, 400 - 5]
    assert shop.points("2027-03-01").available == 500
    assert shop.engine.verify().sound


def refund_of(shop: Shop, id_: str, amount: str, at: str) -> int:
    receipt = shop.give_back(id_, "R-1", at=at, lines=[{"id": "1", "amount": amount}])
    points_: int = receipt["refund"]["tenders"][0]["points"]
    return points_


def test_points_of_a_lot_that_has_died_die_again(open_shop: OpenShop) -> None:
    shop = rich(open_shop, 1000, redemption=CENT_A_POINT)
    shop.buy("R-1", "10.00", at="2026-03-02", tenders=[points(points=1000), cash("5.00")])
    shop.wait_until("2027-03-10")
    receipt = shop.give_back("X-1", "R-1", at="2027-03-10")
    assert kinds(receipt.entries) == [("restoration", 1000), ("expiry", -1000), ("reversal", 0)]
    assert receipt["refund"]["tenders"][0] == {"kind": "points", "points": 1000, "amount": "5.00"}
    assert shop.points() == Points(0)
    assert shop.engine.verify().sound


def test_or_they_come_as_new_points(open_shop: OpenShop) -> None:
    shop = rich(open_shop, 1000, redemption=CENT_A_POINT, returns="{restored_lots: reissue}")
    shop.buy("R-1", "10.00", at="2026-03-02", tenders=[points(points=1000), cash("5.00")])
    shop.wait_until("2027-03-10")
    receipt = shop.give_back("X-1", "R-1", at="2027-03-10")
    assert kinds(receipt.entries) == [("restoration", 1000), ("reversal", 0)]
    assert receipt.entries[0]["expires_at"] == "2028-03-10T12:00:00+00:00"
    assert shop.points() == Points(1000)
    assert shop.engine.verify().sound


def test_restored_points_pay_what_the_return_takes(open_shop: OpenShop) -> None:
    """Points come back before the awards are taken, so that a program without debts can take them."""
    shop = rich(open_shop, 1000, redemption=CENT_A_POINT, returns="{deficit: refuse}")
    shop.buy("R-1", "100.00", tenders=[points(points=1000), cash("95.00")])
    shop.redeem(points=100, total="100.00")  # the points that the basket earned are gone
    shop.give_back("X-1", "R-1")
    assert shop.points() == Points(900)
    assert shop.engine.verify().sound


def test_restored_points_pay_off_a_debt(open_shop: OpenShop) -> None:
    shop = rich(open_shop, 1000, redemption=CENT_A_POINT)
    shop.buy("R-1", "10.00", tenders=[points(points=1000), cash("5.00")])
    shop.adjust(-200)
    assert shop.points() == Points(deficit=190)
    shop.give_back("X-1", "R-1")
    assert shop.points() == Points(800)
    assert shop.engine.verify().sound


# -- kept -----------------------------------------------------------------------------------------------


def test_a_program_may_keep_what_was_spent(open_shop: OpenShop) -> None:
    """Then only the other tenders are refunded, each its own share."""
    shop = rich(open_shop, redemption=CENT_A_POINT, returns="{spent_points: keep}")
    shop.buy("R-1", None, lines=LINES, tenders=[points(points=1000), cash("25.00")])
    assert refund(shop, "X-1", {"id": "bread"}) == ("7.50", [("points", "0.00"), ("cash", "7.50")], 0)
    assert refund(shop, "X-2") == ("17.50", [("points", "0.00"), ("cash", "17.50")], 0)
    assert shop.points() == Points(4000)
    assert "restoration" not in [kind for kind, _ in shop.movements()]


def test_the_rules_of_the_return_say_whether_its_points_are_kept(open_shop: OpenShop) -> None:
    """What came back before under other rules stays as it was."""
    shop = rich(open_shop, redemption=CENT_A_POINT)
    later = open_shop(effective="2026-03-15", redemption=CENT_A_POINT, returns="{spent_points: keep}")
    latest = open_shop(effective="2026-03-25", redemption=CENT_A_POINT)
    for other in (later, latest):
        shop.engine.publish(other.engine.rulebook.files)
    shop.buy("R-1", None, lines=LINES, tenders=[points(points=1000), cash("25.00")])
    back = [
        shop.give_back(f"X-{line}", "R-1", at=at, lines=[{"id": line}])["refund"]["tenders"][0]["points"]
        for line, at in (("bread", "2026-03-10"), ("wine", "2026-03-20"), ("bag", "2026-03-30"))
    ]
    assert back == [300, 0, 334]


# -- refusals and batches -------------------------------------------------------------------------------


def test_a_refused_return_leaves_no_trace(open_shop: OpenShop) -> None:
    shop = rich(open_shop, 1000, redemption=CENT_A_POINT, returns="{deficit: refuse}")
    shop.buy("R-1", "2000.00", tenders=[points(points=1000), cash("1995.00")])
    shop.redeem(points=2000, total="100.00")
    before = shop.dump()
    with pytest.raises(InsufficientPoints):
        shop.give_back("X-1", "R-1")
    assert shop.dump() == before
    shop.adjust(1000)
    refused, taken = shop.engine.record_many(
        [giving_back("X-1", "R-1", lines=[{"id": "9"}]), giving_back("X-2", "R-1")]
    )
    assert isinstance(refused, LoyaltyError)
    assert not isinstance(taken, LoyaltyError)
    assert shop.engine.verify().sound


def test_a_return_that_was_refused_in_a_batch_restores_all_of_it_later_in_it(open_shop: OpenShop) -> None:
    shop = rich(open_shop, 1000, redemption=CENT_A_POINT, returns="{deficit: refuse}")
    shop.buy("R-1", "2000.00", tenders=[points(points=1000), cash("1995.00")])
    shop.redeem(points=1990, total="100.00")
    shop.wait_until("2026-03-10")
    outcomes = shop.engine.record_many(
        [
            giving_back("X-1", "R-1"),
            purchase("R-2", "2000.00", at="2026-03-10"),
            giving_back("X-1", "R-1"),
        ]
    )
    assert isinstance(outcomes[0], InsufficientPoints)
    assert not isinstance(outcomes[2], LoyaltyError)
    assert outcomes[2]["refund"]["tenders"][0]["points"] == 1000
    assert shop.points() == Points(1010)
    assert shop.engine.verify().sound


def test_a_purchase_and_its_returns_in_one_batch(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption=CENT_A_POINT)
    outcomes = shop.engine.record_many(
        [
            purchase("R-1", None, lines=LINES, tenders=[points(points=1000), cash("25.00")]),
            giving_back("X-1", "R-1", lines=[{"id": "wine"}]),
            giving_back("X-2", "R-1", lines=[{"id": "wine"}]),
            giving_back("X-3", "R-1"),
            giving_back("X-4", {"source": "pos", "type": "purchase", "id": "R-1"}),
        ]
    )
    said = [
        one.code if isinstance(one, LoyaltyError) else one.data.get("refund", {}).get("total")
        for one in outcomes
    ]
    assert said == [None, "11.00", "OverReturn", "19.00", "OverReturn"]
    assert shop.points("2026-03-10") == Points(5000)
    assert shop.engine.verify().sound


def test_nothing_comes_back_twice(shop: Shop) -> None:
    shop.give_back("X-1", "R-1")
    before = shop.dump()
    with pytest.raises(OverReturn):
        shop.give_back("X-2", "R-1")
    assert shop.dump() == before


def test_a_repeated_return_gives_back_once(shop: Shop) -> None:
    first = shop.give_back("X-1", "R-1", lines=[{"id": "wine"}])
    again = shop.give_back("X-1", "R-1", lines=[{"id": "wine"}])
    assert (again.repeated, again.text) == (True, first.text)
    assert shop.movements().count(("restoration", 366)) == 1
