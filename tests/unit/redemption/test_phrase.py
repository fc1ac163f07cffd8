"""The phrases of offers, word by word."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty_engine.redemption.phrase import (
    Cost,
    Gives,
    parse_bound,
    parse_cost,
    parse_gives,
    parse_points,
    parse_worth,
    points_text,
)
from tests.unit.redemption.offers import rulebook


@pytest.mark.parametrize(("text", "points"), [("500 points", 500), ("1 point", 1), ("  7   points ", 7)])
def test_points_are_a_number_with_its_unit(text: str, points: int) -> None:
    assert parse_points(text) == points


@pytest.mark.parametrize("text", ["", "500", "0 points", "-5 points", "1.5 points", "5 miles", "٣ points"])
def test_anything_else_is_no_number_of_points(text: str) -> None:
    with pytest.raises(ValueError, match=r"no number of points|no amount"):
        parse_points(text)


def test_points_read_as_they_are_said() -> None:
    assert [points_text(1), points_text(2)] == ["1 point", "2 points"]


@pytest.mark.parametrize(
    ("text", "places", "worth"),
    [
        ("100 points = 0.80", 2, Fraction(4, 5)),
        ("3 points = 0.10", 2, Fraction(10, 3)),
        ("1 point=1", 2, Fraction(100)),
        ("100 points = 80", 0, Fraction(4, 5)),
        ("1 point = 0.001", 3, Fraction(1)),
    ],
)
def test_a_worth_is_an_exact_ratio(text: str, places: int, worth: Fraction) -> None:
    assert parse_worth(text, places) == worth


@pytest.mark.parametrize(
    "text",
    [
        "100 points",
        "0.80",
        "0.80 = 100 points",
        "0 points = 0.80",
        "100 points = 0",
        "100 points = -0.80",
        "100 points = 0.805",
        "100 points = EUR 0.80",
        "1 point = 10000.01",
    ],
)
def test_no_worth_can_be_read_from_this(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_worth(text, 2)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("1000 points", Cost(1000)),
        ("1 point", Cost(1, 0)),
        ("20000 points + 99.00", Cost(20_000, 9900)),
        ("20000 points+99", Cost(20_000, 9900)),
    ],
)
def test_a_cost_is_points_and_perhaps_money(text: str, cost: Cost) -> None:
    assert parse_cost(text, 2) == cost


@pytest.mark.parametrize("text", ["99.00", "0 points", "5 points +", "5 points + 0.00", "5 points - 1.00"])
def test_no_cost_can_be_read_from_this(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_cost(text, 2)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("50% of total", Fraction(1, 2)),
        ("100 % of total", Fraction(1)),
        ("12.5% of total", Fraction(1, 8)),
        ("0.000001% of total", Fraction(1, 10**8)),
        ("5000 points", 5000),
    ],
)
def test_a_bound_is_a_share_of_the_total_or_a_number_of_points(text: str, bound: Fraction | int) -> None:
    found = parse_bound(text)
    assert (type(found), found) == (type(bound), bound)


@pytest.mark.parametrize(
    "text", ["0% of total", "100.1% of total", "50%", "50% of amount", "half", "0 points"]
)
def test_no_bound_can_be_read_from_this(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_bound(text)


@pytest.mark.parametrize(
    ("text", "currency", "gives"),
    [
        ("10.00 voucher", "EUR", Gives("voucher", 1000)),
        ("10.00 EUR voucher", "EUR", Gives("voucher", 1000)),
        ("10 EUR voucher", "EUR", Gives("voucher", 1000)),
        ("500 JPY voucher", "JPY", Gives("voucher", 500)),
        ("1.500 KWD voucher", "KWD", Gives("voucher", 1500)),
        ("telecom goods", "EUR", Gives("telecom goods")),
        ("2 cinema tickets", "EUR", Gives("2 cinema tickets")),
        ("500 voucher", "JPY", Gives("500 voucher")),
        ("2 USB sticks", "EUR", Gives("2 USB sticks")),
        ("十欧元券", "EUR", Gives("十欧元券")),
        ("10.00 优惠券", "EUR", Gives("优惠券", 1000)),
        ("10.00 EUR SPA voucher", "EUR", Gives("SPA voucher", 1000)),
    ],
)
def test_what_is_given_is_words_perhaps_of_an_amount(text: str, currency: str, gives: Gives) -> None:
    assert parse_gives(text, rulebook("{}", f"currency: {currency}").program) == gives


@pytest.mark.parametrize(
    "text", ["10.00", "10.0 voucher", "10.000 voucher", "0.00 voucher", "5.00 USD card", "...", "x" * 201]
)
def test_what_is_given_cannot_be_read_from_this(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_gives(text, rulebook("{}").program)
