"""A tier is reached at once, by the credits of one period that count."""

from __future__ import annotations

import pytest

from loyalty_engine.calendar import Duration
from loyalty_engine.tiers.ladder import END_OF_PERIOD, Ladder, Tier
from tests.unit.tiers.member import YEAR, Member, ladder

ROLLING = ladder(period=YEAR, valid=YEAR)


def test_a_line_just_reached_counts_and_one_credit_less_does_not() -> None:
    member = Member()
    member.earns(999, on="2025-05-01")
    assert member.history == []
    member.earns(1, on="2025-05-02")
    assert member.history == [("2025-05-02", "silver", "2027-01-01", "reached")]


def test_it_says_how_many_credits_there_were_and_how_many_it_takes() -> None:
    member = Member()
    member.earns(1100, on="2025-05-01")
    assert [(row.credits, row.needed) for row in member.timeline.rows] == [(1100, 1000)]


def test_one_purchase_may_lift_over_several_tiers_at_once() -> None:
    member = Member()
    member.earns(20_000, on="2025-05-01")
    assert member.history == [("2025-05-01", "platinum", "2027-01-01", "reached")]


def test_a_tier_lasts_until_the_end_of_the_next_year_unless_said() -> None:
    member = Member(ladder(valid=END_OF_PERIOD))
    member.earns(1000, on="2025-05-01")
    assert member.history == [("2025-05-01", "silver", "2026-01-01", "reached")]


def test_years_do_not_add_up() -> None:
    member = Member()
    member.earns(900, on="2025-12-31T23:59")
    member.earns(900, on="2026-01-01")
    assert member.history == []


def test_what_counts_is_the_year_of_the_programs_own_clock() -> None:
    member = Member()
    member.earns(999, on="2025-12-31T23:30")  # half past nine in the evening in Greenwich
    member.earns(1, on="2026-01-01T00:30")  # still the old year there
    assert member.history == []
    member.earns(999, on="2026-01-01T00:45")
    assert [row[1] for row in member.history] == ["silver"]


def test_pending_credits_do_not_count_until_they_do() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01", counts="2025-05-15")
    assert member.until("2025-05-14T23:59").history == []
    assert member.until("2025-05-15").history == [("2025-05-15", "silver", "2027-01-01", "reached")]


def test_credits_that_count_after_the_years_end_still_belong_to_their_day() -> None:
    member = Member()
    member.earns(600, on="2025-12-01")
    member.earns(400, on="2025-12-28", counts="2026-01-11")
    assert member.until("2026-02-01").history == [("2026-01-11", "silver", "2027-01-01", "reached")]


def test_who_looks_later_sees_the_same_instants() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01", counts="2025-05-15")
    member.earns(4000, on="2025-05-20", counts="2025-06-03")
    assert member.until("2025-12-31").history == [
        ("2025-05-15", "silver", "2027-01-01", "reached"),
        ("2025-06-03", "gold", "2027-01-01", "reached"),
    ]


def test_a_tier_reached_once_more_keeps_its_term_until_that_is_reviewed() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    member.earns(1000, on="2026-05-01")
    assert [row[2] for row in member.history] == ["2027-01-01"]
    assert member.until("2027-01-01").history[-1] == ("2027-01-01", "silver", "2028-01-01", "renewed")


def test_a_rolling_window_takes_a_years_credits_wherever_it_begins() -> None:
    member = Member(ROLLING)
    member.earns(600, on="2025-03-15")
    member.earns(400, on="2026-03-15T10:00")  # a day too late: the window begins on 16 March
    assert member.history == []
    member.earns(600, on="2026-03-16")
    assert member.history == [("2026-03-16", "silver", "2027-03-17", "reached")]


def test_a_rolling_window_of_days_counts_days() -> None:
    ninety = Duration(90, "days")
    member = Member(ladder(period=ninety, valid=ninety))
    member.earns(500, on="2026-01-01T18:00")
    member.earns(500, on="2026-03-31T09:00")  # the ninetieth day
    assert member.history == [("2026-03-31T09:00", "silver", "2026-06-30", "reached")]


def test_a_credit_that_waited_longer_completes_the_window_of_a_later_one() -> None:
    member = Member(ROLLING)
    member.earns(500, on="2026-03-01", counts="2026-06-01")
    member.earns(500, on="2026-04-01", counts="2026-04-15")
    assert member.until("2026-06-01").history == [("2026-06-01", "silver", "2027-04-02", "reached")]


def test_a_credit_that_waited_longer_than_the_window_completes_none_of_a_later_one() -> None:
    member = Member(ROLLING)
    member.earns(500, on="2026-03-01", counts="2027-06-01")
    member.earns(500, on="2027-04-01")
    assert member.until("2027-06-01").history == []


@pytest.mark.parametrize("steps", [ladder(), ROLLING])
def test_credits_of_one_instant_count_together(steps: Ladder) -> None:
    member = Member(steps)
    member.earns(500, on="2026-05-01T10:00")
    member.earns(500, on="2026-05-01T10:00")
    member.earns(4000, on="2026-05-01T10:00")
    assert [row[:2] for row in member.history] == [("2026-05-01T10:00", "gold")]


def test_a_base_tier_needs_no_history_and_is_the_step_below_the_first() -> None:
    member = Member(ladder(tiers=(Tier("member", 0, 0), Tier("silver", 1000, 1000))))
    assert member.until("2030-01-01").history == []
    assert member.tier("2026-05-01") == "member"
    member.earns(1000, on="2030-05-01")
    assert member.tier("2030-05-01") == "silver"


def test_before_there_is_a_ladder_nothing_is_reached() -> None:
    member = Member(versions={"2026-01-01": ladder()})
    member.earns(5000, on="2025-12-31")
    assert member.until("2026-06-01").history == []


def test_each_ladder_counts_in_its_own_currency() -> None:
    member = Member(versions={"2025-01-01": ladder(count="miles"), "2026-01-01": ladder()})
    member.earns(1000, on="2025-05-01")
    assert member.history == []
    member.earns(1000, on="2026-05-01")
    assert [row[:2] for row in member.history] == [("2026-05-01", "silver")]
