"""Tiers: reached at once by credits, told in receipts and balances, tested by rules."""

from __future__ import annotations

import pytest

from loyalty_engine.errors import UnknownMember
from tests.engine.climbing import LADDER, PENDING, POINTS, STEPS, climbing, history, standing, tier, tiers
from tests.engine.shop import MEMBER, OpenShop, Shop, instant, purchase, rule_files


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """100 credits in a year are silver, 500 gold."""
    return climbing(open_shop)


# -- reaching -----------------------------------------------------------------------------------------------


def test_a_member_begins_without_a_tier(shop: Shop) -> None:
    receipt = shop.buy("R-1", "99.99")
    assert receipt["tier"] == {"before": None, "after": None}
    assert receipt.balance["tier"] is None
    assert tier(shop) is None
    assert history(shop) == []


def test_the_credit_that_reaches_the_line_lifts_at_once(shop: Shop) -> None:
    shop.buy("R-1", "99.00", at="2026-03-01")
    receipt = shop.buy("R-2", "1.00", at="2026-03-05")
    assert receipt["tier"] == {"before": None, "after": "silver"}
    assert receipt.balance["tier"] == "silver"
    assert (tier(shop, "2026-03-04"), tier(shop, "2026-03-05"), tier(shop)) == (None, "silver", "silver")


def test_one_basket_may_lift_by_several_tiers(shop: Shop) -> None:
    assert shop.buy("R-1", "500.00")["tier"] == {"before": None, "after": "gold"}
    assert history(shop) == [("2026-03-01", "gold", "reached")]


def test_a_tier_holds_to_the_end_of_the_next_period(shop: Shop) -> None:
    shop.buy("R-1", "120.00")
    assert standing(shop, "tier", "until", "credits", "next") == (
        "silver",
        "2028-01-01T00:00:00+00:00",
        120,
        {"tier": "gold", "missing": 380},
    )


def test_each_change_tells_why(shop: Shop) -> None:
    shop.buy("R-1", "60.00", at="2026-03-01")
    shop.buy("R-2", "60.00", at="2026-03-05")
    document = shop.engine.tier_history(MEMBER)
    (change,) = document["changes"]
    assert change == {
        "number": 1,
        "effective_at": "2026-03-05T12:00:00+00:00",
        "recorded_at": "2026-03-05T12:00:00+00:00",
        "tier": "silver",
        "until": "2028-01-01T00:00:00+00:00",
        "reason": "reached",
        "credits": 120,
        "needed": 100,
        "rulebook": shop.engine.rulebook.hash,
        "activity": 2,
        "actor": None,
        "note": None,
        "replaced": False,
    }
    assert (document["member"], document["at"]) == (MEMBER, "2026-03-05T12:00:00+00:00")


def test_credits_of_another_year_do_not_count_towards_a_line(shop: Shop) -> None:
    shop.buy("R-1", "60.00", at="2026-12-31T23:59")
    assert shop.buy("R-2", "60.00", at="2027-01-01T00:00")["tier"]["after"] is None
    assert shop.buy("R-3", "40.00", at="2027-12-31T23:59")["tier"]["after"] == "silver"


def test_a_rolling_year_counts_back_from_each_credit(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, tiers=tiers(period="rolling 12 months"))
    shop.buy("R-1", "60.00", at="2026-08-01")
    assert shop.buy("R-2", "30.00", at="2027-08-02")["tier"]["after"] is None
    assert shop.buy("R-3", "70.00", at="2028-03-01")["tier"]["after"] == "silver"


def test_a_base_tier_is_everybodys(open_shop: OpenShop) -> None:
    shop = climbing(
        open_shop, tiers=tiers(ladder="{member: {reach: 0 credits}, silver: {reach: 100 credits}}")
    )
    assert shop.buy("R-1", "20.00")["tier"] == {"before": "member", "after": "member"}
    assert shop.buy("R-2", "80.00", at="2026-03-02")["tier"] == {"before": "member", "after": "silver"}
    assert history(shop, "2028-02-02")[-1] == ("2028-02-01", "member", "dropped")


