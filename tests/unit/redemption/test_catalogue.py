"""The catalogue of a program: what it offers, what it needs to know, what it costs."""

from __future__ import annotations

import pytest

from loyalty_engine.accrual.cap import Limit
from loyalty_engine.calendar import Duration
from loyalty_engine.decision import CounterKey
from loyalty_engine.errors import UnknownReward
from tests.unit.redemption.offers import at, catalogue, reward, rulebook, tender

ACME = """{
  pay-with-points: {worth: 100 points = 0.80, step: 100 points, at_least: 500 points, at_most: 50% of total},
  voucher-10: {title: {en: 10 euro voucher, zh-Hans: 十欧元券}, when: {segment: [a, b]}, cost: 1000 points,
               gives: 10.00 voucher},
  handset: {when: {tenure_months: ">= 24"}, cost: 20000 points + 99.00, gives: telecom goods,
            limit: once per member per year},
}"""


def test_a_program_without_the_section_offers_nothing() -> None:
    offered = catalogue("{}")
    assert (offered.tender, offered.rewards, offered.offers) == (None, {}, ())
    assert (offered.member_fields, offered.periods) == (frozenset(), ())


def test_points_pay_and_rewards_have_prices() -> None:
    offered = catalogue(ACME)
    assert [offer.name for offer in offered.offers] == ["pay-with-points", "voucher-10", "handset"]
    assert offered.paying() is offered.tender
    voucher, handset = offered.reward("voucher-10"), offered.reward("handset")
    assert (voucher.points, voucher.money, voucher.gives, voucher.gives_amount) == (1000, 0, "voucher", 1000)
    assert (handset.points, handset.money, handset.gives, handset.gives_amount) == (
        20_000,
        9900,
        "telecom goods",
        None,
    )
    assert handset.limit == Limit(1, "year")


def test_titles_are_read_in_every_script() -> None:
    assert catalogue(ACME).reward("voucher-10").title == {"en": "10 euro voucher", "zh-Hans": "十欧元券"}
    assert reward("title: 十欧元券, cost: 1000 points").title == {"": "十欧元券"}
    assert reward("cost: 1000 points").title == {}


def test_names_are_of_any_script() -> None:
    assert catalogue("{十欧元券: {cost: 1000 points}}").reward("十欧元券").points == 1000


def test_it_says_what_must_be_loaded_of_a_member_to_judge_its_offers() -> None:
    assert catalogue(ACME).member_fields == {"segment", "tenure_months"}
    clock = "when: {weekday: mon, total: 5, not: {age: 3}}, active: 2026-01-01 .. 2026-02-01"
    assert catalogue(f"{{gift: {{cost: 1 point, {clock}}}}}").member_fields == {"age"}


def test_it_says_which_periods_its_limits_count_in() -> None:
    limits = (
        "{a: {cost: 1 point, limit: once per member}, b: {cost: 1 point, limit: 3 times per member per day}}"
    )
    assert catalogue(limits).periods == ("day", "lifetime")


def test_a_reward_that_is_not_there() -> None:
    with pytest.raises(UnknownReward) as refused:
        catalogue(ACME).reward("voucher-20")
    assert refused.value.message == "there is no reward `voucher-20`; did you mean `voucher-10`?"
    assert refused.value.parameters == {"reward": "voucher-20"}


def test_the_tender_is_no_reward() -> None:
    with pytest.raises(UnknownReward):
        catalogue(ACME).reward("pay-with-points")


def test_a_program_whose_points_do_not_pay() -> None:
    with pytest.raises(UnknownReward, match="takes no points as payment"):
        catalogue("{gift: {cost: 1 point}}").paying()


# Settings ---------------------------------------------------------------------------------------------


def test_a_reservation_waits_half_an_hour_unless_said() -> None:
    assert tender("worth: 1 point = 0.01").hold == reward("cost: 1 point").hold == Duration(30, "minutes")
    assert reward("cost: 1 point, hold: 2 days").hold == Duration(2, "days")


def test_the_first_spendable_currency_is_meant_unless_said() -> None:
    points = "points: {credits: {spendable: false}, points: {}, miles: {}}"
    assert tender("worth: 1 point = 0.01", points).currency == "points"
    assert reward("cost: 1 point, currency: miles", points).currency == "miles"


def test_a_reward_has_one_count_in_each_period_of_its_limit() -> None:
    calendar = rulebook("{}").program.calendar
    yearly = reward("cost: 1 point, limit: once per member per year")
    key = CounterKey("year", at("2026-01-01T00:00:00+02:00"), "reward:gift", "times", "")
    assert yearly.counter(at("2026-12-31T23:59:59+02:00"), calendar) == key
    assert yearly.counter(at("2027-01-01T00:00:00+02:00"), calendar) != key


def test_a_limit_without_a_period_counts_for_a_lifetime() -> None:
    calendar = rulebook("{}").program.calendar
    once = reward("cost: 1 point, limit: once per member")
    assert once.counter(at("2026-05-01T00:00:00+02:00"), calendar) == CounterKey(
        "lifetime", 0, "reward:gift", "times", ""
    )
    assert reward("cost: 1 point").counter(0, calendar) is None
