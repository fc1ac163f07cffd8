"""Stacks: how they are written, what order they are decided in, which currency they have."""

from __future__ import annotations

import re

import pytest

from tests.unit.accrual.shop import advice, doubts, mistakes, open_shop, purchase

# -- dependencies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "c", "line", "names"),
    [
        ("1 point", "50% of b", "1 point", 3, {"b"}),
        ("50% of b", "50% of a", "1 point", 2, {"a", "b"}),
        ("50% of c", "50% of a", "50% of b", 2, {"a", "b", "c"}),
    ],
)
def test_stacks_that_are_percentages_of_each_other_are_a_mistake(
    a: str, b: str, c: str, line: int, names: set[str]
) -> None:
    text = f"""
        stacks:
          a: {{take: all}}
          b: {{take: all}}
          c: {{take: all}}
        accrual:
          x: {{stack: a, earn: {a}}}
          y: {{stack: b, earn: {b}}}
          z: {{stack: c, earn: {c}}}
    """
    assert mistakes(text) == [("R309", line, 3)]
    assert set(re.findall("`(.)`", advice(text)[0])) == names


def test_a_percentage_of_an_unknown_stack_is_a_mistake() -> None:
    assert mistakes("accrual: {r: {stack: base, earn: 5% of bass}}") == [("R303", 1, 34)]


def test_a_percentage_of_a_stack_that_granted_nothing_is_nothing() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: all}, empty: {take: all}}
        accrual: {r: {stack: base, earn: 50% of empty}}
        """
    )
    assert shop.gives(purchase(amount="9.00")) == {}


# -- currencies ---------------------------------------------------------------------------------------

TWO = "points: {credits: {spendable: false}, points: {spendable: true}, miles: {spendable: true}}\n"


def currencies(text: str) -> dict[str, str]:
    return {award.rule: award.currency for award in open_shop(text).decide(purchase(amount="9.00")).awards}


def test_without_a_word_an_award_is_in_the_first_spendable_currency() -> None:
    assert currencies(TWO + "accrual: {r: {stack: base, earn: 5 points}}") == {"r": "points"}


def test_in_chooses_another_currency() -> None:
    text = TWO + "stacks: {a: {take: all}, b: {take: all}, c: {take: all}}\naccrual:\n"
    text += "  x: {stack: a, earn: 1 point per full 1 in miles}\n"
    text += "  y: {stack: b, earn: 1 point per 1.00 in credits}\n"
    text += "  z: {stack: c, earn: 100% of a in miles}\n"
    text += "  w: {stack: c, earn: 1 point per 1 quantity in miles}\n"
    assert currencies(text) == {"x": "miles", "y": "credits", "z": "miles", "w": "miles"}


def test_a_stack_has_one_currency() -> None:
    text = TWO + "accrual:\n  a: {stack: base, earn: 5 points}\n  b: {stack: base, earn: 5 points in miles}\n"
    assert mistakes(text) == [("R308", 4, 3)]


def test_a_percentage_is_in_the_currency_of_its_stack() -> None:
    text = TWO + "stacks: {base: {take: all}, plus: {take: all}}\naccrual:\n"
    text += "  a: {stack: base, earn: 1 point per 1.00 in miles}\n"
    assert mistakes(text + "  b: {stack: plus, earn: 50% of base}\n") == [("R310", 5, 3)]
    assert mistakes(text + "  b: {stack: plus, earn: 50% of base in miles}\n") == []


def test_an_unknown_currency_is_a_mistake() -> None:
    text = TWO + "accrual: {r: {stack: base, earn: 5 points in mile}}"
    assert mistakes(text) == [("R307", 2, 34)]
    assert advice(text)[1] == "did you mean `miles`?"


# -- form ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stack", "found"),
    [
        ("{}", ("R023", 1, 10)),
        ("{take: most}", ("R027", 1, 23)),
        ("{take: all, per: day}", ("R027", 1, 33)),
        ("{take: all, limit: once per member}", ("R022", 1, 28)),
        ("all", ("R025", 1, 16)),
    ],
)
def test_a_stack_that_cannot_be_read(stack: str, found: tuple[str, int, int]) -> None:
    assert mistakes(f"stacks: {{base: {stack}}}\naccrual: {{r: {{stack: base, earn: 1 point}}}}") == [found]


def test_a_stack_without_a_rule_is_doubtful() -> None:
    text = "stacks: {base: {take: all}, spare: {take: all}}\naccrual: {r: {stack: base, earn: 1 point}}"
    assert doubts(text) == [("R316", 1, 29)]


def test_a_program_without_rules_is_doubtful() -> None:
    assert ("R317", 1, 1) in doubts("stacks: {base: {take: all}}")


def test_a_program_has_at_most_five_thousand_rules() -> None:
    def rules(count: int) -> str:
        return "accrual:\n" + "".join(f"  r{i}: {{stack: base, earn: 1 point}}\n" for i in range(count))

    assert mistakes(rules(5_001)) == [("R319", 1, 1)]
    assert mistakes(rules(5_000)) == []


def test_a_rule_cannot_be_called_like_the_sum_of_all() -> None:
    text = "stacks: {base: {take: all}}\naccrual:\n  total: {stack: base, earn: 1 point}\n"
    assert mistakes(text) == [("R320", 3, 3)]


def test_a_name_with_a_space_is_none() -> None:
    assert mistakes('accrual: {"my rule": {stack: base, earn: 1 point}}') == [("R028", 1, 11)]


def test_names_may_be_in_any_script() -> None:
    shop = open_shop("stacks: {基础: {take: all}}\naccrual: {生日礼: {stack: 基础, earn: 8 points}}")
    assert shop.gives(purchase(amount="1.00")) == {"生日礼": 8}
