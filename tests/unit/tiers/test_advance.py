"""Advancing is pure: what was judged is not judged again, and only what is needed must be loaded."""

from __future__ import annotations

import pytest

from loyalty_engine.tiers.advance import advance
from loyalty_engine.tiers.credits import Credits, CreditsNotLoaded
from loyalty_engine.tiers.ladder import Ladder
from loyalty_engine.tiers.timeline import Timeline
from tests.unit.tiers.member import YEAR, Member, at, day, ladder

EARLY, LATE = ("credits", at("2024-05-01"), at("2024-05-01")), ("credits", at("2026-05-01"), at("2026-05-01"))
CREDITS = {EARLY: 1000, LATE: 5000}


def test_it_adds_nothing_to_what_lies_ahead() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    assert advance(member.timeline, member.credits, member.ladders, at("2025-04-01")) == ()


def test_credits_that_were_judged_are_not_looked_at_again() -> None:
    ladders, now = Member().ladders, at("2026-06-01")
    assert [change.tier for change in advance(Timeline(), Credits(CREDITS), ladders, now)] == [
        "silver", None, "gold",
    ]  # fmt: skip
    judged = advance(Timeline(), Credits(CREDITS), ladders, now, judged_to=at("2026-01-01"))
    assert [change.tier for change in judged] == ["gold"]
    assert advance(Timeline(), Credits(CREDITS), ladders, now, judged_to=at("2026-05-01")) == ()


@pytest.mark.parametrize("steps", [ladder(), ladder(period=YEAR, valid=YEAR)])
def test_older_credits_than_those_of_the_periods_to_judge_need_not_be_loaded(steps: Ladder) -> None:
    part = Credits({LATE: 5000}, since=at("2025-01-01"))
    found = advance(Timeline(), part, Member(steps).ladders, at("2026-06-01"), judged_to=at("2026-01-01"))
    assert [change.tier for change in found] == ["gold"]


def test_what_is_needed_and_not_loaded_is_asked_for() -> None:
    ladders, part = Member().ladders, Credits({LATE: 5000}, since=at("2026-02-01"))
    with pytest.raises(CreditsNotLoaded) as needed:
        advance(Timeline(), part, ladders, at("2026-06-01"), judged_to=at("2026-03-01"))
    assert day(needed.value.since) == "2026-01-01"
    with pytest.raises(CreditsNotLoaded) as needed:
        advance(Timeline(), part, ladders, at("2026-06-01"), judged_to=at("2025-11-11"))
    assert needed.value.since == at("2025-11-11") + 1


def test_a_review_needs_the_credits_of_the_period_that_it_looks_at() -> None:
    member = Member()
    member.earns(1000, on="2025-05-01")
    part = Credits(since=at("2027-01-01"))
    with pytest.raises(CreditsNotLoaded) as needed:
        advance(member.timeline, part, member.ladders, at("2027-01-01"), judged_to=at("2027-01-01"))
    assert day(needed.value.since) == "2026-01-01"


def test_at_the_top_of_the_ladder_nothing_is_looked_at() -> None:
    member = Member()
    member.earns(20_000, on="2025-05-01")
    nothing_loaded = Credits({LATE: 5000}, since=at("2026-04-30"))
    assert advance(member.timeline, nothing_loaded, member.ladders, at("2026-06-01")) == ()
