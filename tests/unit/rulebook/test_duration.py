"""Lengths of time, and which of two is longer wherever on the calendar they begin."""

from __future__ import annotations

import pytest

from loyalty_engine.calendar import Duration
from loyalty_engine.rulebook.duration import always_longer, parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("14 days", Duration(14, "days")),
        ("1 day", Duration(1, "days")),
        (" 24  months ", Duration(24, "months")),
        ("2 weeks", Duration(2, "weeks")),
        ("100 years", Duration(100, "years")),
        ("48 hours", Duration(48, "hours")),
        ("30 minutes", Duration(30, "minutes")),
        ("1 minute", Duration(1, "minutes")),
        ("52560000 minutes", Duration(52_560_000, "minutes")),
    ],
)
def test_a_length_of_time_is_a_number_and_a_unit(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "",
        "14",
        "days",
        "-1 days",
        "0 days",
        "1.5 years",
        "101 years",
        "52560001 minutes",
        "9" * 50 + " days",
        "٣ days",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="`"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [
        ("2 months", "1 month"),
        ("13 months", "1 year"),
        ("1 month", "27 days"),
        ("32 days", "1 month"),
        ("15 days", "2 weeks"),
        ("1 year", "364 days"),
        ("367 days", "1 year"),
        ("2 days", "46 hours"),
        ("1 hour", "59 minutes"),
        ("91 minutes", "90 minutes"),
        ("1 day", "1379 minutes"),  # a day may have 23 hours
    ],
)
def test_one_is_longer_wherever_both_begin(longer: str, shorter: str) -> None:
    assert always_longer(parse_duration(longer), parse_duration(shorter))
    assert not always_longer(parse_duration(shorter), parse_duration(longer))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 month", "28 days"),
        ("31 days", "1 month"),
        ("2 days", "48 hours"),
        ("49 hours", "2 days"),
        ("1 hour", "60 minutes"),
        ("1 day", "1380 minutes"),
        ("12 months", "1 year"),
    ],
)
def test_neither_is_longer_when_it_depends_on_the_calendar(one: str, other: str) -> None:
    assert not always_longer(parse_duration(one), parse_duration(other))
    assert not always_longer(parse_duration(other), parse_duration(one))
