"""Purchases that are paid with points: what they may be paid with, and that nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.errors import (
    ActivityConflict,
    HoldResolved,
    InsufficientPoints,
    InvalidActivity,
    LoyaltyError,
    NotEligible,
    RedemptionNotPermitted,
    UnknownHold,
    UnknownReward,
)
from tests.engine.shop import OpenShop, Points, Shop, moment, purchase
from tests.engine.spending import kinds, rich

CARD = {"kind": "card", "amount": "16.00"}


def points(**fields: Any) -> dict[str, Any]:
    """A tender of points."""
    return {"kind": "points", **fields}


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The member has 5000 points."""
    return rich(open_shop)


def test_points_pay_a_part_and_the_whole_basket_earns(shop: Shop) -> None:
    receipt = shop.buy("R-1", "20.00", tenders=[CARD, points(points=500)])
    assert kinds(receipt.entries) == [("hold", 0), ("redemption", -500), ("accrual", 20)]
    assert receipt["payment"] == [
        {"kind": "card", "amount": "16.00"},
        {"kind": "points", "points": 500, "amount": "4.00"},
    ]
    assert receipt.totals == {"points": -480}
    assert shop.points() == Points(4520)
    assert shop.engine.verify().sound


def test_a_purchase_that_points_do_not_pay_says_nothing_of_payment(shop: Shop) -> None:
    assert "payment" not in shop.buy("R-1", "16.00", tenders=[CARD])


def test_what_points_are_worth_may_be_said(shop: Shop) -> None:
    assert shop.buy("R-1", tenders=[CARD, points(points=500, amount="4.00")])
    other = CARD | {"amount": "16.01"}
    before = shop.dump()
    with pytest.raises(InvalidActivity, match="500 points are worth"):
        shop.buy("R-2", tenders=[other, points(points=500, amount="3.99")])
    assert shop.dump() == before


def test_all_means_must_pay_what_is_payable(shop: Shop) -> None:
    before = shop.dump()
    for tenders in ([points(points=500)], [CARD, points(points=600)]):
        with pytest.raises(InvalidActivity, match="they sum to") as wrong:
            shop.buy("R-1", tenders=tenders)
        assert wrong.value.problems[0][0] == "tenders"
    assert shop.dump() == before


def test_a_basket_cannot_be_paid_with_the_points_it_earns(open_shop: OpenShop) -> None:
    shop = rich(open_shop, 499)
    before = shop.dump()
    with pytest.raises(InsufficientPoints) as refused:
        shop.buy("R-1", "20.00", tenders=[CARD, points(points=500)])
    assert refused.value.parameters["available"] == 499
    assert shop.dump() == before


def test_a_quote_says_the_same_and_spends_nothing(shop: Shop) -> None:
    raw = purchase("R-1", tenders=[points(up_to=2000)])
    before = shop.dump()
    quoted = shop.engine.quote(raw)
    assert shop.dump() == before
    assert shop.record(raw).text == quoted.text
    assert quoted["payment"] == [
        {"kind": "points", "points": 1200, "amount": "9.60"},
        {"kind": "other", "amount": "10.40"},
    ]


def test_a_repeat_pays_once(shop: Shop) -> None:
    raw = purchase("R-1", tenders=[CARD, points(points=500)])
    first = shop.record(raw)
    again = shop.record(raw)
    assert (again.repeated, again.text) == (True, first.text)
    assert shop.points() == Points(4520)
    with pytest.raises(ActivityConflict):
        shop.record(raw | {"tenders": [points(up_to=500)]})


def test_recharges_may_be_paid_with_points_too(shop: Shop) -> None:
    raw = purchase("T-1", tenders=[CARD, points(points=500)]) | {"type": "recharge"}
    assert shop.record(raw).totals == {"points": -500}


def test_a_hold_made_for_a_greater_total_pays_no_more_than_the_share_of_this_one(shop: Shop) -> None:
    hold = shop.reserve(points=1000, total="100.00")  # worth 8.00: half of 16.00
    before = shop.dump()
    for amount, rest in (("8.00", []), ("15.99", [{"kind": "card", "amount": "7.99"}])):
        with pytest.raises(RedemptionNotPermitted) as refused:
            shop.buy("R-1", amount, tenders=[points(hold=hold.id), *rest])
        assert refused.value.parameters["permitted"] == {"8.00": 500, "15.99": 900}[amount]
    assert shop.dump() == before
    assert shop.buy("R-1", "16.00", tenders=[points(hold=hold.id), {"kind": "card", "amount": "8.00"}])


