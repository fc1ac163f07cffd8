"""The money that proportional awards are computed on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.accrual.shop import line, open_shop, purchase

BASKET = purchase(
    line("100.00", "tv", discount="10.00", tax="18.00"),
    line("50.00", "dairy"),
    discount="7.00",
    shipping="5.00",
)
# The order's discount is shared 4.50 to 2.50, so the nets are 85.50 and 47.50.


@pytest.mark.parametrize(
    ("basis", "prices", "cents"),
    [
        ("net of discounts", "include tax", 13300 - 1800),
        ("net of discounts + tax", "include tax", 13300),
        ("net of discounts", "exclude tax", 13300),
        ("net of discounts + tax", "exclude tax", 13300 + 1800),
        ("net of discounts + shipping", "include tax", 13300 - 1800 + 500),
        ("net of discounts + tax + shipping", "include tax", 13300 + 500),
        ("before discounts", "include tax", 15000 - 1800),
        ("before discounts + tax", "include tax", 15000),
        ("before discounts", "exclude tax", 15000),
        ("before discounts + tax + shipping", "exclude tax", 15000 + 1800 + 500),
    ],
)
def test_the_basis(basis: str, prices: str, cents: int) -> None:
    shop = open_shop(
        f"""
        basis: {basis}
        prices: {prices}
        accrual: {{r: {{stack: base, earn: 1 point per 0.01}}}}
        """
    )
    assert shop.gives(BASKET) == {"r": cents}
    assert shop.decide(BASKET).awards[0].basis == cents


def test_unless_said_it_is_net_of_discounts_without_tax_and_shipping() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 1 point per 0.01}}")
    assert shop.gives(BASKET) == {"r": 11500}


def test_shipping_earns_only_for_rules_without_line_tests() -> None:
    shop = open_shop(
        """
        basis: net of discounts + shipping
        accrual:
          whole: {stack: base, earn: 1 point per 1.00}
          dairy: {stack: base, lines: {category: dairy}, earn: 1 point per 1.00}
        """
    )
    basket = purchase(line("10.00", "dairy"), shipping="4.00")
    assert shop.gives(basket) == {"whole": 14, "dairy": 10}
    assert shop.shares(basket, "whole") == {"1": 10, "": 4}


def test_the_orders_discount_is_shared_by_largest_remainder() -> None:
    shop = open_shop(
        """
        accrual:
          a: {stack: base, lines: {category: a}, earn: 1 point per 0.01}
          b: {stack: base, lines: {category: b}, earn: 1 point per 0.01}
          c: {stack: base, lines: {category: c}, earn: 1 point per 0.01}
        """
    )
    equal = purchase(line("1.00", "a"), line("1.00", "b"), line("1.00", "c"), discount="1.00")
    assert shop.gives(equal) == {"a": 66, "b": 67, "c": 67}
    negative = purchase(line("1.00", "a"), line("-0.50", "b"), line("3.00", "c"), discount="1.00")
    assert shop.gives(negative) == {"a": 75, "c": 225}


def test_an_activity_without_lines_is_one_line_with_its_amount() -> None:
    shop = open_shop(
        """
        accrual:
          r: {stack: base, lines: {amount: ">= 5.00"}, earn: 1 point per 1.00}
        """
    )
    assert shop.gives(purchase(amount="8.00")) == {"r": 8}
    assert shop.gives(purchase(amount="4.00")) == {}


@pytest.mark.parametrize(
    ("currency", "per", "amount", "points"),
    [("EUR", "1.00", "12.34", 12), ("JPY", "100", "1234", 12), ("KWD", "0.250", "3.125", 12)],
)
def test_money_has_the_places_of_its_currency(currency: str, per: str, amount: str, points: int) -> None:
    shop = open_shop(
        f"""
        currency: {currency}
        accrual: {{r: {{stack: base, earn: 1 point per {per}}}}}
        """
    )
    assert shop.gives(purchase(amount=amount)) == {"r": points}


def test_how_it_was_paid_does_not_matter() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 1 point per 1.00}}")
    tenders: list[dict[str, Any]] = [
        {"kind": "voucher", "amount": "5.00"},
        {"kind": "cash", "amount": "3.00"},
    ]
    assert shop.gives(purchase(amount="8.00", tenders=tenders)) == {"r": 8}
