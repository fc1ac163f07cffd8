"""When the points of an award become spendable, and when they die."""

from __future__ import annotations

from datetime import datetime

import pytest

from loyalty_engine.calendar import to_instant
from tests.unit.accrual.shop import mistakes, open_shop, purchase


def life(points: str, rule: str = "", at: str = "2026-03-14T11:05:00+02:00") -> tuple[int, int | None]:
    """(available at, expires at) of an award."""
    shop = open_shop(
        f"points: {{points: {{{points}}}}}\naccrual: {{r: {{stack: base, earn: 5 points{rule}}}}}"
    )
    award = shop.decide(purchase(amount="1.00", at=at)).awards[0]
    return award.available_at, award.expires_at


def instant(text: str) -> int:
    return to_instant(datetime.fromisoformat(text))


def test_unless_said_points_are_spendable_at_once_and_never_expire() -> None:
    assert life("spendable: true") == (instant("2026-03-14T11:05:00+02:00"), None)


@pytest.mark.parametrize(
    ("points", "rule", "available", "expires"),
    [
        ("pending: 14 days", "", "2026-03-28T11:05:00+02:00", None),
        ("pending: 15 days", "", "2026-03-29T11:05:00+03:00", None),  # the wall time stays
        ("pending: 360 hours", "", "2026-03-29T12:05:00+03:00", None),  # hours do not
        ("expires: 24 months", "", None, "2028-03-14T11:05:00+02:00"),
        ("expires: 24 months, at: end of month", "", None, "2028-04-01T00:00:00+03:00"),
        ("expires: 1 month, at: end of quarter", "", None, "2026-07-01T00:00:00+03:00"),
        ("expires: 1 month, at: end of half", "", None, "2026-07-01T00:00:00+03:00"),
        ("expires: 1 year, at: end of year", "", None, "2028-01-01T00:00:00+02:00"),
        ("pending: 14 days", ", pending: 1 day", "2026-03-15T11:05:00+02:00", None),
        ("expires: 24 months", ", expires: 1 week", None, "2026-03-21T11:05:00+02:00"),
        ("expires: 24 months, at: end of month", ", expires: 1 week", None, "2026-04-01T00:00:00+03:00"),
        ("spendable: true", ", expires: 2 days", None, "2026-03-16T11:05:00+02:00"),
    ],
)
def test_a_rules_own_length_replaces_the_currencys(
    points: str, rule: str, available: str | None, expires: str | None
) -> None:
    at = "2026-03-14T11:05:00+02:00"
    assert life(points, rule, at) == (instant(available or at), instant(expires) if expires else None)


def test_months_clamp_to_the_last_day() -> None:
    assert life("expires: 1 month", at="2026-01-31T10:00:00+02:00")[1] == instant("2026-02-28T10:00:00+02:00")


@pytest.mark.parametrize(
    ("points", "rule", "found"),
    [
        ("expires: 24 months", "pending: 24 months", [("R318", 2, 11)]),
        ("pending: 14 days", "expires: 14 days", [("R318", 2, 11)]),
        ("pending: 14 days", "expires: 15 days", []),
        ("pending: 28 days", "expires: 1 month", [("R318", 2, 11)]),  # in February
        ("spendable: true", "expires: never", [("R029", 2, 53)]),
        ("spendable: true", "pending: a while", [("R029", 2, 53)]),
    ],
)
def test_points_must_not_expire_before_they_are_released(
    points: str, rule: str, found: list[tuple[str, int, int]]
) -> None:
    text = f"points: {{points: {{{points}}}}}\naccrual: {{r: {{stack: base, earn: 5 points, {rule}}}}}"
    assert mistakes(text) == found