# -- as many as are permitted -----------------------------------------------------------------------------


def test_up_to_pays_as_much_as_is_permitted(shop: Shop) -> None:
    paid = [shop.buy(f"R-{n}", tenders=[points(up_to=n)])["payment"][0]["points"] for n in (5000, 650, 500)]
    assert paid == [1200, 600, 500]


@pytest.mark.parametrize(
    ("amount", "up_to", "why"),
    [
        ("20.00", 499, "less than the least"),
        ("7.00", 5000, "the half of it is worth less than the least"),
        ("0.00", 5000, "nothing to pay"),
        ("-5.00", 5000, "money comes back"),
    ],
)
def test_up_to_may_be_none_at_all(shop: Shop, amount: str, up_to: int, why: str) -> None:
    receipt = shop.buy("R-1", amount, tenders=[points(up_to=up_to)])
    assert receipt["payment"][0] == {"kind": "points", "points": 0, "amount": "0.00"}, why
    assert "redemption" not in [entry["kind"] for entry in receipt.entries]


def test_up_to_asks_nothing_of_who_has_nothing(shop: Shop) -> None:
    receipt = shop.buy("R-1", member="M-new", tenders=[points(up_to=5000)])
    assert receipt["payment"] == [
        {"kind": "points", "points": 0, "amount": "0.00"},
        {"kind": "other", "amount": "20.00"},
    ]
    assert receipt.totals == {"points": 20}


def test_up_to_is_none_for_whom_the_tender_is_not_open(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption="{pay: {worth: 100 points = 1.00, when: {channel: store}}}")
    tenders = [points(up_to=5000)]
    assert shop.buy("R-1", channel="web", tenders=tenders)["payment"][0]["points"] == 0
    assert shop.buy("R-2", channel="store", tenders=tenders)["payment"] == [
        {"kind": "points", "points": 2000, "amount": "20.00"}
    ]


# -- a hold ---------------------------------------------------------------------------------------------


def test_a_hold_pays_with_all_it_holds(shop: Shop) -> None:
    hold = shop.reserve(points=500, total="20.00")
    receipt = shop.buy("R-1", tenders=[CARD, points(hold=hold.id)])
    assert kinds(receipt.entries) == [("redemption", -500), ("accrual", 20)]
    assert receipt["payment"][1] == {"kind": "points", "points": 500, "amount": "4.00"}
    assert shop.hold(hold.id)["status"] == "captured"
    assert shop.points() == Points(4520)
    assert shop.engine.verify().sound


def test_a_hold_pays_what_it_was_worth_when_it_was_made(open_shop: OpenShop) -> None:
    shop = rich(open_shop)
    later = open_shop(effective="2026-03-05", redemption="{pay: {worth: 100 points = 2.00}}")
    shop.engine.publish(later.engine.rulebook.files)
    hold = shop.reserve(points=500, total="20.00", until=moment("2026-03-20"))
    assert shop.buy("R-1", at="2026-03-10", tenders=[CARD, points(hold=hold.id)])


def test_a_hold_ends_once_whatever_pays_with_it(shop: Shop) -> None:
    hold = shop.reserve(points=500, total="20.00")
    shop.buy("R-1", tenders=[CARD, points(hold=hold.id)])
    before = shop.dump()
    with pytest.raises(HoldResolved):
        shop.buy("R-2", tenders=[CARD, points(hold=hold.id)])
    for end in (shop.engine.capture, shop.engine.release):
        with pytest.raises(HoldResolved):
            end(hold.id)
    assert shop.dump() == before


