"""Stacks that are decided line by line."""

from __future__ import annotations

import pytest

from tests.unit.accrual.shop import line, mistakes, open_shop, purchase

RIVALS = """
stacks: {{base: {{take: {take}, per: line}}}}
accrual:
  all-goods: {{stack: base, earn: 1 point per 1.00{more}}}
  dairy:     {{stack: base, lines: {{category: dairy}}, earn: 3 points per 1.00}}
  own:       {{stack: base, lines: {{brand: own}}, earn: 2 points per 1.00}}
"""
BASKET = purchase(
    line("1.00", "dairy", brand="own"), line("10.00", "tv", brand="own"), line("100.00", "tv", brand="acme")
)


def test_best_gives_each_line_to_the_rule_that_earns_most_on_it() -> None:
    shop = open_shop(RIVALS.format(take="best", more=""))
    assert shop.gives(BASKET) == {"dairy": 3, "own": 20, "all-goods": 100}
    assert shop.shares(BASKET, "own") == {"2": 20}


def test_first_gives_each_line_to_the_first_rule_that_chooses_it() -> None:
    shop = open_shop(RIVALS.format(take="first", more=""))
    assert shop.gives(BASKET) == {"all-goods": 111}


def test_all_gives_each_line_to_every_rule_that_chooses_it() -> None:
    shop = open_shop(RIVALS.format(take="all", more=""))
    assert shop.gives(BASKET) == {"all-goods": 111, "dairy": 3, "own": 22}


def test_the_take_is_decided_by_uncapped_amounts_and_the_sum_is_capped() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: best, per: line}}
        accrual:
          capped: {stack: base, earn: 2 points per 1.00, cap: 5 points per activity}
          plain:  {stack: base, earn: 1 point per 1.00}
        """
    )
    assert shop.gives(purchase(line("10.00"), line("10.00"))) == {"capped": 5}


def test_the_take_is_decided_by_exact_amounts_and_the_sum_is_rounded() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: best, per: line}}
        accrual:
          a: {stack: base, earn: 1 point per 1.00}
          b: {stack: base, lines: {category: dairy}, earn: 1.01 points per 1.00}
        """
    )
    basket = purchase(line("0.50", "dairy"), line("0.50", "dairy"), line("0.70"), line("0.70"))
    assert shop.gives(basket) == {"b": 1, "a": 1}


def test_of_equals_on_a_line_the_first_of_the_file_takes_it() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: best, per: line}}
        accrual:
          z: {stack: base, earn: 2 points per 2.00}
          a: {stack: base, earn: 1 point per 1.00}
        """
    )
    assert shop.gives(purchase(line("10.00"))) == {"z": 10}


def test_a_rule_whose_limit_is_used_up_takes_no_line() -> None:
    shop = open_shop(RIVALS.format(take="first", more=", limit: once per member"))
    assert shop.records(BASKET) == {"all-goods": 111}
    assert shop.records(BASKET) == {"dairy": 3, "own": 20}


@pytest.mark.parametrize(
    "earn", ["5 points", "50% of other", "1 point per full 1.00", "1 point per 1 tenure_months"]
)
def test_only_amounts_that_every_line_has_by_itself_can_be_decided_per_line(earn: str) -> None:
    found = mistakes(
        f"""
        stacks: {{base: {{take: best, per: line}}, other: {{take: all}}}}
        accrual:
          r: {{stack: base, earn: {earn}}}
          s: {{stack: other, earn: 1 point}}
        """
    )
    assert found == [("R311", 3, 26)]


def test_a_line_field_can_be_earned_on_per_line() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: best, per: line}}
        accrual:
          money: {stack: base, earn: 1 point per 1.00}
          piece: {stack: base, earn: 5 points per 1 quantity}
        """
    )
    assert shop.gives(purchase(line("4.00", quantity=1), line("40.00", quantity=2))) == {
        "money": 40,
        "piece": 5,
    }
