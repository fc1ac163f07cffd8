"""Corrections of tiers: what came late, what came back, what was set right; and what was known when."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.engine.climbing import PENDING, climbing, history, standing, tier, tiers
from tests.engine.shop import MEMBER, OpenShop, Shop, instant, rule_files


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """100 credits in a year are silver, 500 gold."""
    return climbing(open_shop)


# -- late activities ----------------------------------------------------------------------------------------


def test_a_late_activity_restores_a_tier_that_was_lost_without_it(open_shop: OpenShop) -> None:
    """60,000 needed, 55,000 on file at the year's end and so dropped; then 10,000 of that year come late."""
    shop = climbing(open_shop, tiers=tiers(ladder="{gold: {reach: 60000 credits}}"))
    shop.buy("R-1", "60000.00", at="2026-05-01")
    shop.buy("R-2", "55000.00", at="2027-05-01")
    shop.wait_until("2028-03-01")
    shop.engine.review_tiers(shop.now, dry_run=False)
    assert (tier(shop), history(shop)[-1]) == (None, ("2028-02-01", None, "dropped"))

    receipt = shop.buy("R-3", "10000.00", at="2027-12-20")

    assert receipt["tier"] == {"before": None, "after": "gold"}
    assert history(shop) == [("2026-05-01", "gold", "reached"), ("2028-01-01", "gold", "renewed")]
    assert standing(shop, "tier", "until", "credits", "kept_by") == (
        "gold",
        "2029-01-01T00:00:00+00:00",
        0,  # the new period's counter stays where it was
        0,
    )
    assert (tier(shop, "2028-02-15"), tier(shop, "2028-02-15", known_at="2028-02-15")) == ("gold", None)


def test_a_late_activity_may_reach_a_tier_in_the_past(shop: Shop) -> None:
    shop.buy("R-1", "60.00", at="2026-03-01")
    shop.buy("R-2", "10.00", at="2026-09-01")
    shop.buy("R-3", "40.00", at="2026-04-01")
    assert (tier(shop, "2026-03-31"), tier(shop, "2026-04-01"), tier(shop)) == (None, "silver", "silver")
    assert history(shop) == [("2026-04-01", "silver", "reached")]


def test_or_at_a_later_credit_that_it_makes_the_crossing_one(shop: Shop) -> None:
    shop.buy("R-1", "60.00", at="2026-05-01")
    shop.wait_until("2026-09-01")
    assert shop.buy("R-2", "40.00", at="2026-03-01")["tier"]["after"] == "silver"
    assert history(shop) == [("2026-05-01", "silver", "reached")]


def test_a_late_activity_never_lowers(shop: Shop) -> None:
    shop.buy("R-1", "150.00", at="2026-03-01")
    shop.buy("R-2", "500.00", at="2027-03-01")
    before = history(shop, "2031-01-01")
    shop.buy("R-3", "30.00", at="2026-02-01")
    assert history(shop, "2031-01-01") == before


def test_one_of_years_ago_is_heard_too(shop: Shop) -> None:
    """What it needs is loaded then: a command asks for the credits of the last two years only."""
    shop.buy("R-1", "60.00", at="2026-03-01")
    shop.buy("R-2", "10.00", at="2030-03-01")
    shop.wait_until("2030-03-02")
    shop.buy("R-3", "40.00", at="2026-04-01")
    assert history(shop) == [("2026-04-01", "silver", "reached"), ("2028-02-01", None, "dropped")]
    assert (tier(shop, "2027-06-01"), tier(shop, "2027-06-01", known_at="2030-03-01")) == ("silver", None)


def test_what_was_replaced_is_kept_and_told(shop: Shop) -> None:
    shop.buy("R-1", "100.00", at="2026-05-01")
    shop.buy("R-2", "100.00", at="2026-03-01")
    changes = shop.engine.tier_history(MEMBER)["changes"]
    assert [(change["number"], change["effective_at"][:10], change["replaced"]) for change in changes] == [
        (1, "2026-05-01", True),
        (2, "2026-03-01", False),
    ]
    assert [change["activity"] for change in changes] == [1, 2]


# -- known when ---------------------------------------------------------------------------------------------


