"""The phrases of `earn:`, what each gives, and what is none of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.unit.accrual.shop import Shop, advice, line, mistakes, open_shop, purchase

FIELDS = """
fields:
  data_gb: {type: number}
  deposit: {type: money, on: line}
  visits:  {type: number, on: member}
  secret:  {type: number, on: member, personal: true}
"""


def earning(phrase: str, more: str = "") -> Shop:
    return open_shop(FIELDS + f"accrual: {{r: {{stack: base, earn: {phrase}{more}}}}}")


@pytest.mark.parametrize(
    ("phrase", "points"),
    [
        ("500 points", 500),
        ("1 point", 1),
        ("1 points", 1),
        ("  7   points ", 7),
        ("1 point per 1.00", 99),
        ("1 point per 1", 99),
        ("2 points per 3.00", 66),
        ("0.5 points per 1.00", 49),
        ("0.000001 points per 0.01", 0),
        ("1 point per full 50.00", 1),
        ("5 points per full 2.00", 245),
        ("1.5 points per full 2.00", 73),
    ],
)
def test_phrases_on_money(phrase: str, points: int) -> None:
    assert earning(phrase).gives(purchase(amount="99.99")).get("r", 0) == points


def test_proportional_counts_parts_and_full_counts_whole_steps_of_all_chosen_lines_together() -> None:
    basket = purchase(line("1.50"), line("1.50"))
    assert earning("10 points per 2.00").gives(basket) == {"r": 15}
    assert earning("10 points per full 2.00").gives(basket) == {"r": 10}


@pytest.mark.parametrize(
    ("phrase", "points"),
    [
        ("1 point per 1 quantity", 3),  # 2 1/2 + 3/4 pieces, down
        ("4 points per 1 quantity", 13),
        ("1 point per full 2 quantity", 1),
        ("1 point per 1 amount", 30),
        ("1 point per 1 net", 27),
        ("1 point per 1.00 discount", 3),
        ("1 point per 0.25 deposit", 4),
        ("1 point per 10 total", 2),
        ("1 point per 0.5 data_gb", 6),
        ("1 point per full 2 data_gb", 1),
        ("1 point per 1 visits", 7),
        ("1 point per 1 tenure_months", 14),
        ("1 point per 1 hour", 11),
    ],
)
def test_phrases_on_fields(phrase: str, points: int) -> None:
    basket = purchase(
        line("10.00", quantity="2.5", discount="3.00"),
        line("20.00", quantity="0.75", attributes={"deposit": "1.00"}),
        attributes={"data_gb": "3.25"},
    )
    assert earning(phrase).gives(basket, visits=7, tenure_months=14) == {"r": points}


def test_a_missing_field_earns_nothing() -> None:
    assert earning("5 points per 1 data_gb").gives(purchase(amount="1.00")) == {}
    assert earning("5 points per 1 visits").gives(purchase(amount="1.00")) == {}
    assert earning("5 points per 1 deposit").gives(purchase(amount="1.00")) == {}


def test_a_negative_field_earns_nothing() -> None:
    assert earning("5 points per 1 data_gb").gives(purchase(amount="1.00", attributes={"data_gb": -3})) == {}


def test_a_field_of_the_lines_earns_on_the_chosen_lines() -> None:
    shop = earning("1 point per 1 quantity", ", lines: {category: dairy}")
    basket = purchase(line("1.00", "dairy", quantity=2), line("1.00", "tv", quantity=5))
    assert shop.gives(basket) == {"r": 2}
    assert shop.shares(basket, "r") == {"1": 2}


def test_a_field_of_the_activity_earns_once_and_is_shared_by_net() -> None:
    shop = earning("2 points per 1 data_gb")
    basket = purchase(line("1.00"), line("3.00"), attributes={"data_gb": 2})
    assert shop.gives(basket) == {"r": 4}
    assert shop.shares(basket, "r") == {"1": 1, "2": 3}


def test_rates_are_exact() -> None:
    shop = earning("0.1 points per 0.30")
    assert shop.gives(purchase(amount="2.99")) == {}
    assert shop.gives(purchase(amount="3.00")) == {"r": 1}
    assert shop.gives(purchase(amount="9000000.00")) == {"r": 3_000_000}


def test_a_percentage_may_have_decimals_and_be_more_than_all() -> None:
    text = """
        stacks: {base: {take: all}, plus: {take: all}}
        accrual:
          a: {stack: base, earn: 1 point per 1.00}
          b: {stack: plus, earn: SHARE of base}
    """
    for share, points in {"12.5%": 12, "150%": 150, "0.01%": 0}.items():
        given = open_shop(text.replace("SHARE", share)).gives(purchase(amount="100.00"))
        assert given.get("b", 0) == points


def test_the_award_names_the_money_that_it_was_computed_on() -> None:
    basket = purchase(line("10.00"), line("-3.00"))
    basis = [
        open_shop(f"accrual: {{r: {{stack: base, earn: {phrase}}}}}").decide(basket).awards[0].basis
        for phrase in ("1 point per 1.00", "1 point per full 1.00", "5 points", "1 point per 1 quantity")
    ]
    assert basis == [700, 700, 0, 0]


def test_shares_of_a_proportional_award_follow_what_the_lines_earned() -> None:
    shares = earning("1 point per 1.00").shares(purchase(line("10.00"), line("-3.00")), "r")
    assert shares == {"1": 10, "2": -3}
    assert sum(shares.values(), Fraction(0)) == 7


@pytest.mark.parametrize(
    "phrase",
    [
        "points",
        "many points",
        "-1 points",
        "1e3 points",
        "0.5 points",
        "0 points",
        "5 stars",
        "1 point per",
        "1 point per 0",
        "1 point per 0.00",
        "1 point per EUR",
        "1 point per 1.005",
        "1 point per full",
        "1 point per 1 channel",
        "1 point per 1 secret",
        "1 point per 1 nothing",
        "1 point per 1.00 per member",
        "20 % of base",
        "0% of base",
        "20% base",
        "1 point per 1.00 in",
        "1.1234567 points per 1.00",
    ],
)
def test_what_is_no_phrase_is_a_mistake_at_its_place(phrase: str) -> None:
    text = FIELDS + f'accrual: {{r: {{stack: base, earn: "{phrase}"}}}}'
    assert mistakes(text) == [("R304", 6, 34)]
    assert "1 point per 1.00" in advice(text)[1]


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("1 point per 1 channel", "`channel` is not a numeric field; the numeric ones: "),
        ("1 point per 1 secret", "`secret` is personal"),
        ("0.5 points", "a fixed award is a whole number of points"),
        ("0 points", "an award must be of more than 0"),
        ("1 point per 0.001", "has more than 2 decimal places"),
        ("six points", "cannot read `six points`"),
    ],
)
def test_the_mistake_says_what_is_wrong(phrase: str, said: str) -> None:
    assert said in advice(FIELDS + f"accrual: {{r: {{stack: base, earn: {phrase}}}}}")[0]


@pytest.mark.parametrize(
    ("most", "more"),
    [
        ("100000 points per 1.00", "100000.000001 points per 1.00"),
        ("1000 points per full 0.01", "1001 points per full 0.01"),
        ("1000 points per 1 data_gb", "1000 points per 0.999999 data_gb"),
        ("1000000 points per 1 quantity", "1000001 points per 1 quantity"),
        ("1000% of base", "1000.000001% of base"),
    ],
)
def test_a_rate_whose_awards_could_not_be_booked_is_a_mistake(most: str, more: str) -> None:
    text = FIELDS + "stacks: {base: {take: all}, other: {take: all}}\n"
    text += "accrual: {r: {stack: other, earn: PHRASE}, s: {stack: base, earn: 1 point}}"
    assert mistakes(text.replace("PHRASE", most)) == []
    assert mistakes(text.replace("PHRASE", more)) == [("R304", 7, 35)]


def test_the_numeric_fields_that_are_offered_hide_personal_ones() -> None:
    message = advice(FIELDS + "accrual: {r: {stack: base, earn: 1 point per 1 channel}}")[0]
    assert "visits" in message
    assert "secret" not in message


def test_a_rule_needs_a_stack_and_an_award() -> None:
    found = mistakes("accrual: {r: {when: {type: purchase}}}")
    assert found == [("R023", 1, 11), ("R023", 1, 11)]


def test_every_mistake_of_a_rule_is_told_at_once() -> None:
    found = mistakes(
        """
        accrual:
          r:
            stack: bsae
            earn: some points
            cap: a lot
            limit: twice
            when: {chanel: web}
            surprise: true
        """
    )
    assert found == [
        ("R303", 3, 12),
        ("R304", 4, 11),
        ("R305", 5, 10),
        ("R306", 6, 12),
        ("R012", 7, 12),
        ("R022", 8, 5),
    ]


def test_an_unknown_stack_is_answered_with_the_nearest() -> None:
    text = "accrual: {r: {stack: bsae, earn: 1 point}}"
    assert advice(text) == ("there is no stack `bsae`", "did you mean `base`?")


@pytest.mark.parametrize("given", [{"earn": ["1 point"]}, {"earn": {"points": "1"}}])
def test_a_phrase_is_a_single_value(given: dict[str, Any]) -> None:
    text = f"accrual: {{r: {{stack: base, earn: {given['earn']}}}}}"
    assert [code for code, *_ in mistakes(text)] == ["R024"]