def test_rules_without_a_ladder_have_no_tiers(open_shop: OpenShop) -> None:
    shop = open_shop()
    receipt = shop.buy("R-1", "900.00")
    assert receipt["tier"] == {"before": None, "after": None}
    assert shop.engine.balance(MEMBER)["tier"] is None
    document = shop.engine.tier_history(MEMBER)
    assert (document["tier"], document["credits"], document["changes"]) == (None, None, [])


def test_nobody_has_a_history_who_is_not_enrolled(shop: Shop) -> None:
    with pytest.raises(UnknownMember):
        shop.engine.tier_history("nobody")


# -- what other commands say --------------------------------------------------------------------------------


def test_every_receipt_tells_the_tier(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, redemption="{pay: {worth: 100 points = 1.00, step: 1 points}}")
    shop.buy("R-1", "150.00")
    same = {"before": "silver", "after": "silver"}
    assert shop.redeem(points=50, total="10.00")["tier"] == same
    hold = shop.reserve(points=50, total="10.00")
    assert hold["tier"] == same
    assert shop.engine.release(hold.id)["tier"] == same
    assert shop.adjust(-20)["tier"] == same
    assert shop.engine.change_member(MEMBER, identities={"card": "1"}, key="C-1")["tier"] == same


def test_a_repeat_tells_the_tier_of_the_first_time(shop: Shop) -> None:
    first = shop.buy("R-1", "60.00")
    shop.buy("R-2", "60.00")
    again = shop.buy("R-1", "60.00")
    assert (again.text, again["tier"]["after"], tier(shop)) == (first.text, None, "silver")


def test_an_enrolment_may_bring_a_tier(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, accrual="{hello: {stack: promo, when: {type: enrolment}, earn: 100 points}}")
    assert shop.engine.enrol("M-2")["tier"] == {"before": None, "after": "silver"}


# -- pending credits ----------------------------------------------------------------------------------------


def test_pending_credits_count_when_they_are_released(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, points=PENDING)
    receipt = shop.buy("R-1", "120.00", at="2026-03-01")
    assert receipt["tier"] == {"before": None, "after": None}
    assert standing(shop, "credits", "pending") == (0, 120)
    assert tier(shop, "2026-03-15T11:59") is None
    assert tier(shop, "2026-03-15") == "silver"  # nobody wrote anything since
    assert history(shop, "2026-05-01") == [("2026-03-15", "silver", "reached")]
    assert shop.engine.tier_history(MEMBER, at=instant("2026-05-01"))["changes"][0]["number"] is None

    receipt = shop.buy("R-2", "1.00", at="2026-05-01")
    assert receipt["tier"] == {"before": "silver", "after": "silver"}
    assert shop.engine.tier_history(MEMBER)["changes"][0]["number"] == 1
    assert tier(shop, "2026-03-15") == "silver"


@pytest.mark.parametrize("seen", [None, "2027-01-05"])
def test_a_credit_released_in_long_silence_is_not_forgotten(open_shop: OpenShop, seen: str | None) -> None:
    """The command that comes then loads what it needs, and sees what reading sees.

    Also when the member was last seen in a period whose credits are loaded, and the credit is older.
    """
    terms = {"points": PENDING, "tiers": tiers(valid="60 months")}
    silent, read = climbing(open_shop, **terms), climbing(open_shop, **terms)
    for shop in (silent, read):
        shop.buy("R-1", "120.00", at="2026-12-28")
        if seen:
            shop.wait_until(seen)
            shop.engine.change_member(MEMBER, attributes={"seen": "yes"}, key="C-1")
    assert tier(read, "2028-05-01") == "silver"
    assert silent.buy("R-2", "1.00", at="2028-05-01")["tier"] == {"before": "silver", "after": "silver"}
    assert history(silent) == history(read, "2028-05-01") == [("2027-01-11", "silver", "reached")]


def test_a_release_by_the_job_takes_nothing_from_the_tier(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, points=PENDING)
    shop.buy("R-1", "120.00", at="2026-03-01")
    shop.wait_until("2026-04-01")
    shop.engine.expire(instant("2026-04-01"))
    assert tier(shop) == "silver"
    assert tier(shop, known_at="2026-04-01") == "silver"
    assert shop.buy("R-2", "1.00", at="2026-04-02")["tier"]["before"] == "silver"


