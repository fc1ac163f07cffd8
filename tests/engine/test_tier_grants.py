"""Tiers granted by hand: a floor until a date, with a reason and an actor."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import ActivityConflict, InvalidCommand, UnknownMember, UnknownTier
from tests.engine.climbing import climbing, history, standing, tier
from tests.engine.shop import MEMBER, OpenShop, Shop, instant, moment


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """100 credits in a year are silver, 500 gold; M-1 has 20."""
    shop = climbing(open_shop)
    shop.buy("R-1", "20.00", at="2026-03-01")
    return shop


def grant(shop: Shop, tier: str | None = "gold", until: str | None = "2026-07-01", **more: Any) -> Receipt:
    """Grant MEMBER a tier until a noon."""
    end = None if until is None else instant(until)
    given = {"member": MEMBER, "reason": "a complaint", "actor": "dana"} | more
    return shop.engine.grant_tier(given.pop("member"), tier, until=end, **given)


def test_a_granted_tier_is_a_floor_until_its_end(shop: Shop) -> None:
    receipt = grant(shop)
    assert receipt["tier"] == {"before": None, "after": "gold"}
    assert (receipt["entries"], receipt["activity"]) == ([], None)
    assert (tier(shop, "2026-02-28"), tier(shop), tier(shop, "2026-07-01T11:59")) == (None, "gold", "gold")
    assert tier(shop, "2026-07-01") is None
    assert standing(shop, "tier", "until", "granted", "next") == (
        "gold",
        None,
        {"tier": "gold", "until": "2026-07-01T12:00:00+00:00"},
        {"tier": "silver", "missing": 80},
    )


def test_it_is_told_with_its_reason_and_actor(shop: Shop) -> None:
    grant(shop)
    (change,) = shop.engine.tier_history(MEMBER)["changes"]
    assert (change["reason"], change["note"], change["actor"]) == ("granted", "a complaint", "dana")
    assert (change["tier"], change["until"], change["rulebook"]) == (
        "gold",
        "2026-07-01T12:00:00+00:00",
        shop.engine.rulebook.hash,
    )


def test_the_higher_of_what_was_earned_and_granted_counts(shop: Shop) -> None:
    grant(shop, "silver")
    assert shop.buy("R-2", "480.00", at="2026-04-01")["tier"] == {"before": "silver", "after": "gold"}
    assert tier(shop, "2026-08-01") == "gold"


def test_what_was_earned_meanwhile_is_there_when_a_grant_ends(shop: Shop) -> None:
    grant(shop)
    assert shop.buy("R-2", "80.00", at="2026-04-01")["tier"] == {"before": "gold", "after": "gold"}
    assert (tier(shop, "2026-06-30"), tier(shop, "2026-07-02")) == ("gold", "silver")


def test_a_return_takes_nothing_from_a_grant(shop: Shop) -> None:
    grant(shop)
    assert shop.give_back("X-1", "R-1")["tier"]["after"] == "gold"


def test_a_grant_takes_the_place_of_the_one_before(shop: Shop) -> None:
    grant(shop, "gold", "2026-12-01")
    shop.wait_until("2026-04-01")
    assert grant(shop, "silver", "2026-06-01")["tier"] == {"before": "gold", "after": "silver"}
    assert [tier(shop, day) for day in ("2026-03-15", "2026-05-01", "2026-07-01")] == ["gold", "silver", None]


def test_none_ends_a_grant(shop: Shop) -> None:
    grant(shop)
    shop.wait_until("2026-04-01")
    assert grant(shop, None, None)["tier"] == {"before": "gold", "after": None}
    assert [tier(shop, day) for day in ("2026-03-15", "2026-05-01")] == ["gold", None]
    assert history(shop) == [("2026-03-01", "gold", "granted"), ("2026-04-01", None, "granted")]


def test_it_counts_in_rules_and_reviews(open_shop: OpenShop) -> None:
    accrual = """
  goods: {stack: base, when: {type: purchase}, earn: 1 point per 1.00}
  gold: {stack: promo, when: {type: purchase, tier: gold}, earn: 7 points}"""
    shop = climbing(open_shop, accrual=accrual)
    shop.buy("R-1", "20.00", at="2026-03-01")
    grant(shop)
    assert shop.buy("R-2", "10.00", at="2026-03-02").totals["points"] == 17
    document = shop.engine.review_tiers(shop.now)
    assert {one["tier"]: one["members"] for one in document["tiers"]} == {"gold": 1, "silver": 0, None: 0}
    assert document["rises"] == []


def test_it_is_known_from_when_it_was_made(shop: Shop) -> None:
    shop.wait_until("2026-04-01")
    grant(shop)
    assert tier(shop, "2026-05-01", known_at="2026-03-31") is None
    assert tier(shop, "2026-05-01", known_at="2026-04-01") == "gold"


def test_an_identity_names_the_member_and_a_datetime_the_end(shop: Shop) -> None:
    shop.engine.change_member(MEMBER, identities={"card": "4711"}, key="C-1")
    shop.engine.grant_tier({"card": "4711"}, "gold", until=moment("2026-07-01"), reason="x", actor="dana")
    assert tier(shop, "2026-06-30") == "gold"


# -- keys ---------------------------------------------------------------------------------------------------


def test_the_same_grant_again_is_answered_by_the_first(shop: Shop) -> None:
    first = grant(shop, key="G-1")
    before = shop.dump()
    again = grant(shop, key="G-1")
    assert (again.text, again.repeated, shop.dump()) == (first.text, True, before)


def test_even_when_it_is_over_by_then(shop: Shop) -> None:
    first = grant(shop, key="G-1")
    shop.wait_until("2027-01-01")
    assert grant(shop, key="G-1").text == first.text


@pytest.mark.parametrize(
    "other", [{"tier": "silver"}, {"until": "2026-07-02"}, {"reason": "other"}, {"actor": "ann"}]
)
def test_a_key_stands_for_one_grant(shop: Shop, other: dict[str, Any]) -> None:
    grant(shop, key="G-1")
    before = shop.dump()
    with pytest.raises(ActivityConflict):
        grant(shop, **{"key": "G-1", **other})
    assert shop.dump() == before


def test_and_for_one_member(shop: Shop) -> None:
    shop.buy("R-2", member="M-2")
    grant(shop, key="G-1")
    with pytest.raises(ActivityConflict, match="another member"):
        grant(shop, key="G-1", member="M-2")


# -- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "refusal", "said"),
    [
        ({"tier": "platin"}, UnknownTier, "no tier `platin`"),
        ({"tier": "glod"}, UnknownTier, "did you mean `gold`"),
        ({"member": "nobody"}, UnknownMember, "nobody"),
        ({"until": "2026-03-01"}, InvalidCommand, "future"),
        ({"until": "2020-01-01"}, InvalidCommand, "future"),
        ({"until": None}, InvalidCommand, "until"),
        ({"reason": ""}, InvalidCommand, "reason"),
        ({"actor": ""}, InvalidCommand, "actor"),
        ({"actor": 5}, InvalidCommand, "actor"),
        ({"key": ""}, InvalidCommand, "key"),
        ({"tier": 5}, InvalidCommand, "tier"),
    ],
)
def test_a_wrong_grant_is_refused_and_changes_nothing(
    shop: Shop, wrong: dict[str, Any], refusal: type[Exception], said: str
) -> None:
    before = shop.dump()
    with pytest.raises(refusal, match=said):
        grant(shop, **wrong)
    assert shop.dump() == before


def test_without_a_ladder_there_is_nothing_to_grant(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.buy("R-1")
    with pytest.raises(UnknownTier, match="no tiers"):
        grant(shop)
