"""The ladder in force at the instant of a decision decides; a changed one moves nobody by itself."""

from __future__ import annotations

from loyalty_engine.tiers.ladder import Ladder, Tier
from tests.unit.tiers.member import Member, ladder


def changed(new: Ladder | None, on: str = "2025-07-01") -> Member:
    return Member(versions={"2025-01-01": ladder(), on: new})


GENTLER = ladder(tiers=(Tier("silver", 500, 500), Tier("gold", 2000, 2000)))
STEEPER = ladder(tiers=(Tier("silver", 3000, 3000), Tier("gold", 9000, 9000)))
WITHOUT_GOLD = ladder(tiers=(Tier("silver", 1000, 1000), Tier("titanium", 9000, 9000)))


def test_a_gentler_ladder_lifts_nobody_by_itself() -> None:
    member = changed(GENTLER)
    member.earns(2000, on="2025-05-01")
    assert [row[1] for row in member.until("2026-12-31").history] == ["silver"]


def test_the_next_credit_is_judged_by_it() -> None:
    member = changed(GENTLER)
    member.earns(2000, on="2025-05-01")
    member.earns(1, on="2025-08-01")
    assert member.history[-1][:2] == ("2025-08-01", "gold")


def test_an_explicit_review_lifts_who_reaches_a_tier_of_it_from_that_day_on() -> None:
    member = changed(GENTLER)
    member.earns(2000, on="2025-05-01")
    assert member.reviewed("2025-09-01").history[1:] == [("2025-09-01", "gold", "2027-01-01", "reached")]
    assert len(member.reviewed("2025-09-01").reviewed("2025-10-01").timeline.rows) == 2


def test_a_review_looks_at_the_present_period_only() -> None:
    member = changed(GENTLER)
    member.earns(900, on="2025-05-01")
    assert member.reviewed("2026-02-01").history == []


def test_a_review_does_what_is_due_as_well() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    assert member.reviewed("2027-02-01").history[1:] == [("2027-01-31", None, None, "dropped")]


def test_a_review_as_of_a_past_day_undoes_nothing_that_came_later() -> None:
    member = changed(GENTLER)
    member.earns(2000, on="2025-05-01")
    member.until("2027-02-01")
    rows = member.timeline.rows
    assert member.reviewed("2025-08-01").timeline.rows == rows


def test_what_a_review_gave_is_withdrawn_when_its_credits_are_returned() -> None:
    member = changed(GENTLER)
    member.earns(2000, on="2025-05-01")
    member.reviewed("2025-09-01")
    member.returns(500, of="2025-05-01", now="2025-10-01")
    assert member.history[-1] == ("2025-10-01", "silver", "2027-01-01", "withdrawn")


def test_so_is_the_tier_that_followed_on_it() -> None:
    member = changed(GENTLER)
    member.earns(2000, on="2025-05-01")
    member.reviewed("2025-09-01")
    assert member.until("2027-02-01").history[-1] == ("2027-01-31", "silver", "2028-01-01", "dropped")
    member.returns(500, of="2025-05-01", now="2027-03-01")
    assert member.history[-1] == ("2027-03-01", None, None, "withdrawn")


def test_late_credits_that_would_have_carried_it_bring_it_back() -> None:
    member = changed(GENTLER)
    member.earns(2000, on="2025-05-01")
    member.reviewed("2025-09-01")
    member.returns(500, of="2025-05-01", now="2025-10-01")
    member.earns(500, on="2025-04-01", known="2025-11-01")
    assert [row[:2] for row in member.history] == [("2025-05-01", "silver"), ("2025-09-01", "gold")]


def test_a_late_credit_leaves_what_a_review_gave() -> None:
    member = changed(GENTLER)
    member.earns(2000, on="2025-05-01")
    member.reviewed("2025-09-01")
    member.earns(10, on="2025-04-01", known="2025-10-01")
    assert [row[:2] for row in member.history] == [("2025-05-01", "silver"), ("2025-09-01", "gold")]


