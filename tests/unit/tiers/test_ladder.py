"""The ladder: ranks, the periods that credits are counted in, and where terms end."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from loyalty_engine.calendar import Calendar, Duration
from loyalty_engine.tiers.ladder import END_OF_NEXT_PERIOD, END_OF_PERIOD, NO_TIER, Ladder, Tier
from tests.unit.tiers.member import RIGA, YEAR, at, day, ladder

BASE = (Tier("member", 0, 0), Tier("silver", 1000, 600), Tier("gold", 5000, 600))


def days(window: tuple[int, int]) -> tuple[str | None, str | None]:
    return day(window[0]), day(window[1])


def test_tiers_rank_from_the_lowest_up() -> None:
    assert [ladder().rank(name) for name in (None, "silver", "gold", "platinum")] == [NO_TIER, 0, 1, 2]


def test_a_tier_of_another_ladder_has_no_rank() -> None:
    assert ladder().rank("diamond") is None


@pytest.mark.parametrize(
    ("credits", "rank"), [(-5, NO_TIER), (999, NO_TIER), (1000, 0), (4999, 0), (5000, 1), (10**9, 2)]
)
def test_a_line_just_reached_counts(credits: int, rank: int) -> None:
    assert ladder().reached(credits) == rank


def test_a_lowest_tier_that_takes_nothing_is_everybodys() -> None:
    steps = ladder(tiers=BASE)
    assert steps.base == BASE[0]
    assert steps.rank(None) == steps.rank("member") == steps.reached(0) == 0
    assert [steps.earned_name(rank) for rank in range(3)] == [None, "silver", "gold"]


def test_without_a_base_no_tier_ranks_below_the_lowest() -> None:
    assert ladder().base is None
    assert ladder().earned_name(NO_TIER) is None
    assert ladder().earned_name(0) == "silver"


def test_a_calendar_year_is_the_programs_own() -> None:
    assert days(ladder().window(at("2025-12-31T23:59"))) == ("2025-01-01", "2026-01-01")
    assert days(ladder().window(at("2026-01-01"))) == ("2026-01-01", "2027-01-01")
    new_york = Ladder("credits", Calendar(ZoneInfo("America/New_York")), BASE)
    midnight_in_riga = at("2026-01-01T00:30")  # the afternoon before in New York
    assert new_york.window(midnight_in_riga)[1] == at("2026-01-01T07:00")


@pytest.mark.parametrize(
    ("length", "instant", "window"),
    [
        (YEAR, "2026-03-14T11:05", ("2025-03-15", "2026-03-15")),
        (YEAR, "2026-03-14", ("2025-03-15", "2026-03-15")),
        (YEAR, "2024-02-28T12:00", ("2023-02-28", "2024-02-29")),  # the following day is a leap day
        (YEAR, "2025-02-28T12:00", ("2024-03-01", "2025-03-01")),
        (Duration(1, "months"), "2026-03-30T12:00", ("2026-02-28", "2026-03-31")),
        (Duration(1, "months"), "2026-03-31T12:00", ("2026-03-01", "2026-04-01")),
        (Duration(90, "days"), "2026-03-31T12:00", ("2026-01-01", "2026-04-01")),
        (Duration(1, "weeks"), "2026-03-14T12:00", ("2026-03-08", "2026-03-15")),
    ],
)
def test_a_rolling_window_is_whole_days_up_to_the_instants_own(
    length: Duration, instant: str, window: tuple[str, str]
) -> None:
    assert days(ladder(period=length, valid=length).window(at(instant))) == window


def test_windows_are_the_same_when_asked_again_after_very_many_others() -> None:
    steps = ladder(period=Duration(1, "days"), valid=YEAR)
    first = steps.window(at("2026-03-14"))
    for number in range(10_050):
        steps.window(at("1980-01-01") + number * 86_400_000_000)
    assert steps.window(at("2026-03-14")) == first == (at("2026-03-14"), at("2026-03-15"))


@pytest.mark.parametrize(
    ("period", "end", "window"),
    [
        ("calendar year", "2027-01-01", ("2026-01-01", "2027-01-01")),
        ("calendar year", "2027-05-20", ("2026-01-01", "2027-01-01")),  # a term of another ladder
        (YEAR, "2027-05-20", ("2026-05-20", "2027-05-20")),
        (YEAR, "2027-05-20T15:00", ("2026-05-20", "2027-05-20")),
    ],
)
def test_a_review_looks_at_the_last_complete_window(
    period: Duration | str, end: str, window: tuple[str, str]
) -> None:
    assert days(ladder(period=period, valid=YEAR).last_complete(at(end))) == window


@pytest.mark.parametrize(
    ("valid", "dated", "counting", "end"),
    [
        (END_OF_NEXT_PERIOD, "2025-05-01", "2025-05-01", "2027-01-01"),
        (END_OF_PERIOD, "2025-05-01", "2025-05-01", "2026-01-01"),
        (END_OF_NEXT_PERIOD, "2025-12-28", "2026-01-11", "2027-01-01"),  # of the period it is dated in
        (END_OF_PERIOD, "2025-12-28", "2026-01-11", "2027-01-01"),  # no term is over before it begins
        (YEAR, "2025-05-01T18:00", "2025-05-15T18:00", "2026-05-02"),
        (YEAR, "2024-02-28T18:00", "2024-02-28T18:00", "2025-02-28"),
        (Duration(1, "months"), "2025-05-01", "2025-07-01", "2025-08-02"),
    ],
)
def test_a_term_ends(valid: Duration | str, dated: str, counting: str, end: str) -> None:
    assert day(ladder(valid=valid).term_end(at(dated), at(counting))) == end


def test_the_next_term_begins_where_the_old_one_ended() -> None:
    assert day(ladder().next_term_end(at("2027-01-01"))) == "2028-01-01"
    assert day(ladder(valid=END_OF_PERIOD).next_term_end(at("2026-01-01"))) == "2027-01-01"
    assert day(ladder(period=YEAR, valid=YEAR).next_term_end(at("2026-05-20"))) == "2027-05-20"


def test_grace_is_a_length_from_the_terms_end_or_nothing() -> None:
    assert day(ladder().grace_end(at("2027-01-01"))) == "2027-01-31"
    assert day(ladder(grace=None).grace_end(at("2027-01-01"))) == "2027-01-01"


def test_ladders_with_the_same_settings_are_equal() -> None:
    used = ladder()
    used.window(at("2026-03-14"))
    assert used == ladder()
    assert ladder(calendar=RIGA, landing="supported") != used
