"""Why a rule granted what it granted, and why another granted nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.accrual.shop import line, open_shop, purchase

PROMOS = """
stacks:
  base:  {take: first}
  tier:  {take: best}
  promo: {take: all, cap: 8 points per activity}
  lines: {take: best, per: line}
accrual:
  earn:   {stack: base, when: {type: purchase}, lines: {category: {not: tobacco}}, earn: 1 point per 1.00}
  late:   {stack: base, earn: 1 point}
  gold:   {stack: tier, when: {tier: gold}, earn: 50 points}
  silver: {stack: tier, when: {tier: [gold, silver]}, earn: 20 points}
  spring: {stack: promo, active: 2026-03-01 .. 2026-03-31, earn: 3 points}
  plus:   {stack: promo, when: {channel: web, total: ">= 20.00"}, earn: 5 points, cap: 4 points per activity}
  once:   {stack: promo, earn: 2 points, limit: once per member}
  more:   {stack: promo, earn: 50% of base, cap: 3 points per member per month}
  wine:   {stack: promo, lines: {category: wine, amount: ">= 5.00"}, earn: 1 point per 100.00}
  piece:  {stack: lines, earn: 1 point per 1 quantity}
  coin:   {stack: lines, earn: 1 point per 0.01}
"""


def reason(activity: dict[str, Any], rule: str, **member: Any) -> str | None:
    return open_shop(PROMOS).explain(activity, **member)[rule].reason


def phases(activity: dict[str, Any], rule: str, **member: Any) -> list[tuple[str, str]]:
    found = open_shop(PROMOS).explain(activity, **member)[rule].as_json()
    return [(phase["phase"], phase["amount"]) for phase in found["phases"]]


BASKET = purchase(line("12.75", "dairy"), line("30.00", "tobacco"), channel="web")


def test_a_grant_shows_its_lines_its_basis_and_its_phases() -> None:
    found = open_shop(PROMOS).explain(BASKET)["earn"].as_json()
    assert found["points"] == 12
    assert found["basis"] == 1275
    assert found["lines"] == [{"line": "1", "weight": 1275, "share": "12"}]
    assert phases(BASKET, "earn") == [("exact", "12.75"), ("rounded", "12")]


def test_a_cut_grant_shows_which_cap_cut_it() -> None:
    assert phases(BASKET, "plus") == [("exact", "5"), ("rounded", "5"), ("cap", "4")]
    assert phases(BASKET, "once") == [("exact", "2"), ("rounded", "2"), ("stack cap", "1")]
    alone = {**BASKET, "at": "2026-04-02T11:05:00+03:00", "channel": "app"}
    assert phases(alone, "more") == [("exact", "6"), ("rounded", "6"), ("member cap", "3")]


def test_a_rounding_once_per_activity_is_a_phase_of_its_own() -> None:
    shop = open_shop(
        "rounding: {site: activity, mode: up}\naccrual: {r: {stack: base, earn: 1 point per 3.00}}"
    )
    found = shop.explain(purchase(amount="1.00"))["r"].as_json()
    assert [(p["phase"], p["amount"]) for p in found["phases"]] == [
        ("exact", "0.3333... (1/3)"),
        ("rounded", "0.3333... (1/3)"),
        ("final rounding", "1"),
    ]


@pytest.mark.parametrize(
    ("rule", "change", "member", "said"),
    [
        ("earn", {"type": "visit"}, {}, "`type` is visit, not purchase"),
        ("late", {}, {}, "the stack `base` takes the first match, and an earlier rule came first"),
        ("gold", {}, {"tier": "silver"}, "`tier` is silver, not gold"),
        ("gold", {}, {}, "`tier` is missing, so `gold` does not hold"),
        ("silver", {}, {"tier": "gold"}, "the stack `tier` takes the best, and gold gives more"),
        ("spring", {"at": "2026-04-01T00:00:00+03:00"}, {}, "it is active 2026-03-01 .. 2026-03-31 only"),
        ("plus", {"channel": "app"}, {}, "`channel` is app, not web"),
        ("plus", {"channel": None}, {}, "`channel` is missing, so `web` does not hold"),
        ("plus", {"lines": [line("19.99", "tv")]}, {}, "`total` is 19.99, not >= 20.00"),
        ("more", {}, {}, "nothing is left under its stack cap"),
        ("wine", {}, {}, "no line meets `category`: wine; seen: dairy, tobacco"),
        ("wine", {"lines": [line("9.00")]}, {}, "no line has a `category`, so `wine` does not hold"),
        ("wine", {"lines": [line("4.00", "wine")]}, {}, "no line meets `amount`: >= 5.00; seen: 4.00"),
        (
            "wine",
            {"lines": [line("4.00", "wine"), line("9.00", "tv")]},
            {},
            "no line meets all of: category: wine, amount: >= 5.00",
        ),
        ("wine", {"lines": [line("9.00", "wine")]}, {}, "what it earns on comes to less than one point"),
        ("piece", {}, {}, "the stack `lines` decides per line, and others took every line: coin"),
    ],
)
def test_the_reason_of_a_rule_that_granted_nothing(
    rule: str, change: dict[str, Any], member: dict[str, Any], said: str
) -> None:
    assert reason({**BASKET, **change}, rule, **member) == said


def test_a_used_up_limit_is_named() -> None:
    shop = open_shop(PROMOS)
    shop.records(purchase(amount="1.00"))
    assert shop.explain(purchase(amount="1.00"))["once"].reason == "its limit is used up: once per member"


def test_a_used_up_cap_of_the_member_is_named() -> None:
    shop = open_shop(PROMOS)
    activity = {**BASKET, "at": "2026-04-02T11:05:00+03:00", "channel": "app"}
    assert shop.records(activity)["more"] == 3
    assert shop.explain(activity)["more"].reason == "nothing is left under its member cap"


def test_the_failed_condition_is_given_with_the_value_that_it_saw() -> None:
    found = open_shop(PROMOS).explain({**BASKET, "lines": [line("19.99", "tv")]})["plus"].as_json()
    assert found["failed"] == {"field": "total", "test": ">= 20.00", "seen": "19.99"}


def test_rules_are_explained_in_file_order() -> None:
    shop = open_shop(PROMOS)
    assert list(shop.explain(BASKET)) == [rule.name for rule in shop.rulebook.plan.rules]
