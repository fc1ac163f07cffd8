"""`N% of STACK`: what it reads, and what it leaves out."""

from __future__ import annotations

import pytest

from tests.unit.accrual.shop import line, open_shop, purchase

PERCENT = """
stacks: {{promo: {{take: all}}, base: {{take: all{cap}}}}}
accrual:
  plus: {{stack: promo, {lines}earn: 50% of base}}
  earn: {{stack: base, earn: 1 point per 1.00{rule_cap}}}
  gift: {{stack: base, earn: 100 points}}
"""


def test_a_percentage_reads_what_the_stack_granted_wherever_it_stands_in_the_file() -> None:
    shop = open_shop(PERCENT.format(cap="", lines="", rule_cap=""))
    assert shop.gives(purchase(amount="40.00"))["plus"] == 20


def test_a_percentage_leaves_fixed_awards_out() -> None:
    shop = open_shop(PERCENT.format(cap="", lines="", rule_cap=""))
    assert shop.gives(purchase(amount="0.50")) == {"gift": 100}


@pytest.mark.parametrize(
    ("cap", "rule_cap"),
    [
        (", cap: 10 points per activity", ""),
        (", cap: 10 points per member", ""),
        ("", ", cap: 10 points per activity"),
        ("", ", cap: 10 points per member"),
    ],
)
def test_a_percentage_reads_after_every_cap(cap: str, rule_cap: str) -> None:
    shop = open_shop(PERCENT.format(cap=cap, lines="", rule_cap=rule_cap))
    assert shop.gives(purchase(amount="40.00"))["plus"] == 5


def test_a_percentage_reads_on_the_rules_own_lines_only() -> None:
    shop = open_shop(PERCENT.format(cap="", lines="lines: {category: dairy}, ", rule_cap=""))
    basket = purchase(line("30.00", "dairy"), line("10.00", "tv"))
    assert shop.gives(basket)["plus"] == 15
    assert shop.shares(basket, "plus") == {"1": 15}
    assert "plus" not in shop.gives(purchase(line("10.00", "tv")))


def test_percentages_of_percentages_follow_the_dependencies() -> None:
    shop = open_shop(
        """
        stacks: {top: {take: all}, middle: {take: all}, base: {take: all}}
        accrual:
          c: {stack: top, earn: 50% of middle}
          b: {stack: middle, earn: 50% of base}
          a: {stack: base, earn: 1 point per 1.00}
        """
    )
    assert shop.gives(purchase(amount="100.00")) == {"c": 25, "b": 50, "a": 100}
