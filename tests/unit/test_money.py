"""Money is whole minor units: read strictly, written exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.money import LARGEST, exponent, format_money, minor_units, money_reader, parse_money


@pytest.mark.parametrize(
    ("text", "places", "units"),
    [
        ("84.50", 2, 8450),
        ("-84.50", 2, -8450),
        ("84.5", 2, 8450),
        ("84", 2, 8400),
        ("0.05", 2, 5),
        ("-0.05", 2, -5),
        ("-0", 2, 0),
        ("007.10", 2, 710),
        ("500", 0, 500),
        ("1.005", 3, 1005),
        ("0.0001", 4, 1),
        ("10000000000.00", 2, LARGEST),
        ("-1000000000000", 0, -LARGEST),
    ],
)
def test_a_decimal_is_so_many_minor_units(text: str, places: int, units: int) -> None:
    assert parse_money(text, places) == minor_units(text, places) == money_reader(places)(text) == units


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5.",
        ".5",
        "5,00",
        "+5",
        " 5",
        "5 ",
        "1e3",
        "1_0.00",
        "0x10",
        "NaN",
        "--5",
        "1.2.34",
        "٥",
        "5\n",
        "-",
    ],
)
def test_another_notation_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write a decimal"):
        parse_money(text, 2)
    with pytest.raises(ValueError, match="write a decimal"):
        money_reader(2)(text)


@pytest.mark.parametrize(("text", "places"), [("1.001", 2), ("1.000", 2), ("1.0", 0)])
def test_nothing_is_rounded(text: str, places: int) -> None:
    with pytest.raises(ValueError, match="decimal places"):
        parse_money(text, places)


@pytest.mark.parametrize("text", ["10000000000.01", "-10000000000.01", "9" * 18])
def test_what_is_larger_than_we_book_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="larger than we book"):
        parse_money(text, 2)


@pytest.mark.parametrize("text", ["9" * 19, "9" * 100_000, "0." + "1" * 19])
def test_endless_digits_are_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError, match="`"):
        parse_money(text, 2)


@pytest.mark.parametrize(
    ("units", "places", "text"),
    [(8450, 2, "84.50"), (-5, 2, "-0.05"), (0, 2, "0.00"), (-500, 0, "-500"), (1005, 3, "1.005")],
)
def test_minor_units_are_written_with_all_their_places(units: int, places: int, text: str) -> None:
    assert format_money(units, places) == text


@given(st.integers(-LARGEST, LARGEST), st.integers(0, 4))
def test_what_is_written_reads_back(units: int, places: int) -> None:
    assert parse_money(format_money(units, places), places) == units


@pytest.mark.parametrize(
    ("currency", "places"), [("EUR", 2), ("CNY", 2), ("JPY", 0), ("ISK", 0), ("KWD", 3), ("CLF", 4)]
)
def test_currencies_have_their_iso_places(currency: str, places: int) -> None:
    assert exponent(currency) == places