# -- a source whose clock is ahead of ours ------------------------------------------------------------------


def test_what_is_dated_ahead_of_our_clock_counts_from_its_date(shop: Shop) -> None:
    shop.wait_until("2026-03-01T09:00")
    receipt = shop.engine.record(purchase("R-1", "120.00", at="2026-03-01T09:02"))
    assert receipt["tier"]["after"] is None
    shop.wait_until("2026-03-01T10:00")
    assert tier(shop) == "silver"
    assert shop.buy("R-2", "1.00", at="2026-03-01T10:00")["tier"] == {"before": "silver", "after": "silver"}
    assert history(shop) == [("2026-03-01", "silver", "reached")]


def test_a_clock_that_runs_back_misses_no_line(shop: Shop) -> None:
    """For the account it stands still: what a command brings is judged as far as it was judged before."""
    shop.buy("R-1", "60.00", at="2026-03-05")
    shop.now = instant("2026-03-01")
    assert shop.engine.record(purchase("R-2", "60.00", at="2026-03-01"))["tier"]["after"] == "silver"
    shop.now = instant("2026-03-06")
    assert tier(shop) == "silver"
    assert history(shop) == [("2026-03-05", "silver", "reached")]


# -- which ladder -------------------------------------------------------------------------------------------


def test_each_program_of_a_database_has_tiers_of_its_own(open_branch: OpenShop) -> None:
    corner = climbing(open_branch)
    other = open_branch(program="other", points=POINTS, tiers=tiers(ladder="{vip: {reach: 50 credits}}"))
    plain = open_branch(program="plain")
    for shop in (corner, other, plain):
        shop.buy("R-1", "120.00")
    assert [tier(shop) for shop in (corner, other, plain)] == ["silver", "vip", None]
    counts = [shop.engine.tiers()["tiers"] for shop in (corner, other, plain)]
    assert [{one["tier"]: one["members"] for one in found} for found in counts] == [
        {"gold": 0, "silver": 1, None: 0},
        {"vip": 1, None: 0},
        {None: 1},
    ]
    review = other.engine.review_tiers(instant("2026-03-01"), dry_run=False)
    assert review["members"] == 1
    assert all(shop.engine.verify().sound for shop in (corner, other, plain))


def test_a_ladder_may_count_spendable_points_that_say_so(open_shop: OpenShop) -> None:
    shop = climbing(
        open_shop,
        points="{points: {expires: 12 months, counts: tiers}}",
        tiers=tiers(count="points", ladder=STEPS.replace("credits", "points")),
    )
    shop.buy("R-1", "120.00")
    assert tier(shop) == "silver"
    assert shop.adjust(-50)["tier"] == {"before": "silver", "after": None}  # here points are the measure
    assert shop.engine.verify().sound


def test_a_ladder_added_later_counts_the_credits_of_its_first_period(open_shop: OpenShop) -> None:
    """Credits were kept before; what is reached is reached by the first credit after, or in a review."""
    shop = open_shop(points=POINTS)
    shop.buy("R-1", "200.00", at="2026-03-01")
    shop.engine.publish(rule_files(effective="2026-07-01", **LADDER))
    shop.wait_until("2026-08-01")
    assert tier(shop) is None
    assert shop.buy("R-2", "1.00", at="2026-08-02")["tier"] == {"before": None, "after": "silver"}
    assert tier(shop, "2026-08-01") is None


def test_a_ladder_that_is_taken_away_ends_all_tiers(open_shop: OpenShop) -> None:
    shop = climbing(open_shop)
    shop.buy("R-1", "200.00", at="2026-03-01")
    shop.engine.grant_tier(MEMBER, "gold", until=instant("2027-01-01"), reason="thanks", actor="dana")
    shop.engine.publish(rule_files(effective="2026-07-01", points=POINTS))
    shop.wait_until("2026-08-01")
    assert (tier(shop, "2026-06-30"), tier(shop)) == ("gold", None)
    assert shop.buy("R-2", "1.00", at="2026-08-02")["tier"] == {"before": None, "after": None}