def test_what_was_known_before_a_correction_is_still_known_to_have_been(shop: Shop) -> None:
    shop.buy("R-1", "60.00", at="2026-03-01")
    shop.buy("R-2", "10.00", at="2026-09-01")
    shop.wait_until("2026-10-01")
    shop.buy("R-3", "40.00", at="2026-04-01")  # told in October
    assert tier(shop, "2026-06-01") == "silver"
    assert tier(shop, "2026-06-01", known_at="2026-09-30") is None
    assert tier(shop, "2026-12-01", known_at="2026-09-30") is None
    assert history(shop, known_at="2026-09-30") == []
    then = shop.engine.tier_history(MEMBER, at=instant("2026-09-15"), known_at=instant("2026-09-30"))
    assert (then["tier"], then["credits"], then["next"]) == (None, 70, {"tier": "silver", "missing": 30})
    now = shop.engine.tier_history(MEMBER, at=instant("2026-09-15"))
    assert (now["tier"], now["credits"]) == ("silver", 110)


def test_what_time_alone_did_was_known_by_those_who_looked(open_shop: OpenShop) -> None:
    """No command came between: whoever had asked in April, or in March 2028, would have been told."""
    shop = climbing(open_shop, points=PENDING)
    shop.buy("R-1", "150.00", at="2026-03-01")
    shop.buy("R-2", "100.00", at="2030-03-01")
    assert tier(shop, "2026-04-01", known_at="2026-04-01") == "silver"
    assert tier(shop, "2028-03-01", known_at="2028-03-01") is None
    assert history(shop, "2028-03-01", known_at="2028-03-01") == [
        ("2026-03-15", "silver", "reached"),
        ("2028-02-01", None, "dropped"),
    ]


def test_a_withdrawal_was_not_known_before_the_return(shop: Shop) -> None:
    shop.buy("R-1", "120.00", at="2026-03-01")
    shop.give_back("X-1", "R-1", at="2026-03-10")
    assert tier(shop) is None
    assert tier(shop, "2026-03-11", known_at="2026-03-09") == "silver"
    assert standing(shop, "credits", at="2026-03-05") == (0,)
    then = shop.engine.tier_history(MEMBER, at=instant("2026-03-05"), known_at=instant("2026-03-09"))
    assert (then["tier"], then["credits"]) == ("silver", 120)


# -- returns ------------------------------------------------------------------------------------------------


def test_a_return_withdraws_a_tier_that_was_then_never_reached(shop: Shop) -> None:
    shop.buy("R-1", "60.00", at="2026-03-01")
    shop.buy("R-2", "60.00", at="2026-03-05")
    receipt = shop.give_back("X-1", "R-2", at="2026-03-10")
    assert receipt["tier"] == {"before": "silver", "after": None}
    assert history(shop) == [("2026-03-05", "silver", "reached"), ("2026-03-10", None, "withdrawn")]
    assert (tier(shop, "2026-03-09"), tier(shop)) == ("silver", None)
    change = shop.engine.tier_history(MEMBER)["changes"][-1]
    assert (change["credits"], change["needed"], change["activity"]) == (60, 100, 3)


def test_awards_made_under_it_stand(open_shop: OpenShop) -> None:
    accrual = """
  goods: {stack: base, when: {type: purchase}, earn: 1 point per 1.00}
  silver: {stack: promo, when: {type: purchase, tier: silver}, earn: 7 points}"""
    shop = climbing(open_shop, accrual=accrual)
    shop.buy("R-1", "120.00", at="2026-03-01")
    assert shop.buy("R-2", "10.00", at="2026-03-02").totals["points"] == 17
    shop.give_back("X-1", "R-1", at="2026-03-10")
    assert shop.points().available == 17
    assert shop.buy("R-3", "10.00", at="2026-03-11").totals["points"] == 10


def test_a_tier_that_other_credits_carry_stays(shop: Shop) -> None:
    shop.buy("R-1", "120.00", at="2026-03-01")
    shop.buy("R-2", "120.00", at="2026-03-05")
    assert shop.give_back("X-1", "R-1", at="2026-03-10")["tier"] == {"before": "silver", "after": "silver"}


def test_a_part_that_comes_back_lowers_by_its_part(shop: Shop) -> None:
    lines = [{"id": "a", "amount": "80.00"}, {"id": "b", "amount": "40.00"}]
    shop.buy("R-1", None, at="2026-03-01", lines=lines)
    back = {"lines": [{"id": "b", "amount": "20.00"}]}
    assert shop.give_back("X-1", "R-1", at="2026-03-10", **back)["tier"]["after"] == "silver"
    assert standing(shop, "credits") == (100,)
    assert shop.give_back("X-2", "R-1", at="2026-03-11", **back)["tier"]["after"] is None


