"""Where and how points become whole."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.unit.accrual.shop import line, open_shop, purchase

ONE_RULE = """
rounding: {{site: {site}, mode: {mode}}}
accrual: {{r: {{stack: base, earn: 1 point per 1.00}}}}
"""


@pytest.mark.parametrize(
    ("mode", "points"),
    [
        ("down", {"2.49": 2, "2.50": 2, "2.99": 2, "3.50": 3}),
        ("up", {"2.00": 2, "2.01": 3, "2.50": 3}),
        ("half up", {"2.49": 2, "2.50": 3, "3.50": 4}),
        ("half even", {"2.49": 2, "2.50": 2, "2.51": 3, "3.50": 4}),
    ],
)
def test_the_modes(mode: str, points: dict[str, int]) -> None:
    for site in ("line", "rule", "activity"):
        shop = open_shop(ONE_RULE.format(site=site, mode=mode))
        assert {amount: shop.gives(purchase(amount=amount))["r"] for amount in points} == points


def test_by_line_each_line_is_rounded_by_itself() -> None:
    down = open_shop(ONE_RULE.format(site="line", mode="down"))
    up = open_shop(ONE_RULE.format(site="line", mode="up"))
    basket = purchase(line("0.90"), line("1.90"))
    assert down.gives(basket) == {"r": 1}
    assert up.gives(basket) == {"r": 3}
    assert up.shares(basket, "r") == {"1": 1, "2": 2}


def test_down_is_toward_minus_infinity_on_a_negative_line() -> None:
    shop = open_shop(ONE_RULE.format(site="line", mode="down"))
    assert shop.gives(purchase(line("5.00"), line("-0.50"))) == {"r": 4}


TWO_RULES = """
rounding: {{site: activity, mode: {mode}}}
stacks: {{base: {{take: all}}, promo: {{take: all}}}}
accrual:
  a: {{stack: base, earn: 1 point per 2.00{a}}}
  b: {{stack: promo, earn: 1 point per 3.00{b}}}
"""


def test_by_activity_the_exact_sum_is_rounded_once_and_shared_by_largest_remainder() -> None:
    shop = open_shop(TWO_RULES.format(mode="down", a="", b=""))
    assert shop.gives(purchase(amount="5.00")) == {"a": 2, "b": 2}  # 2 1/2 + 1 2/3 = 4 1/6
    assert shop.gives(purchase(amount="1.00")) == {}  # 1/2 + 1/3
    assert open_shop(TWO_RULES.format(mode="up", a="", b="")).gives(purchase(amount="1.00")) == {"a": 1}


def test_by_activity_equal_remainders_go_by_file_order() -> None:
    shop = open_shop(
        """
        rounding: {site: activity, mode: down}
        stacks: {promo: {take: all}, base: {take: all}}
        accrual:
          z: {stack: base, earn: 1 point per 2.00}
          a: {stack: promo, earn: 1 point per 2.00}
        """
    )
    assert shop.gives(purchase(amount="3.00")) == {"z": 2, "a": 1}


@pytest.mark.parametrize("cap", ["1 points per activity", "1 points per member per day"])
def test_by_activity_the_odd_point_never_goes_above_a_cap(cap: str) -> None:
    shop = open_shop(TWO_RULES.format(mode="down", a="", b=f", cap: {cap}"))
    assert shop.gives(purchase(amount="5.00")) == {"a": 2, "b": 1}  # 2 1/2 + 1
    up = open_shop(TWO_RULES.format(mode="up", a="", b=f", cap: {cap}"))
    assert up.gives(purchase(amount="5.00")) == {"a": 3, "b": 1}


def test_by_activity_an_odd_point_passes_by_a_stack_whose_cap_is_full() -> None:
    shop = open_shop(
        """
        rounding: {site: activity, mode: up}
        stacks: {base: {take: all, cap: 2 points per activity}, other: {take: all}}
        accrual:
          a: {stack: base, earn: 1 point per 2.00}
          b: {stack: base, earn: 1 point per 3.00}
          c: {stack: other, earn: 1 point per 10.00}
        """
    )
    # 1 1/2 + 1/2 under the stack's cap of 2, and 3/10: 3 points, of which the cap leaves 2 to a and b
    assert shop.gives(purchase(amount="3.00")) == {"a": 2, "c": 1}


def test_by_activity_caps_move_odd_points_and_lose_none() -> None:
    shop = open_shop(
        """
        rounding: {site: activity, mode: up}
        stacks: {base: {take: all, cap: 1 point per activity}, other: {take: all, cap: 1 point per activity}}
        accrual:
          a: {stack: base, earn: 1 point per 2.00}
          b: {stack: base, earn: 1 point per 2.00}
          c: {stack: other, earn: 1 point per 3.00}
          d: {stack: other, earn: 1 point per 3.00}
        """
    )
    assert shop.gives(purchase(amount="1.00")) == {"a": 1, "c": 1}  # 1 2/3, up


def test_by_activity_each_currency_is_rounded_by_itself() -> None:
    shop = open_shop(
        """
        rounding: {site: activity, mode: down}
        points: {points: {spendable: true}, miles: {spendable: true}}
        stacks: {base: {take: all}, air: {take: all}}
        accrual:
          a: {stack: base, earn: 1 point per 2.00}
          b: {stack: air, earn: 1 point per 2.00 in miles}
        """
    )
    assert shop.gives(purchase(amount="3.00")) == {"a": 1, "b": 1}


def test_by_activity_best_compares_exact_amounts() -> None:
    shop = open_shop(
        """
        rounding: {site: activity, mode: down}
        stacks: {base: {take: best}}
        accrual:
          a: {stack: base, earn: 1 point per 1.00}
          b: {stack: base, earn: 1.1 points per 1.00}
        """
    )
    assert shop.gives(purchase(amount="1.00")) == {"b": 1}


def test_by_activity_a_percentage_reads_exact_points() -> None:
    shop = open_shop(
        """
        rounding: {site: activity, mode: down}
        stacks: {base: {take: all}, promo: {take: all}}
        accrual:
          a: {stack: base, earn: 1 point per 2.00}
          b: {stack: promo, earn: 100% of base}
        """
    )
    assert shop.gives(purchase(amount="5.00")) == {"a": 3, "b": 2}  # 2 1/2 twice


def test_whole_steps_are_counted_over_the_award_wherever_the_program_rounds() -> None:
    shop = open_shop(
        """
        rounding: {site: line, mode: down}
        accrual: {r: {stack: base, earn: 5 points per full 2.00}}
        """
    )
    basket = purchase(line("1.50"), line("1.50"))
    assert shop.gives(basket) == {"r": 5}
    assert shop.shares(basket, "r") == {"1": Fraction(5, 2), "2": Fraction(5, 2)}
