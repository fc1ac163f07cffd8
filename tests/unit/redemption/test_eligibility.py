"""Who may have an offer now, and what the others are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from loyalty_engine.activity.activity import Value
from loyalty_engine.errors import LimitReached, NotEligible
from loyalty_engine.redemption.eligibility import check_eligible, check_limit, redemption_values, why_not
from loyalty_engine.rulebook.condition import Failure
from tests.unit.redemption.offers import at, reward, rulebook

SATURDAY = "2026-03-14T11:05:00+02:00"
OWN = "fields: {plan: {type: choice, of: [S, M, L], on: member}, spent: {type: money, on: member}}"


def judged(
    settings: str, when: str = SATURDAY, member: Mapping[str, Value] = {}, **said: Any
) -> Failure | None:
    """What keeps a member from a reward of these settings."""
    rules = rulebook(f"{{gift: {{cost: 1 point, {settings}}}}}", OWN)
    values = redemption_values(at(when), rules.program.calendar, member, **said)
    offered = rules.models["redemption"]
    return why_not(offered.reward("gift"), values, offered, rules.program)


def refusal(settings: str, member: Mapping[str, Value] = {}, **said: Any) -> NotEligible:
    """The refusal of a member whom a reward of these settings is not open to."""
    rules = rulebook(f"{{gift: {{cost: 1 point, {settings}}}}}", OWN)
    values = redemption_values(at(SATURDAY), rules.program.calendar, member, **said)
    offered = rules.models["redemption"]
    with pytest.raises(NotEligible) as refused:
        check_eligible(offered.reward("gift"), values, offered, rules.program)
    return refused.value


# What may be tested -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("channel: [web, app]", {"channel": "web"}),
        ("store: S1", {"store": "S1"}),
        ("total: '>= 20.00'", {"total": 2000}),
        ("weekday: sat", {}),
        ("hour: 11", {}),  # in Riga, where it is nine by UTC
        ("date: 2026-03-14", {}),
        ("at: 2026-03-14", {}),
        ("tenure_months: '>= 24'", {"member": {"tenure_months": 24}}),
        ("plan: L", {"member": {"plan": "L"}}),
        ("spent: '> 5.00'", {"member": {"spent": 501}}),
        ("any: [{channel: web}, {plan: [M, L]}], not: {weekday: sun}", {"member": {"plan": "M"}}),
    ],
)
def test_a_condition_sees_the_clock_the_member_and_what_the_caller_says(
    test: str, said: dict[str, Any]
) -> None:
    assert judged(f"when: {{{test}}}", **said) is None


def test_without_a_condition_everybody_may_have_it() -> None:
    assert judged("gives: a smile") is None


@pytest.mark.parametrize(
    "test", ["channel: web", "channel: {not: web}", "not: {channel: web}", "total: 5.00"]
)
def test_what_the_caller_does_not_say_is_missing(test: str) -> None:
    assert judged(f"when: {{{test}}}") is not None


def test_a_members_field_cannot_pass_for_what_the_caller_says() -> None:
    assert judged("when: {channel: web}", member={"channel": "web"}) is not None


# What is refused --------------------------------------------------------------------------------------


def test_the_first_condition_that_fails_is_named_with_the_value_seen() -> None:
    said = refusal(
        "when: {weekday: sat, plan: [M, L], tenure_months: '>= 24'}", {"plan": "S", "tenure_months": 3}
    )
    assert said.message == "`gift` is not open here: `plan` is S, not [M, L]"
    assert said.parameters == {"reward": "gift", "field": "plan", "test": "[M, L]", "seen": "S"}


def test_a_missing_value_is_called_missing() -> None:
    said = refusal("when: {tenure_months: '>= 24'}")
    assert said.message == "`gift` is not open here: `tenure_months` is missing, so `>= 24` does not hold"
    assert said.parameters["seen"] is None


def test_money_is_told_as_it_is_written() -> None:
    said = refusal("when: {total: '>= 20.00'}", total=1999)
    assert said.message == "`gift` is not open here: `total` is 19.99, not >= 20.00"
    assert said.parameters["seen"] == "19.99"


def test_a_block_is_named_as_a_whole() -> None:
    said = refusal("when: {any: [{channel: app}, {plan: L}]}", channel="web")
    assert said.message == "`gift` is not open here: any: [{channel: app}, {plan: L}] does not hold"
    assert (said.parameters["field"], said.parameters["seen"]) == (None, None)


def test_before_and_after_its_window_it_is_closed() -> None:
    window = "active: 2026-03-01 .. 2026-05-31"
    assert judged(window, "2026-03-01T00:00:00+02:00") is None
    assert judged(window, "2026-05-31T23:59:59+03:00") is None
    assert judged(window, "2026-02-28T23:59:59+02:00") is not None
    assert judged(window, "2026-06-01T00:00:00+03:00") is not None


def test_the_window_comes_before_the_conditions() -> None:
    said = refusal("active: '>= 2026-04-01', when: {plan: L}")
    assert said.message == "`gift` is not open here: `at` is 2026-03-14T11:05:00+02:00, not >= 2026-04-01"
    assert said.parameters["field"] == "at"


# How often --------------------------------------------------------------------------------------------


def test_a_limit_lets_so_many_through_in_a_period() -> None:
    calendar = rulebook("{}").program.calendar
    twice = reward("cost: 1 point, limit: 2 times per member per month")
    for used in (0, 1):
        check_limit(twice, used, at(SATURDAY), calendar)
    with pytest.raises(LimitReached) as refused:
        check_limit(twice, 2, at(SATURDAY), calendar)
    assert refused.value.message == (
        "`gift` can be had 2 times per member per month; the next time from 2026-04-01T00:00:00+03:00"
    )
    assert refused.value.parameters == {
        "reward": "gift",
        "limit": "2 times per member per month",
        "used": 2,
        "again_at": "2026-04-01T00:00:00+03:00",
    }


def test_once_in_a_lifetime_has_no_next_time() -> None:
    calendar = rulebook("{}").program.calendar
    with pytest.raises(LimitReached) as refused:
        check_limit(reward("cost: 1 point, limit: once per member"), 1, at(SATURDAY), calendar)
    assert refused.value.message == "`gift` can be had once per member"
    assert refused.value.parameters["again_at"] is None


def test_without_a_limit_nothing_is_counted() -> None:
    check_limit(reward("cost: 1 point"), 1_000_000, at(SATURDAY), rulebook("{}").program.calendar)