def test_a_steeper_ladder_takes_nothing_before_the_terms_end() -> None:
    member = changed(STEEPER)
    member.earns(1000, on="2025-05-01")
    member.earns(1000, on="2026-05-01")
    assert len(member.reviewed("2026-12-31").timeline.rows) == 1
    assert member.until("2027-01-31").history[1:] == [("2027-01-31", None, None, "dropped")]


def test_a_late_credit_is_judged_by_the_ladder_of_its_own_day() -> None:
    member = changed(STEEPER)
    member.earns(600, on="2025-05-01")
    member.earns(400, on="2025-06-01", known="2025-09-01")
    assert member.history == [("2025-06-01", "silver", "2027-01-01", "reached")]


def test_a_tier_that_the_ladder_no_longer_has_stays_and_is_not_outranked() -> None:
    member = changed(WITHOUT_GOLD)
    member.earns(5000, on="2025-05-01")
    member.earns(9000, on="2025-09-01")
    assert member.reviewed("2026-12-31").history == [("2025-05-01", "gold", "2027-01-01", "reached")]


def test_at_its_terms_end_it_lands_where_the_credits_would_keep_a_tier() -> None:
    member = changed(WITHOUT_GOLD)
    member.earns(5000, on="2025-05-01")
    member.earns(9000, on="2026-05-01")
    assert member.until("2027-01-01").history[1:] == [("2027-01-01", "titanium", "2028-01-01", "dropped")]
    lost = changed(WITHOUT_GOLD)
    lost.earns(5000, on="2025-05-01")
    assert lost.until("2027-01-01").history[1:] == [("2027-01-01", None, None, "dropped")]


def test_where_tiers_are_given_up_each_lasts_until_its_terms_end() -> None:
    member = changed(None)
    member.earns(1000, on="2025-05-01")
    assert member.until("2026-12-31").tier("2026-12-31") == "silver"
    assert member.reviewed("2027-03-01").history[1:] == [("2027-01-01", None, None, "dropped")]
    assert member.timeline.rows[-1].needed is None


def test_a_return_where_tiers_are_given_up_changes_nothing() -> None:
    member = changed(None)
    member.earns(1000, on="2025-05-01")
    member.returns(1000, of="2025-05-01", now="2025-08-01")
    assert len(member.timeline.rows) == 1


def test_late_credits_correct_the_history_of_tiers_that_were_given_up() -> None:
    member = changed(None)
    member.earns(600, on="2025-05-01")
    member.earns(400, on="2025-06-01", known="2027-03-01")
    assert member.history == [
        ("2025-06-01", "silver", "2027-01-01", "reached"),
        ("2027-01-01", None, None, "dropped"),
    ]
    member.earns(4000, on="2025-06-15", known="2027-03-02")
    assert member.history == [
        ("2025-06-01", "silver", "2027-01-01", "reached"),
        ("2025-06-15", "gold", "2027-01-01", "reached"),
        ("2027-01-01", None, None, "dropped"),
    ]


def test_late_credits_may_lengthen_a_term_beyond_the_last_ladder() -> None:
    member = changed(None, on="2026-07-01")
    member.earns(1000, on="2025-05-01")
    member.until("2027-02-01").earns(5000, on="2026-05-01", known="2027-03-01")
    assert member.history[1:] == [("2026-05-01", "gold", "2028-01-01", "reached")]


def test_late_credits_may_reach_a_tier_that_a_later_ladder_does_not_have() -> None:
    member = Member(versions={"2024-01-01": ladder(), "2025-07-01": WITHOUT_GOLD})
    member.earns(1000, on="2024-05-01")
    member.until("2026-03-01").earns(5000, on="2025-06-01", known="2026-03-02")
    assert member.history == [
        ("2024-05-01", "silver", "2026-01-01", "reached"),
        ("2025-06-01", "gold", "2027-01-01", "reached"),
    ]


def test_late_credits_leave_a_tier_that_the_ladder_no_longer_has() -> None:
    member = changed(WITHOUT_GOLD)
    member.earns(5000, on="2025-05-01")
    member.earns(9000, on="2025-08-01", known="2025-09-01")
    assert member.history == [("2025-05-01", "gold", "2027-01-01", "reached")]
