"""What a member may spend points on, told offer by offer with what keeps him from the rest."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.errors import InvalidCommand, NoRulebook, Refusal, UnknownMember
from tests.engine.shop import MEMBER, OpenShop, Shop, moment
from tests.engine.spending import rich


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The member has 800 points."""
    return rich(open_shop, 800)


def offers(shop: Shop, **said: Any) -> dict[str, dict[str, Any]]:
    """Every offer by name."""
    return {offer["name"]: offer for offer in shop.engine.rewards(MEMBER, **said)["rewards"]}


def test_every_offer_is_told_in_the_order_of_the_file(shop: Shop) -> None:
    document = shop.engine.rewards(MEMBER)
    assert (document["member"], document["at"]) == (MEMBER, moment("2026-03-01").isoformat())
    names = [offer["name"] for offer in document["rewards"]]
    assert names == ["pay", "voucher", "ticket", "phone", "flowers", "cake", "spring"]


def test_a_reward_tells_what_it_costs_and_gives(shop: Shop) -> None:
    assert offers(shop)["ticket"] == {
        "name": "ticket",
        "title": {},
        "currency": "points",
        "kind": "reward",
        "cost": {"points": 300, "money": None},
        "gives": None,
        "limit": "once per member per month",
        "missing": 0,
        "may": True,
        "why": None,
    }
    phone = offers(shop)["phone"]
    assert phone["cost"] == {"points": 2000, "money": "99.00"}
    assert phone["gives"] == {"what": "telecom goods", "amount": None}


def test_points_that_are_missing_are_counted(shop: Shop) -> None:
    voucher = offers(shop)["voucher"]
    assert (voucher["may"], voucher["missing"]) == (False, 200)
    assert voucher["title"] == {"en": "10 euro voucher", "zh-Hans": "十欧元券"}
    assert (voucher["why"]["code"], voucher["why"]["available"]) == ("InsufficientPoints", 800)
    shop.adjust(200)
    assert (offers(shop)["voucher"]["may"], offers(shop)["voucher"]["missing"]) == (True, 0)


def test_the_first_condition_that_fails_is_told_with_what_was_seen(shop: Shop) -> None:
    phone = offers(shop)["phone"]
    assert (phone["may"], phone["missing"]) == (False, 1200)
    why = phone["why"]
    assert (why["code"], why["field"], why["test"], why["seen"]) == (
        "NotEligible",
        "tenure_months",
        ">= 24",
        0,
    )
    assert offers(shop)["cake"]["why"]["field"] == "plan"
    assert offers(shop)["flowers"]["why"]["field"] == "channel"


def test_what_the_caller_says_is_tested_too(shop: Shop) -> None:
    shop.wait_until("2026-03-07")
    said = {"channel": "web", "store": "7", "total": "10.00"}
    assert offers(shop, **said)["flowers"]["may"]
    assert offers(shop, **(said | {"total": "9.99"}))["flowers"]["why"]["field"] == "total"


def test_a_limit_that_is_used_up_says_when_again(shop: Shop) -> None:
    shop.redeem(reward="ticket")
    why = offers(shop)["ticket"]["why"]
    assert (why["code"], why["again_at"]) == ("LimitReached", moment("2026-04-01T00:00").isoformat())
    assert offers(shop, at=moment("2026-04-01"))["ticket"]["may"]


def test_an_open_hold_counts_as_having_it(shop: Shop) -> None:
    hold = shop.reserve(reward="ticket")
    assert offers(shop)["ticket"]["why"]["code"] == "LimitReached"
    shop.engine.release(hold.id)
    assert offers(shop)["ticket"]["may"]


def test_the_tender_tells_what_may_be_paid_of_a_total(shop: Shop) -> None:
    pay = offers(shop, total="12.00")["pay"]
    assert (pay["kind"], pay["worth"], pay["step"], pay["at_least"]) == (
        "tender",
        "100 points = 0.80",
        100,
        500,
    )
    assert pay["permitted"] == {"least": 500, "most": 700, "step": 100, "worth": "5.60"}
    assert (pay["may"], pay["why"]) == (True, None)
    assert offers(shop, total="1000.00")["pay"]["permitted"]["most"] == 800


def test_without_a_total_it_tells_only_what_it_asks_at_least(shop: Shop) -> None:
    pay = offers(shop)["pay"]
    assert (pay["permitted"], pay["may"], pay["missing"]) == (None, True, 0)


def test_where_nothing_may_be_paid_it_says_so(shop: Shop) -> None:
    pay = offers(shop, total="7.00")["pay"]
    assert (pay["may"], pay["permitted"]["most"]) == (False, 0)
    assert (pay["why"]["code"], pay["why"]["permitted"]) == ("RedemptionNotPermitted", 0)


def test_who_has_less_than_the_least_lacks_points(open_shop: OpenShop) -> None:
    shop = rich(open_shop, 300)
    pay = offers(shop, total="100.00")["pay"]
    assert (pay["may"], pay["missing"], pay["why"]["code"]) == (False, 200, "InsufficientPoints")


def test_points_and_fields_are_those_of_the_instant(shop: Shop) -> None:
    shop.wait_until("2026-06-01")
    shop.engine.change_member(MEMBER, attributes={"plan": "gold"}, key="C-1")
    shop.redeem(reward="ticket")
    before = offers(shop, at=moment("2026-05-01"))
    assert not before["cake"]["may"]
    assert before["voucher"]["missing"] == 200
    assert before["spring"]["may"]
    now = offers(shop)
    assert now["cake"]["may"]
    assert now["voucher"]["missing"] == 500
    assert not now["spring"]["may"]
    assert offers(shop, at=moment("2027-03-01"))["cake"]["missing"] == 100  # they will have expired


def test_what_it_says_may_be_had_can_be_had_and_nothing_else(shop: Shop) -> None:
    rewards = {name: offer for name, offer in offers(shop).items() if offer["kind"] == "reward"}
    assert [name for name, offer in rewards.items() if offer["may"]] == ["ticket", "spring"]
    for name, offer in rewards.items():
        if offer["may"]:
            assert shop.redeem(reward=name).totals == {"points": -offer["cost"]["points"]}
            continue
        with pytest.raises(Refusal) as refused:
            shop.redeem(reward=name)
        assert refused.value.code == offer["why"]["code"]


def test_a_program_without_offers_lists_none(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.buy("R-1")
    assert shop.engine.rewards(MEMBER)["rewards"] == []


def test_asking_changes_nothing(shop: Shop) -> None:
    before = shop.dump()
    offers(shop, total="12.00")
    offers(shop, at=moment("2028-01-01"))
    assert shop.dump() == before


def test_what_cannot_be_asked_is_refused(shop: Shop) -> None:
    with pytest.raises(UnknownMember):
        shop.engine.rewards("M-9")
    with pytest.raises(InvalidCommand):
        shop.engine.rewards(MEMBER, total=12)  # type: ignore[arg-type]
    with pytest.raises(NoRulebook):
        shop.engine.rewards(MEMBER, at=moment("2025-01-01"))
