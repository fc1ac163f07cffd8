"""Returns: what was granted for what comes back is taken back, from what was stored."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.errors import (
    AmbiguousActivity,
    InsufficientPoints,
    LoyaltyError,
    OverReturn,
    ReturnRefused,
    UnknownActivity,
    UnknownLine,
)
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, giving_back, purchase

BASKET = [
    {"id": "bread", "quantity": 3, "amount": "9.00"},
    {"id": "wine", "quantity": 1, "amount": "11.00"},
    {"id": "bag", "quantity": 0, "amount": "2.00"},
]


@pytest.fixture
def sold(shop: Shop) -> Shop:
    """A basket was sold that brought 22 points."""
    shop.buy("R-1", None, lines=BASKET)
    return shop


def back(shop: Shop, id_: str, *lines: dict[str, Any]) -> int:
    return shop.give_back(id_, "R-1", lines=list(lines)).totals["points"]


def test_without_lines_everything_comes_back(sold: Shop) -> None:
    receipt = sold.give_back("X-1", "R-1")
    assert receipt.totals == {"points": -22}
    assert [(e["kind"], e["rule"], e["points"]) for e in receipt.entries] == [("reversal", "goods", -22)]
    assert sold.points() == Points(0)


def test_a_line_comes_back_by_quantity_by_amount_or_whole(sold: Shop) -> None:
    assert back(sold, "X-1", {"id": "bread", "quantity": 1}) == -3
    assert back(sold, "X-2", {"id": "wine", "amount": "5.50"}) == -5  # 3 + 5.5 of 22, rounded down
    assert back(sold, "X-3", {"id": "bag"}) == -2
    assert back(sold, "X-4", {"id": "bread"}) == -6
    assert back(sold, "X-5", {"id": "wine"}) == -6  # the last closes exactly
    assert sold.points() == Points(0)


def test_the_rest_comes_back_after_parts_of_it(sold: Shop) -> None:
    back(sold, "X-1", {"id": "bread", "quantity": 2}, {"id": "wine"})
    assert sold.give_back("X-2", "R-1").totals == {"points": -5}


def test_mixed_measures_of_one_line_add_up(sold: Shop) -> None:
    assert back(sold, "X-1", {"id": "bread", "quantity": 1}) == -3
    assert back(sold, "X-2", {"id": "bread", "amount": "3.00"}) == -3
    with pytest.raises(OverReturn):
        back(sold, "X-3", {"id": "bread", "quantity": 2})
    assert back(sold, "X-3", {"id": "bread", "quantity": 1}) == -3


REFUSED: dict[str, tuple[dict[str, Any], type[LoyaltyError]]] = {
    "more pieces than bought": ({"lines": [{"id": "bread", "quantity": 4}]}, OverReturn),
    "more money than paid": ({"lines": [{"id": "wine", "amount": "11.01"}]}, OverReturn),
    "pieces of what has none": ({"lines": [{"id": "bag", "quantity": 1}]}, OverReturn),
    "a line that was not bought": ({"lines": [{"id": "bread"}, {"id": "beer"}]}, UnknownLine),
    "before its purchase": ({"at": "2026-03-01T11:59:00+00:00"}, ReturnRefused),
    "a purchase that nobody knows": ({"of": "R-2"}, UnknownActivity),
    "another source": ({"of": {"source": "web", "type": "purchase", "id": "R-1"}}, UnknownActivity),
    "another type": ({"of": {"source": "pos", "type": "recharge", "id": "R-1"}}, UnknownActivity),
    "somebody else's": ({"member": "M-2"}, UnknownActivity),
    "a return": ({"of": "X-0"}, ReturnRefused),
    "an enrolment": ({"of": MEMBER}, ReturnRefused),
    "an adjustment": ({"of": "K-1"}, UnknownActivity),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_come_back_is_refused_and_changes_nothing(sold: Shop, case: str) -> None:
    fields, code = REFUSED[case]
    sold.buy("S-1", member="M-2")
    sold.engine.enrol(MEMBER)
    sold.buy("R-0")
    sold.give_back("X-0", "R-0")
    sold.adjust(1, key="K-1")
    before = sold.dump()
    with pytest.raises(code):
        sold.record(giving_back("X-1", "R-1") | fields)
    assert sold.dump() == before


def test_nothing_is_left_after_everything_came_back(sold: Shop) -> None:
    sold.give_back("X-1", "R-1")
    before = sold.dump()
    asked: list[dict[str, Any]] = [{}, {"lines": [{"id": "bread"}]}]
    for lines in asked:
        with pytest.raises(OverReturn):
            sold.give_back("X-2", "R-1", **lines)
    assert sold.dump() == before


def test_an_id_that_several_sources_use_needs_its_source(shop: Shop) -> None:
    shop.buy("R-1", "10.00")
    shop.buy("R-1", "30.00", source="web")
    before = shop.dump()
    with pytest.raises(AmbiguousActivity) as unclear:
        shop.give_back("X-1", "R-1")
    assert unclear.value.parameters["candidates"] == [["pos", "purchase", "R-1"], ["web", "purchase", "R-1"]]
    assert shop.dump() == before
    of = {"source": "web", "type": "purchase", "id": "R-1"}
    assert shop.give_back("X-1", of).totals == {"points": -30}


def test_an_id_is_the_members_own_however_many_others_use_it(shop: Shop) -> None:
    """Each till numbers its receipts from 1; the member has been at one of them."""
    for till in range(20):
        shop.buy("1", f"{till + 1}.00", member=f"M-{till}", source=f"till-{till:02}")
    for till in (19, 0, 11):
        back = shop.give_back(f"X-{till}", "1", member=f"M-{till}")
        assert back.totals == {"points": -till - 1}


def test_a_return_and_its_purchase_may_have_the_same_id(shop: Shop) -> None:
    shop.buy("R-1")
    assert shop.give_back("R-1", "R-1").totals == {"points": -20}
    with pytest.raises(OverReturn):
        shop.give_back("R-2", "R-1")


def test_returns_are_taken_within_a_time_and_not_after_it(open_shop: OpenShop) -> None:
    shop = open_shop(returns="{within: 1 month}")
    shop.buy("R-1", "10.00", at="2026-03-01")
    before = shop.dump()
    with pytest.raises(ReturnRefused, match="within 1 month"):
        shop.give_back("X-1", "R-1", at="2026-04-01T12:01")
    assert shop.dump() == before
    assert shop.give_back("X-1", "R-1", at="2026-04-01T12:00").totals == {"points": -10}


def test_a_return_that_is_only_recorded_late_is_taken(open_shop: OpenShop) -> None:
    shop = open_shop(returns="{within: 1 month}")
    shop.buy("R-1", "10.00", at="2026-03-01")
    shop.wait_until("2026-09-01")
    assert shop.give_back("X-1", "R-1", at="2026-03-20").totals == {"points": -10}


def test_recharges_and_own_types_may_come_back_too(open_shop: OpenShop) -> None:
    shop = open_shop(types="[order]", accrual="{all: {stack: base, earn: 1 point per 1.00}}")
    shop.record(purchase("T-1", "7.00") | {"type": "recharge"})
    shop.record(purchase("O-1", "8.00") | {"type": "order"})
    assert shop.give_back("X-1", "T-1").totals == {"points": -7}
    assert shop.give_back("X-2", "O-1").totals == {"points": -8}


def test_each_award_is_taken_back_by_its_own_shares(open_shop: OpenShop) -> None:
    shop = open_shop(
        accrual="""
  goods: {stack: base, when: {type: purchase}, lines: {category: food}, earn: 1 point per 1.00}
  visit: {stack: promo, when: {type: purchase}, earn: 10 points}"""
    )
    lines = [{"id": "a", "category": "food", "amount": "30.00"}, {"id": "b", "amount": "10.00"}]
    shop.buy("R-1", None, lines=lines)
    taken = shop.give_back("X-1", "R-1", lines=[{"id": "b"}])
    assert [(e["rule"], e["points"]) for e in taken.entries] == [("visit", -2)]  # a quarter of it
    rest = shop.give_back("X-2", "R-1")
    assert [(e["rule"], e["points"]) for e in rest.entries] == [("goods", -30), ("visit", -8)]


# -- where the points come from ---------------------------------------------------------------------------


def test_pending_points_of_that_purchase_go_first(open_shop: OpenShop) -> None:
    shop = open_shop(points="{points: {expires: 12 months, pending: 7 days}}")
    shop.buy("R-1", "30.00", at="2026-03-01")
    shop.buy("R-2", "20.00", at="2026-03-07")
    shop.give_back("X-1", "R-2", at="2026-03-10")
    assert shop.points() == Points(30)


def test_what_was_spent_comes_from_other_points_then_leaves_a_debt(shop: Shop) -> None:
    shop.buy("R-1", "30.00", at="2026-03-01")
    shop.buy("R-2", "10.00", at="2026-03-02")
    shop.adjust(-30)  # spends the first lot
    assert shop.give_back("X-1", "R-1").totals == {"points": -30}
    assert shop.points() == Points(deficit=20)


def test_what_has_expired_is_not_asked_for_again(shop: Shop) -> None:
    shop.buy("R-1", "30.00", at="2026-03-01")
    shop.buy("R-2", "10.00", at="2026-12-01")
    receipt = shop.give_back("X-1", "R-1", at="2027-03-02")
    assert receipt.totals == {"points": 0}
    assert shop.points() == Points(10)
    assert shop.movements() == [("accrual", 30), ("accrual", 10), ("expiry", -30), ("reversal", 0)]


@pytest.mark.parametrize(("policy", "left"), [("allow", Points(deficit=20)), ("clamp", Points())])
def test_the_program_says_what_happens_when_the_points_are_gone(
    open_shop: OpenShop, policy: str, left: Points
) -> None:
    shop = open_shop(returns=f"{{deficit: {policy}}}")
    shop.buy("R-1")
    shop.adjust(-20)
    shop.give_back("X-1", "R-1")
    assert shop.points() == left


def test_a_program_may_refuse_a_debt(open_shop: OpenShop) -> None:
    shop = open_shop(returns="{deficit: refuse}")
    shop.buy("R-1")
    shop.adjust(-15)
    before = shop.dump()
    with pytest.raises(InsufficientPoints, match="points of `points` are to be taken"):
        shop.give_back("X-1", "R-1")
    assert shop.dump() == before
    assert shop.give_back("X-1", "R-1", lines=[{"id": "1", "amount": "5.00"}]).totals == {"points": -5}


# -- in one batch -----------------------------------------------------------------------------------------


def test_a_purchase_may_come_back_in_the_batch_that_records_it(shop: Shop) -> None:
    outcomes = shop.engine.record_many(
        [
            purchase("R-1", None, lines=BASKET),
            giving_back("X-1", "R-1", lines=[{"id": "wine"}]),
            giving_back("X-2", "R-1", lines=[{"id": "wine"}]),
            giving_back("X-3", {"source": "pos", "type": "purchase", "id": "R-1"}),
            giving_back("X-4", "R-1"),
        ]
    )
    kinds = [
        outcome.code if isinstance(outcome, LoyaltyError) else outcome.totals["points"]
        for outcome in outcomes
    ]
    assert kinds == [22, -11, "OverReturn", -11, "OverReturn"]
    assert shop.points("2026-03-10") == Points(0)
    assert shop.engine.verify().sound


def test_two_names_of_one_purchase_are_the_same_purchase_in_a_batch(sold: Shop) -> None:
    sold.wait_until("2026-03-10")
    first, second = sold.engine.record_many(
        [giving_back("X-1", "R-1"), giving_back("X-2", {"source": "pos", "type": "purchase", "id": "R-1"})]
    )
    assert not isinstance(first, LoyaltyError)
    assert isinstance(second, OverReturn)
