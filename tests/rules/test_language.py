"""The rule language says what the reference says: one small program a sentence, decided by its example."""

from __future__ import annotations

import pytest

from loyalty_engine.engine.rulebook_loading import check

SHOP = """\
program: shop
effective: 2026-01-01
time_zone: Europe/Riga
currency: EUR
points: {points: {expires: 24 months}}
stacks: {base: {take: all}}
"""
BASKET = "{at: 2026-03-14T11:05, lines: [{amount: 80.40, quantity: 2, discount: 0.40}]}"  # a Saturday


def said_of(rule: str, activity: str, gives: str) -> list[str]:
    """The mistakes found in a program of one rule with one example."""
    rules = f"accrual: {{r: {{stack: base, {rule}}}}}\n"
    examples = f"examples: {{e: {{activity: {activity}, gives: {gives}}}}}\n"
    found = check({"shop.yaml": SHOP + rules + examples}).diagnostics
    return [f"{one.code}: {one.message}" for one in found]


@pytest.mark.parametrize(
    ("phrase", "points"),
    [
        ("500 points", 500),
        ("1 point per 1.00", 80),
        ("1.5 points per 10", 12),
        ("1 point per full 7.00", 11),
        ("2 points per full 3.00", 52),
        ("1 point per 1 quantity", 2),
        ("3 points per full 2 quantity", 3),
        ("1 point per 0.10 discount", 4),
        ("1 point per full 10.00 total", 8),
        ("1 point per 2 hour", 5),
        ("1 point per 1.00 in points", 80),
    ],
)
def test_a_phrase_earns_what_it_says(phrase: str, points: int) -> None:
    assert said_of(f"earn: {phrase}", BASKET, f"{{r: {points}, total: {points}}}") == []


@pytest.mark.parametrize(
    ("test", "activity", "holds"),
    [
        ('total: ">= 5.00"', "{amount: 5.00}", True),
        ('total: "> 5.00"', "{amount: 5.00}", False),
        ("total: 5 .. 6", "{amount: 6.00}", True),
        ("total: 5 ..< 6", "{amount: 6.00}", False),
        ('total: [5.00, ">= 9"]', "{amount: 10.00}", True),
        ("at: 2026-03-13 .. 2026-03-14", "{at: 2026-03-14T23:59:59.999999}", True),
        ("at: 2026-03-13 ..< 2026-03-14", "{at: 2026-03-14T00:00}", False),
        ('at: "> 2026-03-14"', "{at: 2026-03-14T23:59}", False),
        ("date: {not: [2026-12-25]}", "{at: 2026-12-25T23:59}", False),
        ("hour: 6 ..< 9", "{at: 2026-03-14T08:59}", True),
        ("weekday: {not: [sat, sun]}", "{at: 2026-03-14T12:00}", False),
        ("channel: [we*, app]", "{channel: web}", True),
        ("channel: {not: web}", "{channel: app}", True),
        ("channel: {not: web}", "{}", False),
        ("not: {channel: web}", "{}", False),
        ("not: {channel: web, store: 1}", "{channel: app}", True),
        ("any: [{channel: web}, {hour: 0}]", "{}", True),
        ("first_of_type: true", "{}", False),
        ("age: 18 .. 30, birthday_month: 3", "{age: 30, birthday_month: 3}", True),
    ],
)
def test_a_condition_holds_as_it_is_written(test: str, activity: str, holds: bool) -> None:
    assert said_of(f"earn: 1 point, when: {{{test}}}", activity, f"{{r: {int(holds)}}}") == []


@pytest.mark.parametrize("type_", ["purchase", "recharge", "visit"])
def test_an_example_that_is_not_about_money_needs_no_amount(type_: str) -> None:
    assert said_of("earn: 10 points", f"{{type: {type_}}}", "{r: 10}") == []


def test_steps_need_not_assert_each_but_one_of_them_must() -> None:
    steps = "examples: {e: {steps: [{activity: {amount: 5.00}}, {activity: {amount: 5.00}%s}]}}"
    program = SHOP + "accrual: {r: {stack: base, earn: 1 point per 1.00}}\n"
    silent, speaking = (
        check({"shop.yaml": program + steps % more}) for more in ("", ", balance: {points: 10}")
    )
    assert [(one.code, one.severity) for one in silent.diagnostics] == [("R406", "warning")]
    assert speaking.diagnostics == ()


def test_a_closed_program_has_examples_too() -> None:
    closed = "enrolment: closed\naccrual: {r: {stack: base, earn: 10 points}}\n"
    examples = "examples: {e: {activity: {type: visit, tenure_months: 5}, gives: {r: 10}}}\n"
    assert check({"shop.yaml": SHOP + closed + examples}).diagnostics == ()


def test_a_single_enrolment_knows_what_it_brings_and_nothing_of_the_past() -> None:
    program = SHOP + "fields: {club: {type: boolean, on: member}}\n"
    rules = """accrual:
  club: {stack: base, when: {type: enrolment, club: true}, earn: 10 points}
  born: {stack: base, when: {type: enrolment, birthday_month: 5}, earn: 20 points}
  first: {stack: base, when: {first_of_type: true}, earn: 30 points}
  new: {stack: base, when: {tenure_months: 0}, earn: 40 points}
"""
    brought = "attributes: {club: true, birth_date: 1990-05-03}"
    example = f"activity: {{type: enrolment, {brought}}}, gives: {{club: 10, born: 20, total: 30}}"
    assert check({"shop.yaml": f"{program}{rules}examples: {{e: {{{example}}}}}\n"}).diagnostics == ()


@pytest.mark.parametrize(
    "activity", ["{amount: 5.00, channel: null}", "{amount: 5.00, channel: ~}", "{amount: 5.00}"]
)
def test_null_in_an_example_is_a_missing_value_as_on_the_wire(activity: str) -> None:
    assert said_of("when: {channel: {not: web}}, earn: 5 points", activity, "{r: 0, total: 0}") == []


PAYING = "redemption: {pay: {worth: 100 points = 1.00, step: 100 points, at_most: 50% of total}}\n"


@pytest.mark.parametrize(
    ("tenders", "balance"),
    [
        ("[{kind: points, up_to: 10000}]", 1000 - 500 + 20),  # half of the 10.00; all of it earns
        ("[{kind: points, points: 300}, {kind: card, amount: 7.00}]", 1000 - 300 + 20),
    ],
)
def test_an_example_pays_with_points_that_a_step_before_it_earned(tenders: str, balance: int) -> None:
    program = SHOP + PAYING + "accrual: {r: {stack: base, earn: 2 points per 1.00}}\n"
    paid = f"{{activity: {{amount: 10.00, tenders: {tenders}}}, balance: {{points: {balance}}}}}"
    examples = f"examples: {{e: {{steps: [{{activity: {{amount: 500.00}}}}, {paid}]}}}}\n"
    assert [one.message for one in check({"shop.yaml": program + examples}).diagnostics] == []


def test_an_example_that_pays_with_points_that_are_not_there_is_refused() -> None:
    program = SHOP + PAYING + "accrual: {r: {stack: base, earn: 1 point per 1.00}}\n"
    paying = "{amount: 10.00, tenders: [{kind: points, points: 100}, {kind: card, amount: 9.00}]}"
    found = check({"shop.yaml": program + f"examples: {{e: {{activity: {paying}, gives: {{r: 10}}}}}}\n"})
    assert [one.code for one in found.diagnostics] == ["R405"]
    assert "100 points are needed, and 0 are available" in found.diagnostics[0].message
