"""Where a member stands: what he has, what the next tier takes, what keeping his takes."""

from __future__ import annotations

from loyalty_engine.tiers.credits import Credits
from loyalty_engine.tiers.ladder import Tier
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.standing import tier_standing
from loyalty_engine.tiers.timeline import Timeline
from tests.unit.tiers.member import YEAR, Member, at, day, ladder


def silver() -> Member:
    member = Member()
    member.earns(1200, on="2025-05-01")
    return member


def test_without_a_tier_the_lowest_is_the_next() -> None:
    member = Member()
    member.earns(300, on="2025-05-01")
    member.earns(100, on="2025-05-02", counts="2025-05-16")
    standing = member.standing("2025-05-10")
    assert (standing.tier, standing.earned, standing.until, standing.grace_until) == (None, None, None, None)
    assert (standing.credits, standing.pending, standing.next_tier, standing.missing) == (
        300, 100, "silver", 700,
    )  # fmt: skip
    assert (standing.keep, standing.kept) == (None, None)
    assert [day(end) for end in standing.window] == ["2025-01-01", "2026-01-01"]


def test_with_one_the_next_and_what_keeping_takes_are_told() -> None:
    standing = silver().standing("2025-06-01")
    assert (standing.tier, day(standing.until)) == ("silver", "2027-01-01")
    assert (standing.next_tier, standing.missing) == ("gold", 3800)
    assert (standing.keep, standing.kept) == (1000, 0)  # next year's credits will keep it


def test_in_the_last_year_of_a_term_its_credits_are_those_that_keep() -> None:
    member = silver()
    member.earns(400, on="2026-02-01")
    standing = member.standing("2026-03-01")
    assert (standing.credits, standing.keep, standing.kept) == (400, 1000, 400)


def test_in_grace_its_end_is_told() -> None:
    standing = silver().standing("2027-01-10")
    assert (standing.tier, day(standing.until), day(standing.grace_until)) == (
        "silver", "2027-01-01", "2027-01-31",
    )  # fmt: skip


def test_held_for_pending_credits_the_day_is_told_on_which_they_count() -> None:
    member = silver()
    member.earns(1000, on="2026-12-20", counts="2027-03-10")
    assert day(member.standing("2027-02-20").grace_until) == "2027-03-10"


def test_a_floor_is_told_beside_what_was_earned() -> None:
    member = silver()
    member.granted("platinum", on="2025-06-01", until="2025-09-01")
    standing = member.standing("2025-07-01")
    assert (standing.tier, standing.earned, standing.floor, day(standing.floor_until)) == (
        "platinum", "silver", "platinum", "2025-09-01",
    )  # fmt: skip
    assert (standing.next_tier, standing.missing) == ("gold", 3800)
    assert member.standing("2025-09-01").tier == "silver"


def test_at_the_top_nothing_is_missing() -> None:
    member = Member()
    member.earns(20_000, on="2025-05-01")
    standing = member.standing("2025-06-01")
    assert (standing.next_tier, standing.missing) == (None, None)


def test_what_a_gentler_ladder_would_give_misses_nothing() -> None:
    gentler = ladder(tiers=(ladder().tiers[0], Tier("gold", 1100, 1100)))
    member = Member(versions={"2025-01-01": ladder(), "2025-06-01": gentler})
    member.earns(1200, on="2025-05-01")
    standing = member.standing("2025-07-01")
    assert (standing.tier, standing.next_tier, standing.missing) == ("silver", "gold", 0)


def test_a_tier_that_the_ladder_no_longer_has_has_no_next() -> None:
    member = Member(versions={"2025-01-01": ladder(), "2025-06-01": ladder(tiers=ladder().tiers[:1])})
    member.earns(5000, on="2025-05-01")
    standing = member.standing("2025-07-01")
    assert (standing.tier, standing.next_tier, standing.keep) == ("gold", None, None)


def test_rolling_credits_are_those_of_the_window_that_ends_today() -> None:
    member = Member(ladder(period=YEAR, valid=YEAR))
    member.earns(300, on="2025-05-01")
    member.earns(200, on="2026-02-01")
    assert member.standing("2026-04-30").credits == 500
    assert member.standing("2026-05-01").credits == 200


def test_without_a_ladder_there_is_no_standing() -> None:
    assert tier_standing(Timeline(), Credits(), Ladders(), at("2026-01-01")) is None