WRONG: dict[str, tuple[dict[str, Any], type[LoyaltyError]]] = {
    "not permitted": ({"tenders": [CARD, points(points=501)]}, RedemptionNotPermitted),
    "more than there is": (
        {"amount": "20000.00", "tenders": [points(points=6000), CARD | {"amount": "19952.00"}]},
        InsufficientPoints,
    ),
    "no hold": ({"tenders": [CARD, points(hold="0000000001-00000009")]}, UnknownHold),
    "an entry that is no hold": ({"tenders": [CARD, points(hold="0000000001-00000001")]}, UnknownHold),
    "no id of a hold": ({"tenders": [CARD, points(hold="H-1")]}, UnknownHold),
    "somebody else's hold": (
        {"tenders": [CARD, points(hold="0000000001-00000002")], "member": "M-2"},
        UnknownHold,
    ),
    "a newcomer's hold": (
        {"tenders": [CARD, points(hold="0000000001-00000002")], "member": "M-3"},
        UnknownHold,
    ),
    "a hold of a reward": (
        {"tenders": [CARD, points(hold="0000000001-00000003")]},
        RedemptionNotPermitted,
    ),
    "a hold that is worth another sum": (
        {"tenders": [CARD | {"amount": "15.00"}, points(hold="0000000001-00000002")]},
        InvalidActivity,
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_pay_is_refused_and_nothing_is_recorded(shop: Shop, case: str) -> None:
    fields, code = WRONG[case]
    assert shop.reserve(points=500, total="20.00").id == "0000000001-00000002"
    assert shop.reserve(reward="voucher").id == "0000000001-00000003"
    shop.buy("R-2", member="M-2")
    before = shop.dump()
    with pytest.raises(LoyaltyError) as refused:
        shop.buy("R-1", **fields)
    assert type(refused.value) is code
    assert shop.dump() == before


def test_a_hold_that_has_timed_out_pays_nothing(shop: Shop) -> None:
    hold = shop.reserve(points=500, total="20.00")
    with pytest.raises(HoldResolved):
        shop.buy("R-1", at="2026-03-02", tenders=[CARD, points(hold=hold.id)])


def test_where_the_tender_is_not_open_points_do_not_pay(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption="{pay: {worth: 100 points = 0.80, when: {channel: store, store: '7'}}}")
    for fields in ({}, {"channel": "web", "store": "7"}, {"channel": "store"}):
        with pytest.raises(NotEligible):
            shop.buy("R-1", tenders=[CARD, points(points=500)], **fields)
    assert shop.buy("R-1", tenders=[CARD, points(points=500)], channel="store", store="7")


def test_where_there_is_no_tender_points_do_not_pay(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption="{voucher: {cost: 1000 points}}")
    for tender in (points(points=500), points(up_to=500)):
        with pytest.raises(UnknownReward):
            shop.buy("R-1", tenders=[tender])


def test_the_rules_of_the_purchases_own_time_decide(open_shop: OpenShop) -> None:
    shop = rich(open_shop)
    later = open_shop(effective="2026-03-05", redemption="{pay: {worth: 100 points = 2.00}}")
    shop.engine.publish(later.engine.rulebook.files)
    shop.wait_until("2026-03-10")
    assert shop.buy("R-1", at="2026-03-04", tenders=[CARD, points(points=500)])
    assert shop.buy("R-2", at="2026-03-06", tenders=[CARD, points(points=200)])


def test_many_purchases_at_once_pay_with_what_those_before_them_left(shop: Shop) -> None:
    hold = shop.reserve(points=500, total="20.00")
    tenders = [points(up_to=100_000)]
    outcomes = shop.engine.record_many(
        [
            purchase("R-1", "60.00", tenders=tenders),
            purchase("R-2", tenders=[CARD, points(points=501)]),
            purchase("R-3", tenders=[CARD, points(hold=hold.id)]),
            purchase("R-4", tenders=[CARD, points(hold=hold.id)]),
            purchase("R-1", "60.00", tenders=tenders),
            purchase("R-5", "60.00", tenders=tenders),
            purchase("R-6", tenders=[points(points=500)]),
        ]
    )
    said = [one.code if isinstance(one, LoyaltyError) else one.totals["points"] for one in outcomes]
    assert said == [
        60 - 3700,
        "RedemptionNotPermitted",
        20 - 500,
        "HoldResolved",
        60 - 3700,
        60 - 800,
        "InsufficientPoints",
    ]
    assert shop.points().available == 5000 - 3700 - 500 - 800 + 140
    assert shop.engine.verify().sound


def test_a_purchase_is_explained_as_if_it_were_paid_otherwise(shop: Shop) -> None:
    receipt = shop.buy("R-1", tenders=[CARD, points(points=500)])
    award = next(entry["id"] for entry in receipt.entries if entry["kind"] == "accrual")
    explained = shop.engine.explain(award)
    assert explained["rules"][0]["points"] == 20
    assert {"kind": "points", "points": 500} in explained["activity"]["content"]["tenders"]
