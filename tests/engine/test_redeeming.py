"""Spending points at once: on a reward of the catalogue, or as so much money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from loyalty_engine.errors import (
    ActivityConflict,
    InsufficientPoints,
    InvalidCommand,
    LimitReached,
    LoyaltyError,
    NoRulebook,
    NotEligible,
    RedemptionNotPermitted,
    UnknownCurrency,
    UnknownMember,
    UnknownReward,
)
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, moment
from tests.engine.spending import kinds, rich


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The member has 5000 points."""
    return rich(open_shop)


def test_a_reward_costs_what_the_catalogue_says(shop: Shop) -> None:
    receipt = shop.redeem(reward="voucher", actor="dana", request="till-3")
    assert receipt.totals == {"points": -1000}
    assert receipt.data["activity"] is None
    assert kinds(receipt.entries) == [("hold", 0), ("redemption", -1000)]
    assert {entry["rule"] for entry in receipt.entries} == {"voucher"}
    assert receipt.balance["currencies"]["points"]["available"] == 4000
    assert receipt["redemption"] == {
        "reward": "voucher",
        "tender": None,
        "currency": "points",
        "points": 1000,
        "worth": None,
        "money": None,
        "gives": {"what": "voucher", "amount": "10.00"},
        "title": {"en": "10 euro voucher", "zh-Hans": "十欧元券"},
    }
    assert shop.points() == Points(4000)
    assert shop.engine.verify().sound


def test_points_pay_what_the_tender_says(shop: Shop) -> None:
    receipt = shop.redeem(points=700, total="12.00")
    assert receipt.totals == {"points": -700}
    assert receipt["redemption"]["tender"] == "pay"
    assert (receipt["redemption"]["points"], receipt["redemption"]["worth"]) == (700, "5.60")
    assert shop.points() == Points(4300)


def test_a_reward_may_cost_money_beside_its_points(open_shop: OpenShop) -> None:
    shop = rich(open_shop)
    shop.wait_until("2028-03-01")
    shop.buy("R-1", "3000.00", at="2028-03-01")
    said = shop.redeem(reward="phone")["redemption"]
    assert (said["points"], said["money"], said["gives"]) == (
        2000,
        "99.00",
        {"what": "telecom goods", "amount": None},
    )


def test_up_to_takes_as_much_as_is_permitted(shop: Shop) -> None:
    assert shop.redeem(up_to=100_000, total="12.00")["redemption"]["points"] == 700  # half of it is 6.00
    assert shop.redeem(up_to=650, total="1000.00")["redemption"]["points"] == 600
    assert shop.redeem(up_to=100_000, total="1000.00")["redemption"]["points"] == 3700
    with pytest.raises(RedemptionNotPermitted):
        shop.redeem(up_to=100_000, total="1000.00")


def test_the_total_is_a_text_or_a_decimal(shop: Shop) -> None:
    assert shop.redeem(points=500, total="8.00")["redemption"]["worth"] == "4.00"
    assert shop.redeem(points=500, total=Decimal("8.00"))["redemption"]["worth"] == "4.00"


def test_what_expires_soonest_is_spent_first(shop: Shop) -> None:
    shop.buy("R-1", "300.00", at="2026-06-01")
    shop.redeem(reward="voucher")
    assert shop.points("2027-03-01") == Points(300)


def test_pending_points_cannot_be_spent(open_shop: OpenShop) -> None:
    shop = rich(open_shop, points="{points: {expires: 12 months, pending: 7 days}}")
    with pytest.raises(InsufficientPoints):
        shop.redeem(reward="voucher")
    shop.wait_until("2026-03-08")
    assert shop.redeem(reward="voucher").totals == {"points": -1000}


def test_a_member_may_be_named_by_an_identity(shop: Shop) -> None:
    shop.engine.change_member(MEMBER, identities={"card": "4711"}, key="C-1")
    assert shop.engine.redeem({"card": "4711"}, reward="voucher").member == MEMBER


# -- who may --------------------------------------------------------------------------------------------


def test_conditions_test_what_the_caller_says_and_the_clock(shop: Shop) -> None:
    said: dict[str, Any] = {"reward": "flowers", "channel": "web", "store": "7", "total": "10.00"}
    shop.wait_until("2026-03-06")  # a Friday
    with pytest.raises(NotEligible, match="weekday") as friday:
        shop.redeem(**said)
    assert friday.value.parameters["seen"] == "fri"
    shop.wait_until("2026-03-07")
    for other in ({"channel": "app"}, {"channel": None}, {"store": None}, {"total": "9.99"}, {"total": None}):
        with pytest.raises(NotEligible, match=next(iter(other))):
            shop.redeem(**(said | other))
    assert shop.redeem(**said).totals == {"points": -200}


