"""Late credits enter their own period, and history is corrected forward from there."""

from __future__ import annotations

from loyalty_engine.tiers.ladder import Tier
from loyalty_engine.tiers.timeline import Timeline
from tests.unit.tiers.member import YEAR, Member, at, ladder

SIXTY = ladder(tiers=(Tier("silver", 20_000, 20_000), Tier("gold", 60_000, 60_000)))


def test_the_worked_example() -> None:
    """60,000 are needed and 55,000 on file; a late 10,000 restores the tier and the new counter stays 0."""
    member = Member(SIXTY)
    member.earns(61_000, on="2024-05-01")
    member.earns(55_000, on="2025-05-01")
    assert member.until("2026-03-01").tier("2026-03-01") == "silver"
    member.earns(10_000, on="2025-11-01", known="2026-03-05")
    assert member.history == [
        ("2024-05-01", "gold", "2026-01-01", "reached"),
        ("2026-01-01", "gold", "2027-01-01", "renewed"),
    ]
    assert (member.timeline.rows[-1].credits, member.timeline.rows[-1].needed) == (65_000, 60_000)
    standing = member.standing("2026-03-05")
    assert (standing.tier, standing.credits, standing.kept) == ("gold", 0, 0)


def test_what_was_known_before_can_still_be_asked() -> None:
    member = Member(SIXTY)
    member.earns(61_000, on="2024-05-01")
    member.earns(55_000, on="2025-05-01")
    member.until("2026-02-01").earns(10_000, on="2025-11-01", known="2026-03-05")
    before, after = (Timeline.of(member.timeline.rows, at(day)) for day in ("2026-03-04", "2026-03-05"))
    assert before.state_at(at("2026-02-15")).tier == "silver"
    assert after.state_at(at("2026-02-15")).tier == "gold"


def test_a_late_credit_reaches_a_tier_from_the_instant_that_it_would_have() -> None:
    member = Member()
    member.earns(600, on="2025-03-01")
    member.earns(300, on="2025-05-01")
    member.earns(400, on="2025-04-01", known="2025-08-01")
    assert member.history == [("2025-04-01", "silver", "2027-01-01", "reached")]


def test_a_late_credit_makes_a_later_one_reach_a_tier() -> None:
    member = Member()
    member.earns(600, on="2025-05-01")
    member.earns(400, on="2025-04-01", known="2025-08-01")
    assert member.history == [("2025-05-01", "silver", "2027-01-01", "reached")]


def test_a_late_credit_that_changes_nothing_records_nothing() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    member.earns(100, on="2025-04-01", known="2025-08-01")
    assert len(member.timeline.rows) == 1


def test_a_tier_reached_earlier_keeps_what_followed() -> None:
    member = Member()
    member.earns(5000, on="2025-06-01")
    member.earns(1000, on="2025-04-01", known="2025-10-01")
    assert member.history == [
        ("2025-04-01", "silver", "2027-01-01", "reached"),
        ("2025-06-01", "gold", "2027-01-01", "reached"),
    ]


def test_a_late_credit_in_grace_renews_the_tier() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    member.earns(900, on="2026-05-01")
    member.until("2027-01-15").earns(100, on="2026-11-01", known="2027-01-20")
    assert member.history[1:] == [("2027-01-01", "silver", "2028-01-01", "renewed")]


def test_a_late_credit_that_is_still_pending_takes_back_a_drop() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    assert member.until("2027-02-15").history[1:] == [("2027-01-31", None, None, "dropped")]
    member.earns(1000, on="2026-12-20", counts="2027-03-20", known="2027-02-20")
    assert member.history == [("2025-05-01", "silver", "2027-01-01", "reached")]
    assert member.standing("2027-02-20").grace_until == at("2027-03-20")
    assert member.until("2027-03-20").history[1:] == [("2027-03-20", "silver", "2028-01-01", "renewed")]


def test_a_row_said_again_keeps_its_own_figures() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    member.until("2027-02-15").earns(1000, on="2026-12-20", counts="2027-03-20", known="2027-02-20")
    first, _, again = member.timeline.rows
    assert again == first._replace(number=3, recorded_at=at("2027-02-20"))


def test_a_late_credit_never_shortens_a_term() -> None:
    member = Member(ladder(period=YEAR, valid=YEAR))
    member.earns(500, on="2025-03-01")
    member.earns(500, on="2025-09-01")
    member.earns(500, on="2025-05-01", known="2025-10-01")
    assert member.history == [
        ("2025-05-01", "silver", "2026-05-02", "reached"),
        ("2025-09-01", "silver", "2026-09-02", "reached"),
    ]


def test_a_late_credit_does_not_bring_back_what_was_withdrawn() -> None:
    member = Member()
    member.earns(900, on="2025-02-01")
    member.earns(4100, on="2025-05-01")
    member.returns(4100, of="2025-05-01", now="2025-06-01")
    assert member.history[-1] == ("2025-06-01", None, None, "withdrawn")
    member.earns(50, on="2025-05-15", known="2025-07-01")
    assert member.tier("2025-07-01") is None
    member.earns(50, on="2025-05-20", known="2025-07-02")
    assert (member.tier("2025-05-25"), member.tier("2025-06-01")) == ("gold", "silver")


def test_a_late_credit_before_there_were_any_needs_no_history() -> None:
    member = Member()
    member.earns(1000, on="2024-05-01", known="2025-05-01")
    assert member.history == [("2024-05-01", "silver", "2026-01-01", "reached")]


def test_a_tier_reached_and_returned_in_one_instant_leaves_no_trace_to_correct() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    member.returns(1000, of="2025-05-01", now="2025-05-01")
    assert member.history == [("2025-05-01", None, None, "withdrawn")]
    member.earns(1000, on="2025-06-01")
    member.earns(10, on="2025-04-01", known="2025-07-01")
    assert [row[3] for row in member.history] == ["withdrawn", "reached"]
    assert len(member.timeline.rows) == 3
