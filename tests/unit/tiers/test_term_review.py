"""At its term's end a tier is renewed by the last period's credits, or it drops when grace is over."""

from __future__ import annotations

from loyalty_engine.calendar import Duration
from loyalty_engine.tiers.ladder import END_OF_PERIOD, Ladder, Tier
from tests.unit.tiers.member import YEAR, Member, ladder

HARD = ladder(landing="supported")


def gold(
    steps: Ladder | None = None, *, kept_by: int, on: str = "2026-05-01", counts: str | None = None
) -> Member:
    """Gold since 2025 until the end of 2026, with so many credits in that year."""
    member = Member(steps or ladder())
    member.earns(5000, on="2025-05-01")
    if kept_by:
        member.earns(kept_by, on=on, counts=counts)
    return member


def test_a_term_ends_at_not_after_its_end() -> None:
    member = gold(kept_by=4000)
    assert len(member.until("2026-12-31T23:59:59.999999").history) == 1
    assert member.until("2027-01-01").history[1:] == [("2027-01-01", "gold", "2028-01-01", "renewed")]


def test_a_tier_is_kept_by_exactly_what_keeping_it_takes() -> None:
    assert gold(kept_by=4000).until("2028-01-01").tier("2027-06-01") == "gold"
    assert gold(kept_by=3999).until("2028-01-01").tier("2027-06-01") == "silver"


def test_a_drop_comes_when_grace_is_over_and_not_before() -> None:
    member = gold(kept_by=1200)
    assert len(member.until("2027-01-30T23:59").history) == 1
    assert member.until("2027-01-31").history[1:] == [("2027-01-31", "silver", "2028-01-01", "dropped")]
    assert (member.timeline.rows[-1].credits, member.timeline.rows[-1].needed) == (1200, 4000)


def test_without_grace_it_comes_at_the_terms_end() -> None:
    member = gold(ladder(grace=None), kept_by=0)
    assert member.until("2027-01-01").history[1:] == [("2027-01-01", "silver", "2028-01-01", "dropped")]


def test_a_soft_landing_is_one_level_lower_each_term() -> None:
    assert gold(kept_by=0).until("2030-01-01").history[1:] == [
        ("2027-01-31", "silver", "2028-01-01", "dropped"),
        ("2028-01-31", None, None, "dropped"),
    ]


def test_a_hard_landing_is_where_the_credits_would_keep_a_tier() -> None:
    assert gold(HARD, kept_by=0).until("2027-01-31").history[1:] == [("2027-01-31", None, None, "dropped")]
    platinum = Member(HARD)
    platinum.earns(20_000, on="2025-05-01")
    platinum.earns(4000, on="2026-05-01")  # what keeps gold
    assert platinum.until("2027-01-31").history[1:] == [("2027-01-31", "gold", "2028-01-01", "dropped")]


def test_nobody_lands_below_what_the_new_period_reaches_already() -> None:
    member = Member(HARD)
    member.earns(20_000, on="2025-05-01")
    member.earns(5500, on="2027-01-10")
    assert member.until("2027-02-01").history[1:] == [("2027-01-31", "gold", "2029-01-01", "dropped")]


def test_nobody_falls_below_the_base() -> None:
    member = Member(ladder(tiers=(Tier("member", 0, 0), Tier("silver", 1000, 1000))))
    member.earns(1000, on="2025-05-01")
    assert member.until("2027-02-01").history[1:] == [("2027-01-31", None, None, "dropped")]
    assert member.tier("2027-02-01") == "member"


def test_a_tier_reached_anew_in_grace_begins_a_new_term() -> None:
    member = gold(kept_by=0)
    member.earns(5000, on="2027-01-20")
    assert member.until("2027-02-15").history[1:] == [("2027-01-20", "gold", "2029-01-01", "reached")]


def test_a_credit_of_the_very_instant_that_a_term_ends_reaches_it_anew() -> None:
    member = gold(kept_by=0)
    member.earns(5000, on="2027-01-01")
    assert member.history[1:] == [("2027-01-01", "gold", "2029-01-01", "reached")]


def test_a_credit_of_the_very_instant_that_grace_ends_is_in_time() -> None:
    member = gold(kept_by=0)
    member.earns(5000, on="2027-01-31")
    assert member.history[1:] == [("2027-01-31", "gold", "2029-01-01", "renewed")]


def test_what_is_earned_in_grace_counts_for_the_new_period_only() -> None:
    member = gold(kept_by=3000)
    member.earns(1000, on="2027-01-20")
    assert member.until("2027-02-15").history[1:] == [("2027-01-31", "silver", "2029-01-01", "dropped")]


def test_pending_credits_renew_a_tier_in_grace_when_they_count() -> None:
    member = gold(kept_by=4000, on="2026-12-20", counts="2027-01-10")
    assert len(member.until("2027-01-09").history) == 1
    assert member.until("2027-01-10").history[1:] == [("2027-01-10", "gold", "2028-01-01", "renewed")]


