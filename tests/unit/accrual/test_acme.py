"""The example of the rule language, word for word, with all its numbers."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.engine.rulebook_loading import check
from tests.unit.accrual.shop import Shop, line, purchase

ACME = """\
# yaml-language-server: $schema=../schema/program.schema.json
program: acme-rewards
effective: 2026-03-01T00:00:00 Europe/Riga   # decides activities that occurred at or after this
time_zone: Europe/Riga
currency: EUR
points:
  points:  {spendable: true,  expires: 24 months, at: end of month, pending: 14 days}
  credits: {spendable: false, counts: tiers, mirrors: points}   # each award of points grants as many credits
basis: net of discounts                        # excludes tax and shipping unless said; tender does not reduce it
prices: include tax
enrolment: open
rounding: {site: rule, mode: down}             # site: line | rule | activity; mode: down | up | half up | half even
fields:                                        # what this program's activities carry beyond the built-in fields
  plan: {type: choice, of: [S, M, L], on: activity}
lists: {no-earn: [tobacco, gift-card]}
stacks:                                        # DMN hit policies
  base:  {take: first}
  tier:  {take: best}
  promo: {take: all, cap: 800 points per activity}
accrual:
  base-earn:
    stack: base
    when:  {type: purchase}
    lines: {category: {not: $no-earn}}
    earn:  1 point per 1.00
  topup:
    stack: base
    when: {type: recharge, amount: ">= 5.00", plan: [M, L]}
    earn: 1 point per 2.00
    cap:  200 points per member per month
  gold-extra:     {stack: tier, when: {type: purchase, tier: [gold, platinum]}, lines: {category: {not: $no-earn}}, earn: 0.5 points per 1.00}
  tenure-extra:   {stack: promo, when: {type: recharge, tenure_months: ">= 36"}, earn: 20% of base}
  weekend-dairy:
    stack: promo
    active: 2026-03-01 .. 2026-05-31
    when:  {type: purchase, channel: [web, app], weekday: [sat, sun], tenure_months: 3 .. 60}
    lines: {category: [grocery, dairy]}
    earn:  2 points per 1.00
    cap:   500 points per activity
  welcome: {stack: promo, when: {type: purchase, first_of_type: true, total: ">= 20.00"}, earn: 500 points, limit: once per member}
returns: {spent_points: restore pro rata, deficit: allow, restored_lots: original expiry}
tiers: {count: credits, period: calendar year, ladder: {silver: {reach: 1000 credits}, gold: {reach: 5000 credits}, platinum: {reach: 20000 credits}}}
examples:
  gold weekend basket:
    activity: {type: purchase, at: 2026-03-14T11:05, channel: web, tier: gold, tenure_months: 14, lines: [{category: grocery, amount: 84.50}, {category: tobacco, amount: 20.00}, {category: tv, amount: 199.99}]}
    gives: {base-earn: 284, gold-extra: 142, weekend-dairy: 169, total: 595}
