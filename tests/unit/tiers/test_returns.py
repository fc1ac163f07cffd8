"""Returned credits lower the day of their purchase; a tier that rested on them ends now."""

from __future__ import annotations

import pytest

from loyalty_engine.tiers.ladder import Tier
from tests.unit.tiers.member import YEAR, Member, at, ladder

KEEP = ladder(returned_upgrade="keep")


def test_a_tier_that_would_not_have_been_reached_ends_now_and_the_past_stays() -> None:
    member = Member()
    member.earns(900, on="2025-03-01")
    member.earns(4100, on="2025-05-01")
    member.returns(4100, of="2025-05-01", now="2025-07-01T15:00")
    assert member.history == [
        ("2025-05-01", "gold", "2027-01-01", "reached"),
        ("2025-07-01T15:00", None, None, "withdrawn"),
    ]
    assert (member.timeline.rows[-1].credits, member.timeline.rows[-1].needed) == (900, 5000)


def test_he_falls_to_what_is_left_reaches_and_for_its_own_term() -> None:
    member = Member()
    member.earns(1000, on="2024-03-01")
    member.earns(4100, on="2025-05-01")
    member.earns(900, on="2025-06-01")
    member.returns(4100, of="2025-05-01", now="2025-07-01")
    assert member.history[-1] == ("2025-07-01", "silver", "2026-01-01", "withdrawn")


def test_a_return_that_leaves_enough_changes_nothing() -> None:
    member = Member()
    member.earns(6000, on="2025-05-01")
    member.returns(1000, of="2025-05-01", now="2025-07-01")
    assert len(member.timeline.rows) == 1
    member.returns(1, of="2025-05-01", now="2025-07-02")
    assert member.history[-1][:2] == ("2025-07-02", "silver")


def test_what_was_earned_afterwards_may_carry_the_tier() -> None:
    member = Member()
    member.earns(1000, on="2025-03-01")
    member.earns(1000, on="2025-05-01")
    member.returns(1000, of="2025-03-01", now="2025-07-01")
    assert len(member.timeline.rows) == 1
    member.returns(500, of="2025-05-01", now="2025-08-01")
    assert member.history[-1] == ("2025-08-01", None, None, "withdrawn")


def test_a_kept_upgrade_stays_until_its_terms_end() -> None:
    member = Member(KEEP)
    member.earns(5000, on="2025-05-01")
    member.returns(5000, of="2025-05-01", now="2025-07-01")
    assert len(member.timeline.rows) == 1
    assert member.until("2027-01-31").history[1:] == [("2027-01-31", "silver", "2028-01-01", "dropped")]


def test_a_renewal_that_rested_on_it_ends_and_grace_goes_on() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    member.earns(1000, on="2026-05-01")
    assert member.until("2027-01-05").history[-1][3] == "renewed"
    member.returns(1000, of="2026-05-01", now="2027-01-10")
    assert member.history[-1] == ("2027-01-10", "silver", "2027-01-01", "withdrawn")
    assert member.until("2027-02-15").history[-1] == ("2027-01-31", None, None, "dropped")


def test_after_grace_it_ends_at_once() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    member.earns(1000, on="2026-05-01")
    member.returns(1000, of="2026-05-01", now="2027-03-01")
    assert member.history[-1] == ("2027-03-01", None, None, "withdrawn")


def test_pending_credits_that_are_returned_hold_a_tier_no_longer() -> None:
    for setting, reason in ((ladder(), "withdrawn"), (KEEP, "dropped")):
        member = Member(setting)
        member.earns(1000, on="2025-05-01")
        member.earns(1000, on="2026-12-20", counts="2027-03-10")
        member.returns(1000, of="2026-12-20", counts="2027-03-10", now="2027-02-15")
        assert member.history[-1] == ("2027-02-15", None, None, reason)


def test_a_return_in_time_is_no_matter_of_tiers() -> None:
    member = Member()
    member.earns(900, on="2025-05-01")
    member.returns(900, of="2025-05-01", now="2025-07-01")
    member.earns(900, on="2025-08-01")
    assert member.history == []


def test_credits_of_a_returned_purchase_before_the_tier_was_reached_count_no_longer() -> None:
    member = Member()
    member.earns(600, on="2025-03-01")
    member.returns(600, of="2025-03-01", now="2025-04-01")
    member.earns(600, on="2025-05-01")
    assert member.history == []