def test_pending_credits_that_would_keep_a_tier_hold_it_beyond_grace() -> None:
    member = gold(kept_by=4000, on="2026-12-20", counts="2027-03-10")
    assert member.until("2027-03-09").tier("2027-03-09") == "gold"
    assert member.until("2027-03-10").history[1:] == [("2027-03-10", "gold", "2028-01-01", "renewed")]


def test_pending_credits_that_would_not_keep_it_hold_nothing() -> None:
    member = gold(kept_by=3999, on="2026-12-20", counts="2027-03-10")
    assert member.until("2027-02-01").history[1:] == [("2027-01-31", "silver", "2028-01-01", "dropped")]


def test_after_a_hard_landing_pending_credits_hold_the_tier_that_they_would_keep() -> None:
    platinum = Member(HARD)
    platinum.earns(20_000, on="2025-05-01")
    platinum.earns(4000, on="2026-12-20", counts="2027-03-10")
    assert platinum.until("2027-04-01").history[1:] == [
        ("2027-01-31", "gold", "2027-01-01", "dropped"),
        ("2027-03-10", "gold", "2028-01-01", "renewed"),
    ]


def test_terms_that_nobody_looked_at_are_all_reviewed() -> None:
    member = gold(kept_by=4000)
    member.earns(1000, on="2027-05-01")
    assert member.until("2031-01-01").history[1:] == [
        ("2027-01-01", "gold", "2028-01-01", "renewed"),
        ("2028-01-31", "silver", "2029-01-01", "dropped"),
        ("2029-01-31", None, None, "dropped"),
    ]


def test_a_term_to_the_end_of_its_period_is_renewed_by_that_period() -> None:
    member = Member(ladder(valid=END_OF_PERIOD))
    member.earns(1000, on="2025-05-01")
    assert member.until("2027-02-01").history == [
        ("2025-05-01", "silver", "2026-01-01", "reached"),
        ("2026-01-01", "silver", "2027-01-01", "renewed"),
        ("2027-01-31", None, None, "dropped"),
    ]


def test_a_rolling_term_is_reviewed_by_the_year_that_follows_the_day_it_was_reached_on() -> None:
    member = Member(ladder(period=YEAR, valid=YEAR))
    member.earns(1000, on="2025-05-01T15:00")
    member.earns(999, on="2026-05-01T15:00")
    assert member.until("2026-06-01").history[1:] == [("2026-06-01", None, None, "dropped")]
    kept = Member(ladder(period=YEAR, valid=YEAR))
    kept.earns(1000, on="2025-05-01T15:00")
    kept.earns(1000, on="2026-05-01T15:00")
    assert kept.until("2026-06-01").history[1:] == [("2026-05-02", "silver", "2027-05-02", "renewed")]


def test_a_rolling_term_that_begins_before_a_leap_day_ends_a_year_later() -> None:
    member = Member(ladder(period=YEAR, valid=YEAR))
    member.earns(1000, on="2024-02-28")  # its day ends where the leap day begins
    assert [row[2] for row in member.history] == ["2025-02-28"]
    leap = Member(ladder(period=YEAR, valid=YEAR))
    leap.earns(1000, on="2024-02-29")
    assert [row[2] for row in leap.history] == ["2025-03-01"]


def test_a_tier_that_takes_nothing_to_keep_is_kept_for_good() -> None:
    member = Member(ladder(tiers=(Tier("silver", 1000, 0),)))
    member.earns(1000, on="2025-05-01")
    assert member.until("2035-01-01").history[-1] == ("2035-01-01", "silver", "2036-01-01", "renewed")


def test_where_terms_are_shorter_than_periods_the_present_period_renews_after_grace() -> None:
    member = Member(ladder(valid=Duration(6, "months")))
    member.earns(1000, on="2026-03-01")
    assert member.until("2026-12-31").history[1:] == [("2026-10-02", "silver", "2027-04-03", "renewed")]


MONTH_BY_MONTH = ladder(
    period=Duration(1, "months"),
    valid=Duration(1, "months"),
    grace=None,
    tiers=(Tier("silver", 1000, 500),),
)


def waiting() -> Member:
    """Silver until 11 February, held by credits that count long after the next term's end."""
    member = Member(MONTH_BY_MONTH)
    member.earns(1000, on="2026-01-10")
    member.earns(500, on="2026-02-10", counts="2026-03-22")
    return member


def test_a_term_that_is_over_when_it_begins_is_reviewed_at_once() -> None:
    assert waiting().until("2026-04-01").history[1:] == [("2026-03-22", None, None, "dropped")]


def test_no_review_takes_effect_before_the_one_before_it() -> None:
    member = waiting()
    member.earns(500, on="2026-03-01")
    assert member.until("2026-04-01").history[1:] == [("2026-03-22", "silver", "2026-04-11", "renewed")]