"""  # noqa: E501

GOLD: dict[str, Any] = {"tier": "gold", "tenure_months": 14}


@pytest.fixture
def acme() -> Shop:
    compiled = check({"program.yaml": ACME}).compiled
    assert compiled is not None
    return Shop(compiled)


def weekend_basket(**more: Any) -> dict[str, Any]:
    lines = line("84.50", "grocery"), line("20.00", "tobacco"), line("199.99", "tv")
    return {**purchase(*lines, channel="web"), **more}


def recharge(amount: str, **more: Any) -> dict[str, Any]:
    head = {
        "type": "recharge",
        "id": "T-1",
        "source": "ocs",
        "member": "M-1",
        "at": "2026-03-14T11:05:00+02:00",
    }
    return {**head, "amount": amount, "attributes": {"plan": "M"}, **more}


def test_the_program_loads_and_its_own_example_holds() -> None:
    checked = check({"program.yaml": ACME})
    assert [d for d in checked.diagnostics if d.severity == "error"] == []
    assert [(result.name, result.passed) for result in checked.examples] == [("gold weekend basket", True)]


def test_an_example_with_a_wrong_number_keeps_the_program_from_loading() -> None:
    checked = check({"program.yaml": ACME.replace("base-earn: 284", "base-earn: 285")})
    assert checked.compiled is None
    assert [d.code for d in checked.diagnostics if d.severity == "error"] == ["R402"]


def test_a_gold_member_on_a_saturday(acme: Shop) -> None:
    gives = acme.gives(weekend_basket(), **GOLD)
    assert gives == {"base-earn": 284, "gold-extra": 142, "weekend-dairy": 169}
    assert sum(gives.values()) == 595


def test_tobacco_earns_nothing(acme: Shop) -> None:
    assert acme.gives(purchase(line("20.00", "tobacco"), channel="web"), **GOLD) == {}


def test_an_award_is_for_the_chosen_lines_only(acme: Shop) -> None:
    shares = acme.shares(weekend_basket(), "weekend-dairy", **GOLD)
    assert shares == {"1": 169}
    assert set(acme.shares(weekend_basket(), "base-earn", **GOLD)) == {"1", "3"}


def test_a_line_without_a_category_earns_nothing_where_its_category_is_tested(acme: Shop) -> None:
    assert acme.gives(purchase(line("50.00"))) == {}


@pytest.mark.parametrize(
    ("change", "still_given"),
    [
        ({"channel": "store"}, False),
        ({"channel": None}, False),
        ({"channel": "app"}, True),
        ({"at": "2026-03-13T23:59:59+02:00"}, False),  # a Friday
        ({"at": "2026-03-13T22:00:00+00:00"}, True),  # already Saturday in Riga
        ({"at": "2026-05-31T23:59:59+03:00"}, True),  # the last day of the window, a Sunday
        ({"at": "2026-06-06T00:00:00+03:00"}, False),  # a Saturday after it
    ],
)
def test_the_dairy_weekend_is_on_weekends_online_and_in_its_window(
    acme: Shop, change: dict[str, Any], still_given: bool
) -> None:
    assert ("weekend-dairy" in acme.gives(weekend_basket(**change), **GOLD)) is still_given


@pytest.mark.parametrize(("months", "given"), [(2, False), (3, True), (60, True), (61, False)])
def test_both_ends_of_the_tenure_range_are_in(acme: Shop, months: int, given: bool) -> None:
    assert ("weekend-dairy" in acme.gives(weekend_basket(), tenure_months=months)) is given


def test_a_member_without_a_tier_earns_no_tier_extra(acme: Shop) -> None:
    assert acme.gives(weekend_basket(channel="store")) == {"base-earn": 284}


def test_the_dairy_weekend_gives_at_most_500_points_per_activity(acme: Shop) -> None:
    assert acme.gives(purchase(line("1000.00", "dairy"), channel="web"), **GOLD)["weekend-dairy"] == 500


def test_promotions_give_at_most_800_points_per_activity_together(acme: Shop) -> None:
    gives = acme.gives(purchase(line("1000.00", "dairy"), channel="web"), first_of_type=True, **GOLD)
    assert gives == {"base-earn": 1000, "gold-extra": 500, "weekend-dairy": 500, "welcome": 300}


def test_the_welcome_is_for_a_first_purchase_of_20_euro_or_more(acme: Shop) -> None:
    assert acme.gives(purchase(line("20.00", "tobacco")), first_of_type=True) == {"welcome": 500}
    assert acme.gives(purchase(line("19.99", "tobacco")), first_of_type=True) == {}
    assert acme.gives(purchase(line("20.00", "tobacco")), first_of_type=False) == {}


def test_the_welcome_comes_once_per_member(acme: Shop) -> None:
    first = purchase(line("20.00", "tobacco"))
    assert acme.records(first, first_of_type=True) == {"welcome": 500}
    assert acme.records(first, first_of_type=True) == {}


def test_a_recharge_earns_by_two_euro_and_tenure_adds_20_percent_of_that(acme: Shop) -> None:
    assert acme.gives(recharge("25.00")) == {"topup": 12}
    assert acme.gives(recharge("25.00"), tenure_months=35) == {"topup": 12}
    assert acme.gives(recharge("25.00"), tenure_months=36) == {"topup": 12, "tenure-extra": 2}
    assert acme.gives(recharge("4.99"), tenure_months=36) == {}
    assert acme.gives(recharge("25.00", attributes={"plan": "S"}), tenure_months=36) == {}
    assert acme.gives(recharge("25.00", attributes={}), tenure_months=36) == {}


def test_recharges_earn_at_most_200_points_per_member_per_month(acme: Shop) -> None:
    assert acme.records(recharge("300.00"), tenure_months=36) == {"topup": 150, "tenure-extra": 30}
    assert acme.records(recharge("300.00"), tenure_months=36) == {"topup": 50, "tenure-extra": 10}
    assert acme.records(recharge("300.00"), tenure_months=36) == {}
    april = recharge("300.00", at="2026-04-01T00:00:00+03:00")
    assert acme.records(april, tenure_months=36) == {"topup": 150, "tenure-extra": 30}