def test_conditions_test_the_member_as_he_is_now(shop: Shop) -> None:
    with pytest.raises(NotEligible, match="tenure_months"):
        shop.redeem(reward="phone")
    with pytest.raises(NotEligible, match="plan"):
        shop.redeem(reward="cake")
    shop.engine.change_member(MEMBER, attributes={"plan": "gold"}, key="C-1")
    assert shop.redeem(reward="cake").totals == {"points": -100}
    shop.wait_until("2026-03-05")
    shop.engine.change_member(MEMBER, attributes={"plan": "plain"}, key="C-2")
    with pytest.raises(NotEligible, match="plain"):
        shop.redeem(reward="cake")


def test_a_window_opens_and_closes(shop: Shop) -> None:
    assert shop.redeem(reward="spring")
    shop.wait_until("2026-06-01T00:00")
    with pytest.raises(NotEligible, match="2026-05-31"):
        shop.redeem(reward="spring")


def test_a_limit_counts_in_its_period(shop: Shop) -> None:
    shop.redeem(reward="ticket")
    with pytest.raises(LimitReached) as reached:
        shop.redeem(reward="ticket")
    assert reached.value.parameters["again_at"] == moment("2026-04-01T00:00").isoformat()
    shop.wait_until("2026-04-01T00:00")
    assert shop.redeem(reward="ticket")


def test_the_version_in_force_by_the_clock_decides(open_shop: OpenShop) -> None:
    shop = rich(open_shop)
    later = open_shop(
        effective="2026-04-01", redemption="{voucher: {cost: 1500 points, gives: 20.00 voucher}}"
    )
    shop.engine.publish(later.engine.rulebook.files)
    assert shop.redeem(reward="voucher").totals == {"points": -1000}
    shop.wait_until("2026-04-01")
    assert shop.redeem(reward="voucher").totals == {"points": -1500}
    with pytest.raises(UnknownReward):
        shop.redeem(points=500, total="20.00")


def test_another_currency_may_be_what_a_reward_takes(open_shop: OpenShop) -> None:
    shop = rich(
        open_shop,
        points="{points: {}, stars: {}}",
        redemption="{voucher: {cost: 10 points, currency: stars}}",
    )
    with pytest.raises(InsufficientPoints):
        shop.redeem(reward="voucher")
    shop.adjust(15, currency="stars")
    with pytest.raises(UnknownCurrency):
        shop.redeem(reward="voucher", currency="points")
    assert shop.redeem(reward="voucher", currency="stars").totals == {"points": 0, "stars": -10}


# -- refusals -------------------------------------------------------------------------------------------


def test_outside_what_is_permitted_the_nearest_amount_is_named(shop: Shop) -> None:
    with pytest.raises(RedemptionNotPermitted) as refused:
        shop.redeem(points=655, total="20.00")
    assert dict(refused.value.parameters) == {
        "points": 655,
        "least": 500,
        "most": 1200,
        "step": 100,
        "permitted": 600,
    }


WRONG: dict[str, tuple[dict[str, Any], type[LoyaltyError]]] = {
    "nobody": ({"member": "M-9", "reward": "voucher"}, UnknownMember),
    "no such card": ({"member": {"card": "1"}, "reward": "voucher"}, UnknownMember),
    "no such reward": ({"reward": "vouchers"}, UnknownReward),
    "the tender as a reward": ({"reward": "pay"}, UnknownReward),
    "no such currency": ({"reward": "voucher", "currency": "miles"}, UnknownCurrency),
    "not for him": ({"reward": "phone"}, NotEligible),
    "off the step": ({"points": 550, "total": "20.00"}, RedemptionNotPermitted),
    "less than the least": ({"points": 400, "total": "20.00"}, RedemptionNotPermitted),
    "more than half": ({"points": 600, "total": "8.00"}, RedemptionNotPermitted),
    "of nothing": ({"points": 500, "total": "0.00"}, RedemptionNotPermitted),
    "up to too little": ({"up_to": 499, "total": "20.00"}, RedemptionNotPermitted),
    "more than there is": ({"points": 5100, "total": "1000.00"}, InsufficientPoints),
    "half of what": ({"points": 500}, InvalidCommand),
    "nothing at all": ({}, InvalidCommand),
    "two things": ({"points": 500, "reward": "voucher", "total": "20.00"}, InvalidCommand),
    "two amounts": ({"points": 500, "up_to": 500, "total": "20.00"}, InvalidCommand),
    "no points": ({"points": 0, "total": "20.00"}, InvalidCommand),
    "fewer than none": ({"points": -500, "total": "20.00"}, InvalidCommand),
    "a truth": ({"points": True, "total": "20.00"}, InvalidCommand),
    "a whole float": ({"points": 500.0, "total": "20.00"}, InvalidCommand),
    "a text of points": ({"points": "500", "total": "20.00"}, InvalidCommand),
    "too many": ({"up_to": 10**12 + 1, "total": "20.00"}, InvalidCommand),
    "a total that is a float": ({"points": 500, "total": 20.0}, InvalidCommand),
    "a total that is whole": ({"points": 500, "total": 20}, InvalidCommand),
    "a total with thousandths": ({"points": 500, "total": "20.001"}, InvalidCommand),
    "a total below nothing": ({"points": 500, "total": "-20.00"}, InvalidCommand),
    "a total that is no number": ({"points": 500, "total": Decimal("NaN")}, InvalidCommand),
    "a total in words": ({"points": 500, "total": "twenty"}, InvalidCommand),
    "a reward that is no text": ({"reward": 7}, InvalidCommand),
    "a channel that is no text": ({"reward": "voucher", "channel": 7}, InvalidCommand),
    "a key that is empty": ({"reward": "voucher", "key": ""}, InvalidCommand),
    "an actor that is no text": ({"reward": "voucher", "actor": 7}, InvalidCommand),
    "half a character": ({"reward": "voucher", "request": "\ud800"}, InvalidCommand),
    "a number for a member": ({"member": 7, "reward": "voucher"}, InvalidCommand),
}


