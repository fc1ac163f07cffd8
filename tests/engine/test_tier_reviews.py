"""Reviews: what happens at a term's end, by a job, by whoever comes, or in the eye of the reader alone."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_adapters import open_engine
from loyalty_engine.engine import review_tiers
from loyalty_engine.errors import InvalidCommand, NoRulebook
from tests.engine.climbing import climbing, history, names, reviewed, standing, tier, tiers
from tests.engine.shop import MEMBER, OpenShop, Shop, instant, moment


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """M-1 became silver in March 2026, which holds to the end of 2027; then grace lasts for January."""
    shop = climbing(open_shop)
    shop.buy("R-1", "150.00", at="2026-03-01")
    return shop


# -- the end of a term --------------------------------------------------------------------------------------


def test_a_tier_is_renewed_by_the_credits_of_the_last_period(shop: Shop) -> None:
    shop.buy("R-2", "100.00", at="2027-11-01")
    assert standing(shop, "keep", "kept_by") == (100, 100)
    assert tier(shop, "2029-01-31") == "silver"
    assert history(shop, "2028-01-01T00:00") == [
        ("2026-03-01", "silver", "reached"),
        ("2028-01-01", "silver", "renewed"),
    ]


def test_without_them_it_is_lost_when_grace_is_over(shop: Shop) -> None:
    shop.buy("R-2", "99.00", at="2027-11-01")
    assert [tier(shop, f"2028-{day}") for day in ("01-01", "01-31T23:59", "02-01T00:00")] == [
        "silver",
        "silver",
        None,
    ]
    assert standing(shop, "tier", "until", "grace_until", at="2028-01-15") == (
        "silver",
        "2028-01-01T00:00:00+00:00",
        "2028-02-01T00:00:00+00:00",
    )
    assert history(shop, "2028-02-01T00:00")[-1] == ("2028-02-01", None, "dropped")


def test_without_grace_it_is_lost_at_the_terms_end(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, tiers=tiers(grace=None))
    shop.buy("R-1", "150.00", at="2026-03-01")
    assert (tier(shop, "2027-12-31T23:59"), tier(shop, "2028-01-01T00:00")) == ("silver", None)


def test_a_late_purchase_saves_a_tier_in_grace(shop: Shop) -> None:
    shop.buy("R-2", "60.00", at="2027-11-01")
    shop.wait_until("2028-01-10")
    assert shop.buy("R-3", "40.00", at="2027-12-20")["tier"] == {"before": "silver", "after": "silver"}
    assert history(shop)[-1] == ("2028-01-01", "silver", "renewed")
    assert standing(shop, "until", "grace_until") == ("2029-01-01T00:00:00+00:00", None)


def test_pending_credits_that_would_keep_it_hold_it_in_grace(open_shop: OpenShop) -> None:
    points = "{points: {expires: 12 months, pending: 60 days}, credits: {spendable: false, mirrors: points}}"
    shop = climbing(open_shop, points=points)
    shop.buy("R-1", "150.00", at="2026-03-01")
    shop.buy("R-2", "100.00", at="2027-12-20")
    assert tier(shop, "2028-02-10") == "silver"  # grace was over with January
    assert history(shop, "2028-02-18")[-1] == ("2028-02-18", "silver", "renewed")


def test_the_landing_is_one_level_lower(open_shop: OpenShop) -> None:
    shop = climbing(open_shop)
    shop.buy("R-1", "500.00", at="2026-03-01")
    assert history(shop, "2029-06-01") == [
        ("2026-03-01", "gold", "reached"),
        ("2028-02-01", "silver", "dropped"),
        ("2029-02-01", None, "dropped"),
    ]


def test_or_where_the_credits_carry(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, tiers=tiers(landing="supported"))
    shop.buy("R-1", "500.00", at="2026-03-01")
    assert history(shop, "2028-02-01") == [("2026-03-01", "gold", "reached"), ("2028-02-01", None, "dropped")]


def test_nobody_lands_lower_than_what_his_present_year_reaches(shop: Shop) -> None:
    shop.buy("R-2", "120.00", at="2028-01-10")
    assert tier(shop, "2028-06-01") == "silver"
    assert standing(shop, "until", at="2028-06-01") == ("2030-01-01T00:00:00+00:00",)


def test_keeping_may_take_less_than_reaching(open_shop: OpenShop) -> None:
    shop = climbing(open_shop)
    shop.buy("R-1", "500.00", at="2026-03-01")
    shop.buy("R-2", "400.00", at="2027-03-01")
    assert history(shop, "2028-03-01")[-1] == ("2028-01-01", "gold", "renewed")


# -- a job, a visit, a look ---------------------------------------------------------------------------------

LIVES = {
    "renewed": ["2026-03-01:150", "2027-05-01:100"],
    "dropped": ["2026-03-01:150"],
    "landed": ["2026-03-01:700", "2027-05-01:120"],
    "climbing again": ["2026-03-01:150", "2028-06-01:600"],
    "never anything": ["2026-03-01:20"],
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_a_job_a_visit_and_a_look_come_to_the_same(open_shop: OpenShop, life: list[str]) -> None:
    """Reviewed at once, reviewed every month, touched by other commands, or only read at the end."""
    once, often, touched, _ = shops = [climbing(open_shop) for _ in range(4)]
    end = "2031-03-01"
    for shop in shops:
        shop.engine.enrol(MEMBER)
        events = {visit.split(":")[0]: visit.split(":")[1] for visit in life}
        for day in sorted(
            {*events, *(f"{year}-{month:02}-15" for year in range(2026, 2031) for month in MONTHS)}
        ):
            if day in events:
                shop.buy(day, f"{events[day]}.00", at=day)
            elif shop is often:
                reviewed(shop, day)
            elif shop is touched and day > "2027":
                shop.wait_until(day)
                shop.engine.change_member(MEMBER, attributes={"seen": "yes"}, key=day)
    reviewed(once, end)
    reviewed(often, end)
    told = [_but_when_recorded(shop, end) for shop in shops]
    assert told[0] == told[1] == told[2] == told[3]


MONTHS = (1, 2, 6, 12)


def _but_when_recorded(shop: Shop, at: str) -> list[dict[str, Any]]:
    changes = shop.engine.tier_history(MEMBER, at=instant(at))["changes"]
    apart = {"number": None, "recorded_at": None, "activity": None}  # visits are activities too
    return [change | apart for change in changes]


def test_a_member_who_comes_back_after_years_is_reviewed_year_by_year(shop: Shop) -> None:
    """His review is overdue by five years, and the command that finds it does it all."""
    receipt = shop.buy("R-2", "10.00", at="2033-06-01")
    assert receipt["tier"] == {"before": None, "after": None}
    assert history(shop) == [("2026-03-01", "silver", "reached"), ("2028-02-01", None, "dropped")]


def test_nor_are_several_terms_at_once_a_matter(open_shop: OpenShop) -> None:
    steps = ", ".join(f"t{step}: {{reach: {step}00 credits}}" for step in range(1, 10))
    shop = climbing(open_shop, tiers=tiers(ladder=f"{{{steps}}}"))
    shop.buy("R-1", "900.00", at="2026-03-01")
    assert shop.buy("R-2", "1.00", at="2033-06-01")["tier"]["before"] == "t3"
    assert [change[0][:4] for change in history(shop)] == ["2026", *(str(year) for year in range(2028, 2034))]


# -- the review as a job ------------------------------------------------------------------------------------


def crowd(open_shop: OpenShop, **changes: str) -> Shop:
    """Members of every fate at the end of 2027."""
    shop = climbing(open_shop, **changes)
    for member, first, second in (
        ("drops", "150.00", None),
        ("renews", "150.00", "130.00"),
        ("lands", "600.00", "130.00"),
        ("climbs", "150.00", "550.00"),
        ("nearly", "20.00", None),
    ):
        shop.buy(f"{member}-1", first, at="2026-03-01", member=member)
        if second:
            shop.buy(f"{member}-2", second, at="2027-03-01", member=member)
    return shop


def test_a_review_tells_who_moves(open_shop: OpenShop) -> None:
    shop = crowd(open_shop)
    document = reviewed(shop, "2028-02-01T00:00")
    assert names(document["drops"]) == [("drops", "silver", None), ("lands", "gold", "silver")]
    assert names(document["renewals"]) == [("renews", "silver", "silver")]
    assert document["rises"] == []
    assert (document["members"], document["dry_run"]) == (5, False)
    assert document["tiers"] == [
        {"tier": "gold", "members": 1},
        {"tier": "silver", "members": 2},
        {"tier": None, "members": 2},
    ]
    assert document["drops"][0] == {
        "member": "drops",
        "from": "silver",
        "to": None,
        "effective_at": "2028-02-01T00:00:00+00:00",
        "reason": "dropped",
        "credits": 0,
        "needed": 100,
        "until": None,
    }


def test_done_twice_it_is_done_once(open_shop: OpenShop) -> None:
    shop = crowd(open_shop)
    reviewed(shop, "2028-02-01T00:00")
    before = shop.dump()
    again = reviewed(shop, "2028-02-01T00:00")
    assert shop.dump() == before
    assert [again[name] for name in ("rises", "drops", "renewals")] == [[], [], []]


@pytest.mark.parametrize("range_", [1, 2, 3])
def test_in_pieces_it_is_what_it_is_at_once(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, range_: int
) -> None:
    whole, pieces = crowd(open_shop), crowd(open_shop)
    told = reviewed(whole, "2028-02-01T00:00")
    monkeypatch.setattr(review_tiers, "RANGE", range_)
    seen: list[int] = []
    assert reviewed(pieces, "2028-02-01T00:00", progress=seen.append) == told
    assert (sum(seen), max(seen)) == (5, range_)
    assert _histories(pieces) == _histories(whole)


def _histories(shop: Shop) -> list[Any]:
    return [shop.engine.tier_history(m)["changes"] for m in ("drops", "renews", "lands", "climbs", "nearly")]


def test_a_dry_run_says_the_same_and_changes_nothing(open_shop: OpenShop) -> None:
    shop = crowd(open_shop)
    shop.wait_until("2028-02-01T00:00")
    seen: list[int] = []
    before = shop.dump()
    told = shop.engine.review_tiers(instant("2028-02-01T00:00"), progress=seen.append)
    assert shop.dump() == before
    assert sum(seen) == 5
    assert told == {**reviewed(shop, "2028-02-01T00:00"), "dry_run": True}


def test_a_dry_run_may_look_ahead_as_if_nothing_more_came(open_shop: OpenShop) -> None:
    shop = crowd(open_shop)
    document = shop.engine.review_tiers(instant("2028-02-01T00:00"))
    assert names(document["drops"]) == [("drops", "silver", None), ("lands", "gold", "silver")]
    assert document["as_of"] == "2028-02-01T00:00:00+00:00"


def test_a_review_of_a_time_to_come_is_refused(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(InvalidCommand, match="dry run"):
        shop.engine.review_tiers(instant("2026-03-01T12:01"), dry_run=False)
    assert shop.dump() == before


@pytest.mark.parametrize("as_of", ["2028", None, True, 1.5, "2028-01-01T00:00"])
def test_what_is_no_instant_is_refused(shop: Shop, as_of: Any) -> None:
    with pytest.raises(InvalidCommand):
        shop.engine.review_tiers(as_of)


def test_an_instant_is_a_number_or_an_aware_datetime(shop: Shop) -> None:
    as_of = moment("2028-02-02")
    assert shop.engine.review_tiers(as_of) == shop.engine.review_tiers(instant("2028-02-02"))


def test_there_is_nothing_to_review_without_rules() -> None:
    with open_engine("memory://") as engine, pytest.raises(NoRulebook):
        engine.review_tiers(0)


def test_members_are_reviewed_who_were_there_then(open_shop: OpenShop) -> None:
    shop = climbing(open_shop)
    shop.buy("R-1", "150.00", at="2026-03-01")
    shop.buy("R-2", "150.00", at="2026-05-01", member="M-2")
    assert shop.engine.review_tiers(instant("2026-04-01"))["members"] == 1
    assert shop.engine.review_tiers(instant("2026-05-01"))["members"] == 2


def test_who_is_in_grace_is_told_with_what_is_missing(open_shop: OpenShop) -> None:
    shop = crowd(open_shop)
    document = shop.engine.review_tiers(instant("2028-01-10"))
    told = [(one["member"], one["tier"], one["kept_by"], one["keep"]) for one in document["in_grace"]]
    assert told == [("drops", "silver", 0, 100), ("lands", "gold", 130, 400)]
    assert {one["grace_until"] for one in document["in_grace"]} == {"2028-02-01T00:00:00+00:00"}


def test_who_is_near_a_line_is_told_with_what_is_missing(open_shop: OpenShop) -> None:
    shop = climbing(open_shop)
    for member, amount in (("far", "89.00"), ("near", "90.00"), ("over", "100.00"), ("high", "450.00")):
        shop.buy("R-1" + member, amount, member=member)
    document = shop.engine.review_tiers(shop.now)
    told = [(one["member"], one["tier"], one["next"]) for one in document["near"]]
    assert told == [
        ("near", None, {"tier": "silver", "missing": 10}),
        ("high", "silver", {"tier": "gold", "missing": 50}),
    ]


def test_nobody_is_near_a_tier_that_he_was_granted(open_shop: OpenShop) -> None:
    shop = climbing(open_shop)
    shop.buy("R-1", "95.00")
    shop.engine.grant_tier(MEMBER, "silver", until=instant("2027-01-01"), reason="thanks", actor="dana")
    assert shop.engine.review_tiers(shop.now)["near"] == []