def test_a_ladder_may_keep_what_was_reached(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, tiers=tiers(returned_upgrade="keep"))
    shop.buy("R-1", "120.00", at="2026-03-01")
    assert shop.give_back("X-1", "R-1", at="2026-03-10")["tier"] == {"before": "silver", "after": "silver"}
    assert history(shop, "2028-03-01")[-1] == ("2028-02-01", None, "dropped")


def test_a_return_lowers_the_credits_of_its_purchases_day(shop: Shop) -> None:
    """Bought last year, returned this year: it is last year's counter that falls, and its renewal with it."""
    shop.buy("R-1", "150.00", at="2026-03-01")
    shop.buy("R-2", "100.00", at="2027-12-20")
    shop.buy("R-3", "30.00", at="2028-01-05")
    assert tier(shop, "2028-02-10") == "silver"
    receipt = shop.give_back("X-1", "R-2", at="2028-02-10")
    assert receipt["tier"] == {"before": "silver", "after": None}
    assert standing(shop, "credits") == (30,)


def test_what_comes_back_while_pending_never_counted(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, points=PENDING)
    shop.buy("R-1", "120.00", at="2026-03-01")
    shop.give_back("X-1", "R-1", at="2026-03-10")
    assert tier(shop, "2026-06-01") is None
    assert history(shop, "2026-06-01") == []


def test_what_was_withdrawn_may_be_reached_again(shop: Shop) -> None:
    shop.buy("R-1", "120.00", at="2026-03-01")
    shop.give_back("X-1", "R-1", at="2026-03-10")
    assert shop.buy("R-2", "100.00", at="2026-03-11")["tier"] == {"before": None, "after": "silver"}


def test_a_return_of_years_ago_is_heard_too(shop: Shop) -> None:
    shop.buy("R-1", "150.00", at="2026-03-01")
    for year in range(2027, 2031):
        shop.buy(f"R-{year}", "100.00", at=f"{year}-03-01")
    receipt = shop.give_back("X-1", "R-2028", at="2030-06-01")
    assert receipt["tier"] == {"before": "silver", "after": "silver"}  # reached anew in the years since
    assert shop.engine.verify().sound


# -- by hand ------------------------------------------------------------------------------------------------


def test_credits_set_right_by_hand_move_a_tier(shop: Shop) -> None:
    shop.buy("R-1", "60.00", at="2026-03-01")
    assert shop.adjust(40, currency="credits")["tier"] == {"before": None, "after": "silver"}
    assert shop.adjust(-1, currency="credits")["tier"] == {"before": "silver", "after": None}
    assert shop.engine.verify().sound


def test_points_set_right_by_hand_do_not(shop: Shop) -> None:
    shop.buy("R-1", "60.00", at="2026-03-01")
    assert shop.adjust(1000)["tier"] == {"before": None, "after": None}
    shop.buy("R-2", "60.00", at="2026-03-02")
    assert shop.adjust(-1100)["tier"] == {"before": "silver", "after": "silver"}


# -- proof --------------------------------------------------------------------------------------------------


def test_altered_credits_are_found(open_branch: OpenShop) -> None:
    shop = climbing(open_branch)
    shop.buy("R-1", "60.00", at="2026-03-01")
    assert shop.engine.verify().sound
    alter(shop, "UPDATE loyalty_tier_credit SET points = 100")
    (found,) = shop.engine.verify().findings
    assert (found.code, found.expected, found.found) == ("credits-differ", 60, 100)
    alter(shop, "DELETE FROM loyalty_tier_credit")
    (found,) = shop.engine.verify().findings
    assert (found.code, found.expected, found.found) == ("credits-differ", 60, 0)


def test_a_currency_that_counts_only_lately_is_no_finding(open_branch: OpenShop) -> None:
    """Its credits are kept from then on: the ones before are not missing, there never were any."""
    shop = open_branch()
    shop.buy("R-1", "60.00", at="2026-03-01")
    ladder = tiers(count="points", ladder="{silver: {reach: 100 points}}")
    points = "{points: {expires: 12 months, counts: tiers}}"
    shop.engine.publish(rule_files(effective="2026-03-02", points=points, tiers=ladder))
    assert shop.buy("R-2", "60.00", at="2026-03-03")["tier"]["after"] is None
    assert shop.buy("R-3", "60.00", at="2026-03-04")["tier"]["after"] == "silver"
    assert shop.engine.verify().sound


def alter(shop: Shop, statement: str) -> None:
    """Change the database behind the engine's back."""
    with closing(sqlite3.connect(shop.url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(statement)