@pytest.mark.parametrize("call", ["redeem", "reserve"])
@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_had_changes_nothing(shop: Shop, case: str, call: str) -> None:
    fields, code = WRONG[case]
    before = shop.dump()
    with pytest.raises(LoyaltyError) as refused:
        getattr(shop.engine, call)(**({"member": MEMBER} | fields))
    assert type(refused.value) is code
    assert shop.dump() == before


def test_a_refusal_that_posts_what_is_due_changes_nothing_either(shop: Shop) -> None:
    shop.wait_until("2027-03-01")  # the points have expired, which nobody posted yet
    before = shop.dump()
    with pytest.raises(InsufficientPoints) as refused:
        shop.redeem(reward="voucher")
    assert refused.value.parameters["available"] == 0
    assert shop.dump() == before


def test_nothing_is_redeemed_before_the_first_version(shop: Shop) -> None:
    shop.wait_until("2025-12-31")
    with pytest.raises(NoRulebook):
        shop.redeem(reward="voucher")


def test_a_debt_leaves_nothing_to_spend(shop: Shop) -> None:
    shop.redeem(points=5000, total="1000.00")
    shop.give_back("X-1", "R-0", lines=[{"id": "1", "amount": "100.00"}])
    assert shop.points() == Points(deficit=100)
    with pytest.raises(InsufficientPoints):
        shop.redeem(reward="voucher")
    assert shop.points() == Points(deficit=100)


def test_points_may_not_pay_where_the_program_has_no_tender(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption="{voucher: {cost: 1000 points}}")
    with pytest.raises(UnknownReward, match="takes no points as payment"):
        shop.redeem(points=500, total="20.00")
    with pytest.raises(UnknownReward, match="takes no points as payment"):
        shop.redeem(up_to=500, total="20.00")


def test_a_program_without_offers_redeems_nothing(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.buy("R-0", "5000.00")
    with pytest.raises(UnknownReward):
        shop.redeem(reward="voucher")


# -- keys -----------------------------------------------------------------------------------------------


def test_a_key_makes_it_happen_once(shop: Shop) -> None:
    first = shop.redeem(reward="ticket", key="K-1")
    shop.wait_until("2026-03-05")
    again = shop.redeem(reward="ticket", key="K-1")
    assert (again.repeated, again.text) == (True, first.text)
    assert first["activity"] == {"source": "engine", "type": "redemption", "id": "K-1"}
    assert shop.points() == Points(4700)


def test_without_a_key_it_happens_each_time(shop: Shop) -> None:
    shop.redeem(reward="voucher")
    assert not shop.redeem(reward="voucher").repeated
    assert shop.points() == Points(3000)


@pytest.mark.parametrize(
    "other",
    [
        {"points": 600},
        {"up_to": 500, "points": None},
        {"reward": "voucher", "points": None},
        {"total": "21.00"},
        {"currency": "points"},
        {"channel": "web"},
        {"store": "8"},
        {"actor": "eve"},
        {"member": "M-2"},
    ],
    ids=str,
)
def test_the_same_key_for_something_else_is_a_conflict(shop: Shop, other: dict[str, Any]) -> None:
    shop.buy("R-2", "5000.00", member="M-2")
    asked: dict[str, Any] = {"member": MEMBER, "points": 500, "total": "20.00", "key": "K-1", "actor": "dana"}
    shop.engine.redeem(**asked)
    before = shop.dump()
    with pytest.raises(ActivityConflict):
        shop.engine.redeem(**(asked | other))
    assert shop.dump() == before


def test_a_refused_key_stays_free(shop: Shop) -> None:
    with pytest.raises(RedemptionNotPermitted):
        shop.redeem(points=505, total="20.00", key="K-1")
    assert not shop.redeem(points=500, total="20.00", key="K-1").repeated


def test_keys_of_other_commands_are_others(shop: Shop) -> None:
    shop.adjust(5, key="K-1")
    hold = shop.reserve(reward="voucher", key="K-1")
    assert not shop.redeem(reward="voucher", key="K-1").repeated
    assert not shop.engine.capture(hold.id, key="K-1").repeated
