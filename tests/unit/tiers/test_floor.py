"""A floor granted by hand: a tier until a date, whatever is earned below it."""

from __future__ import annotations

from tests.unit.tiers.member import Member


def test_it_holds_until_its_date_and_not_at_it() -> None:
    member = Member()
    member.granted("gold", on="2025-03-01", until="2025-09-01")
    assert [member.tier(day) for day in ("2025-02-28", "2025-03-01", "2025-08-31T23:59", "2025-09-01")] == [
        None, "gold", "gold", None,
    ]  # fmt: skip


def test_it_can_be_taken_away() -> None:
    member = Member()
    member.granted("gold", on="2025-03-01")
    member.granted(None, on="2025-06-01")
    assert [member.tier(day) for day in ("2025-05-31", "2025-06-01")] == ["gold", None]


def test_what_is_earned_goes_on_below_it() -> None:
    member = Member()
    member.granted("gold", on="2025-03-01", until="2028-01-01")
    member.earns(1000, on="2025-05-01")
    assert member.tier("2025-06-01") == "gold"
    assert member.until("2027-02-01").history == [
        ("2025-05-01", "silver", "2027-01-01", "reached"),
        ("2027-01-31", None, None, "dropped"),
    ]
    assert [member.tier(day) for day in ("2027-12-31", "2028-01-01")] == ["gold", None]


def test_a_higher_tier_that_is_earned_goes_before_it() -> None:
    member = Member()
    member.granted("gold", on="2025-03-01", until="2025-12-01")
    member.earns(20_000, on="2025-05-01")
    assert member.tier("2025-06-01") == "platinum"


def test_it_neither_helps_nor_hinders_what_is_earned() -> None:
    member = Member()
    member.granted("gold", on="2025-03-01", until="2026-01-01")
    member.earns(5000, on="2025-05-01")
    member.returns(5000, of="2025-05-01", now="2025-07-01")
    assert [row[3] for row in member.history] == ["reached", "withdrawn"]
    assert member.tier("2025-07-01") == "gold"