def test_two_returns_are_judged_by_what_both_left() -> None:
    member = Member()
    member.earns(1000, on="2025-01-10")
    member.earns(500, on="2025-03-10")
    member.earns(600, on="2025-04-10")
    member.returns(1000, of="2025-01-10", now="2025-05-01")
    assert len(member.timeline.rows) == 1
    member.returns(500, of="2025-03-10", now="2025-06-01")
    assert member.history[-1] == ("2025-06-01", None, None, "withdrawn")


def test_a_steeper_ladder_takes_nothing_from_who_returns_something_else() -> None:
    steeper = ladder(tiers=(Tier("silver", 3000, 3000),))
    member = Member(versions={"2025-01-01": ladder(), "2025-06-01": steeper})
    member.earns(1500, on="2025-05-01")
    member.earns(300, on="2025-07-01")
    member.returns(300, of="2025-07-01", now="2025-08-01")
    assert member.history == [("2025-05-01", "silver", "2027-01-01", "reached")]


def test_a_corrected_ladder_rates_nobody_again_who_returns_something_else() -> None:
    member = Member()
    member.earns(1500, on="2025-05-01")
    member.ladders = Member(ladder(tiers=(Tier("silver", 3000, 3000),))).ladders
    member.earns(300, on="2025-07-01")
    member.returns(300, of="2025-07-01", now="2025-08-01")
    assert member.history == [("2025-05-01", "silver", "2027-01-01", "reached")]


@pytest.mark.parametrize(
    ("earned", "now"), [(["2025-05-01"], "2026-06-01"), (["2025-05-01", "2026-05-01"], "2027-01-15")]
)
def test_where_the_ladder_that_decided_is_gone_a_return_changes_nothing(earned: list[str], now: str) -> None:
    member = Member()
    for day in earned:
        member.earns(1000, on=day)
    member.until(now).ladders = Member(versions={now: ladder()}).ladders
    rows = member.timeline.rows
    member.returns(1, of=earned[-1], now=now)
    assert member.timeline.rows == rows


def test_a_tier_that_one_landed_on_rests_on_all_of_history() -> None:
    member = Member()
    member.earns(5000, on="2025-05-01")
    assert member.until("2027-02-15").history[-1] == ("2027-01-31", "silver", "2028-01-01", "dropped")
    member.returns(1000, of="2025-05-01", now="2027-03-01")
    assert member.history[-1] == ("2027-03-01", None, None, "withdrawn")


def test_a_return_after_a_landing_that_would_have_been_the_same_changes_nothing() -> None:
    member = Member()
    member.earns(6000, on="2025-05-01")
    member.until("2027-02-15").returns(1000, of="2025-05-01", now="2027-03-01")
    assert [row[3] for row in member.history] == ["reached", "dropped"]


def test_a_tier_that_was_renewed_since_needs_what_it_was_reached_with() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    member.earns(1000, on="2026-05-01")
    member.until("2027-02-01").returns(1, of="2025-05-01", now="2027-02-02")
    assert member.history[-1][3] == "renewed"  # 2026 reaches it as well
    member.returns(1, of="2026-05-01", now="2027-02-03")
    assert member.history[-1] == ("2027-02-03", None, None, "withdrawn")


def test_an_exchange_is_a_return_and_a_purchase() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    then, now = at("2025-05-01"), at("2025-06-01")
    member.posts({("credits", then, then): -1000, ("credits", now, now): 1200}, now="2025-06-01")
    assert member.history == [("2025-05-01", "silver", "2027-01-01", "reached")]


def test_in_a_rolling_window_a_tier_reached_later_without_it_keeps_its_shorter_term() -> None:
    member = Member(ladder(period=YEAR, valid=YEAR))
    member.earns(1000, on="2025-03-01")
    member.earns(1000, on="2025-06-01")
    member.returns(1000, of="2025-03-01", now="2025-07-01")
    assert member.history == [("2025-03-01", "silver", "2026-03-02", "reached")]


def test_a_term_that_was_promised_ends_when_what_it_rests_on_is_returned() -> None:
    member = Member(ladder(period=YEAR, valid=YEAR))
    member.earns(500, on="2025-03-01")
    member.earns(500, on="2025-09-01")
    member.earns(500, on="2025-05-01", known="2025-10-01")  # reached earlier: a shorter term, were it all
    member.returns(500, of="2025-09-01", now="2026-06-15")
    assert member.history[1:] == [
        ("2025-09-01", "silver", "2026-09-02", "reached"),
        ("2026-06-15", None, None, "withdrawn"),
    ]
