"""The program's wall clock: clock changes, ends of months, periods, ages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.calendar import (
    EARLIEST,
    LATEST,
    PERIODS,
    UNITS,
    Calendar,
    Duration,
    date_of,
    from_instant,
    to_instant,
)

HOUR = 3_600_000_000
DAY = 24 * HOUR
ZONES = (
    "Europe/Riga",
    "America/New_York",
    "America/Sao_Paulo",  # the clock changed at midnight
    "America/Havana",  # midnight came twice
    "America/Nuuk",  # the hour before midnight was skipped
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",  # skipped 30 December 2011
    "UTC",
)
RIGA, NEW_YORK, SAO_PAULO, HAVANA, NUUK, _, KATHMANDU, SHANGHAI, LORD_HOWE, APIA, _ = (
    Calendar(ZoneInfo(zone)) for zone in ZONES
)
PERIODS_AND_HALF = (*PERIODS, "half")
calendars = st.sampled_from(ZONES).map(lambda zone: Calendar(ZoneInfo(zone)))
instants = st.one_of(
    st.integers(EARLIEST, LATEST),
    st.integers(0, 2_000_000_000).map(lambda seconds: seconds * 1_000_000),
)


def at(calendar: Calendar, text: str) -> int:
    """The instant of a local time."""
    return calendar.instant(datetime.fromisoformat(text))


def clock(calendar: Calendar, instant: int) -> str:
    """The local time of an instant, to the minute."""
    return f"{calendar.local(instant):%Y-%m-%d %H:%M}"


def utc(text: str) -> int:
    """The instant of a time written with its offset."""
    return to_instant(datetime.fromisoformat(text))


# Instants --------------------------------------------------------------------------------------------


def test_an_instant_counts_microseconds_since_1970() -> None:
    assert to_instant(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC)) == 1_000_005
    assert to_instant(datetime.fromisoformat("1970-01-01T05:45:00+05:45")) == 0
    assert from_instant(1_000_005) == datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC)


def test_a_naive_time_is_no_instant() -> None:
    with pytest.raises(ValueError, match="naive"):
        to_instant(datetime(2026, 3, 14))  # noqa: DTZ001


@given(instants)
def test_instants_and_datetimes_are_the_same(instant: int) -> None:
    assert to_instant(from_instant(instant)) == instant


@given(calendars, instants)
def test_every_zone_tells_the_same_instant(calendar: Calendar, instant: int) -> None:
    assert to_instant(calendar.local(instant)) == instant
    assert to_instant(datetime.fromisoformat(calendar.text(instant))) == instant


def test_the_limits_are_the_years_1900_and_2999() -> None:
    assert from_instant(EARLIEST) == datetime(1900, 1, 1, tzinfo=UTC)
    assert from_instant(LATEST + 1) == datetime(3000, 1, 1, tzinfo=UTC)


@given(st.integers(-30_000, 400_000))
def test_days_are_counted_from_1970(day: int) -> None:
    assert date_of(day) == date(1970, 1, 1) + timedelta(days=day)


# Clock changes ---------------------------------------------------------------------------------------


def test_a_skipped_time_means_the_later_instant() -> None:
    assert clock(RIGA, at(RIGA, "2026-03-29T03:30")) == "2026-03-29 04:30"
    assert clock(LORD_HOWE, at(LORD_HOWE, "2025-10-05T02:15")) == "2025-10-05 02:45"


def test_a_repeated_time_means_the_earlier_instant() -> None:
    assert at(RIGA, "2026-10-25T03:30") == utc("2026-10-25T03:30:00+03:00")
    assert at(HAVANA, "2025-11-02T00:30") == utc("2025-11-02T00:30:00-04:00")


def test_a_day_later_is_the_same_time_on_the_clock() -> None:
    before = at(RIGA, "2026-03-28T12:00")
    assert RIGA.add(before, Duration(1, "days")) == before + 23 * HOUR
    before = at(RIGA, "2026-10-24T12:00")
    assert RIGA.add(before, Duration(1, "days")) == before + 25 * HOUR


def test_hours_run_on_while_the_clock_changes() -> None:
    before = at(RIGA, "2026-03-28T12:00")
    assert clock(RIGA, RIGA.add(before, Duration(24, "hours"))) == "2026-03-29 13:00"


def test_minutes_run_on_while_the_clock_changes() -> None:
    before = at(RIGA, "2026-03-29T02:45")
    assert clock(RIGA, RIGA.add(before, Duration(30, "minutes"))) == "2026-03-29 04:15"
    assert RIGA.add(before, Duration(60, "minutes")) == RIGA.add(before, Duration(1, "hours"))


def test_a_duration_into_a_gap_ends_later_and_into_a_fold_earlier() -> None:
    gap = RIGA.add(at(RIGA, "2026-02-28T03:30"), Duration(29, "days"))
    assert clock(RIGA, gap) == "2026-03-29 04:30"
    fold = RIGA.add(at(RIGA, "2026-09-25T03:30"), Duration(1, "months"))
    assert fold == utc("2026-10-25T03:30:00+03:00")


def test_a_day_begins_later_where_midnight_is_skipped() -> None:
    noon = at(SAO_PAULO, "2018-11-04T12:00")
    assert clock(SAO_PAULO, SAO_PAULO.start("day", noon)) == "2018-11-04 01:00"


def test_a_day_begins_at_the_first_of_two_midnights() -> None:
    noon = at(HAVANA, "2025-11-02T12:00")
    assert HAVANA.start("day", noon) == utc("2025-11-02T00:00:00-04:00")
    assert HAVANA.next_start("day", noon) - HAVANA.start("day", noon) == 25 * HOUR


def test_a_day_that_never_was_has_no_length() -> None:
    before = at(APIA, "2011-12-29T12:00")
    assert clock(APIA, APIA.next_start("day", before)) == "2011-12-31 00:00"
    assert clock(APIA, APIA.add(before, Duration(1, "days"))) == "2011-12-31 12:00"


def test_midnight_in_kathmandu_is_a_quarter_past_six_in_the_evening() -> None:
    noon = at(KATHMANDU, "2026-03-14T12:00")
    assert KATHMANDU.start("day", noon) == utc("2026-03-13T18:15:00Z")


# Months and years ------------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", ["2026-01-31", "2026-03-28", "2026-10-24", "2011-12-29", "2024-02-29"])
@pytest.mark.parametrize("zone", [RIGA, APIA])
@pytest.mark.parametrize("unit", UNITS)
def test_a_length_never_exceeds_its_longest(zone: Calendar, begin: str, unit: str) -> None:
    start = at(zone, f"{begin}T12:00")
    for length in (1, 3, 13):
        duration = Duration(length, unit)
        assert zone.add(start, duration) - start <= duration.longest


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-01-31 10:00", Duration(1, "months"), "2026-02-28 10:00"),
        ("2028-01-31 10:00", Duration(1, "months"), "2028-02-29 10:00"),
        ("2026-01-31 10:00", Duration(2, "months"), "2026-03-31 10:00"),
        ("2026-08-31 10:00", Duration(18, "months"), "2028-02-29 10:00"),
        ("2028-02-29 10:00", Duration(1, "years"), "2029-02-28 10:00"),
        ("2028-02-29 10:00", Duration(4, "years"), "2032-02-29 10:00"),
        ("2026-12-15 10:00", Duration(1, "months"), "2027-01-15 10:00"),
        ("2026-01-01 10:00", Duration(2, "weeks"), "2026-01-15 10:00"),
        ("2026-03-31 10:00", Duration(-1, "months"), "2026-02-28 10:00"),
    ],
)
def test_months_keep_the_day_or_end_with_the_month(start: str, duration: Duration, end: str) -> None:
    for calendar in (RIGA, KATHMANDU, NEW_YORK):
        assert clock(calendar, calendar.add(at(calendar, start), duration)) == end


def test_a_duration_reads_as_it_is_said() -> None:
    assert [str(Duration(1, "months")), str(Duration(24, "months"))] == ["1 month", "24 months"]


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        ("2026-01-31 10:00", "2026-02-28 09:59", 0),
        ("2026-01-31 10:00", "2026-02-28 10:00", 1),
        ("2026-01-15 10:00", "2027-01-15 10:00", 12),
        ("2026-01-15 10:00", "2027-01-15 09:00", 11),
        ("2026-01-15 10:00", "2026-01-15 10:00", 0),
        ("2026-01-15 10:00", "2025-01-15 10:00", 0),
    ],
)
def test_whole_months_are_completed_ones(earlier: str, later: str, months: int) -> None:
    assert RIGA.whole_months(at(RIGA, earlier), at(RIGA, later)) == months


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2000, 3, 14), "2026-03-13", 25),
        (date(2000, 3, 14), "2026-03-14", 26),
        (date(2000, 2, 29), "2026-02-28", 25),
        (date(2000, 2, 29), "2026-03-01", 26),
        (date(2000, 2, 29), "2028-02-29", 28),
    ],
)
def test_age_counts_birthdays(birth: date, day: str, age: int) -> None:
    assert RIGA.age(birth, at(RIGA, day)) == age


def test_the_birthday_begins_at_local_midnight() -> None:
    birth = date(2000, 3, 14)
    midnight = at(SHANGHAI, "2026-03-14")
    assert (SHANGHAI.age(birth, midnight - 1), SHANGHAI.age(birth, midnight)) == (25, 26)


# Periods ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "start", "following"),
    [
        ("day", "2026-05-20", "2026-05-21"),
        ("week", "2026-05-18", "2026-05-25"),
        ("month", "2026-05-01", "2026-06-01"),
        ("quarter", "2026-04-01", "2026-07-01"),
        ("half", "2026-01-01", "2026-07-01"),
        ("year", "2026-01-01", "2027-01-01"),
    ],
)
def test_periods_begin_at_local_midnight(period: str, start: str, following: str) -> None:
    for calendar in (RIGA, NEW_YORK, KATHMANDU):
        wednesday = at(calendar, "2026-05-20T15:00")
        assert calendar.start(period, wednesday) == at(calendar, start)
        assert calendar.next_start(period, wednesday) == at(calendar, following)


def test_a_week_begins_on_monday() -> None:
    assert clock(RIGA, RIGA.start("week", at(RIGA, "2026-03-15T23:59"))) == "2026-03-09 00:00"
    assert clock(RIGA, RIGA.start("week", at(RIGA, "2026-03-16T00:00"))) == "2026-03-16 00:00"


def test_december_is_followed_by_the_next_year() -> None:
    instant = at(RIGA, "2026-12-31T23:00")
    for period in ("month", "quarter", "half", "year"):
        assert clock(RIGA, RIGA.next_start(period, instant)) == "2027-01-01 00:00"


def test_another_period_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        RIGA.start("fortnight", 0)


@given(calendars, instants, st.sampled_from(PERIODS_AND_HALF))
def test_an_instant_lies_in_its_period_and_periods_meet(
    calendar: Calendar, instant: int, period: str
) -> None:
    start, end = calendar.start(period, instant), calendar.next_start(period, instant)
    assert start <= instant < end
    assert calendar.start(period, end) == end
    assert calendar.start(period, start) == calendar.start(period, end - 1) == start


def test_an_evening_that_the_clock_carries_over_midnight_ends_with_the_next_day() -> None:
    month = Duration(1, "months")
    noon, evening = at(NUUK, "2024-02-29T12:00"), at(NUUK, "2024-02-29T23:30")
    leap_day = [NUUK.end_after("day", moment, Duration(30, "days")) for moment in (noon, evening)]
    assert [clock(NUUK, end) for end in leap_day] == ["2024-03-31 00:00", "2024-04-01 00:00"]
    assert clock(NUUK, NUUK.end_after("month", evening, month)) == "2024-04-01 00:00"


@given(
    calendars,
    instants,
    st.integers(0, DAY),
    st.sampled_from(PERIODS_AND_HALF),
    st.builds(Duration, st.integers(0, 40), st.sampled_from(UNITS)),
)
def test_the_end_of_a_later_period_is_remembered_rightly(
    calendar: Calendar, instant: int, later: int, period: str, duration: Duration
) -> None:
    for moment in (instant, instant + later, instant):
        expected = calendar.next_start(period, calendar.add(moment, duration))
        assert calendar.end_after(period, moment, duration) == expected


# Against the zone itself -----------------------------------------------------------------------------

CHANGES = tuple(
    utc(text)
    for text in (
        "2026-03-29T01:00:00Z",  # Riga
        "2026-10-25T01:00:00Z",
        "2026-03-08T07:00:00Z",  # New York
        "2018-11-04T03:00:00Z",  # Sao Paulo
        "2025-11-02T05:00:00Z",  # Havana
        "2025-10-04T15:30:00Z",  # Lord Howe
        "2011-12-30T10:00:00Z",  # Apia
        "1985-12-31T18:30:00Z",  # Kathmandu
    )
)
near_changes = st.builds(
    lambda change, off: change + off, st.sampled_from(CHANGES), st.integers(-3 * DAY, 3 * DAY)
)


@given(calendars, st.one_of(instants, near_changes))
def test_the_wall_clock_is_the_zones(calendar: Calendar, instant: int) -> None:
    shown = from_instant(instant).astimezone(calendar.zone).replace(tzinfo=UTC)
    assert calendar.wall(instant) == to_instant(shown)


@given(calendars, near_changes, st.integers(-800, 800))
def test_days_later_are_found_on_the_zones_clock(calendar: Calendar, instant: int, days: int) -> None:
    wall = calendar.local(instant).replace(tzinfo=None, fold=0) + timedelta(days=days)
    expected = to_instant(wall.replace(tzinfo=calendar.zone))
    assert calendar.add(instant, Duration(days, "days")) == expected


@given(calendars, near_changes, st.integers(1, 60))
def test_whole_months_and_adding_months_agree(calendar: Calendar, instant: int, months: int) -> None:
    later = calendar.add(instant, Duration(months, "months"))
    counted = calendar.whole_months(instant, later)
    # A skipped hour may end a month an hour late, and the second of two like hours end it early.
    assert counted in (months - 1, months)
    if calendar.local(later).time() == calendar.local(instant).time():
        assert counted == months
