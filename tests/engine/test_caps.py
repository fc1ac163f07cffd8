"""Caps and limits per member, over many activities and their returns."""

from __future__ import annotations

import pytest

from tests.engine.shop import OpenShop, Shop, purchase, rule_files

CAPPED = (
    "{goods: {stack: base, when: {type: purchase}, earn: 1 point per 1.00, cap: 50 points per member per %s}}"
)
LIMITED = "{gift: {stack: promo, when: {type: purchase}, earn: 10 points, limit: %s}}"


def granted(shop: Shop, id_: str, amount: str = "20.00", at: str = "2026-03-02", member: str = "M-1") -> int:
    return shop.buy(id_, amount, at, member=member).totals["points"]


@pytest.mark.parametrize(
    ("period", "inside", "next_begins"),
    [
        ("day", "2026-03-02T23:59", "2026-03-03T00:00"),
        ("week", "2026-03-08T23:59", "2026-03-09T00:00"),
        ("month", "2026-03-31T23:59", "2026-04-01T00:00"),
        ("quarter", "2026-03-31T23:59", "2026-04-01T00:00"),
        ("year", "2026-12-31T23:59", "2027-01-01T00:00"),
    ],
)
def test_a_cap_cuts_to_what_its_period_has_left(
    open_shop: OpenShop, period: str, inside: str, next_begins: str
) -> None:
    shop = open_shop(accrual=CAPPED % period)
    assert [granted(shop, "R-1"), granted(shop, "R-2"), granted(shop, "R-3", at=inside)] == [20, 20, 10]
    assert granted(shop, "R-4", at=inside) == 0
    assert granted(shop, "R-5", at=next_begins) == 20


def test_a_lifetime_cap_never_begins_anew(open_shop: OpenShop) -> None:
    shop = open_shop(accrual=CAPPED.replace(" per %s", ""))
    assert granted(shop, "R-1", "60.00") == 50
    assert granted(shop, "R-2", at="2031-03-02") == 0


def test_each_member_has_caps_of_his_own(open_shop: OpenShop) -> None:
    shop = open_shop(accrual=CAPPED % "month")
    assert [granted(shop, f"R-{m}", "60.00", member=m) for m in ("M-1", "M-2")] == [50, 50]


def test_periods_are_those_of_the_programs_clock(open_shop: OpenShop) -> None:
    shop = open_shop(time_zone="Europe/Riga", accrual=CAPPED % "day")
    assert granted(shop, "R-1", "60.00", at="2026-03-02T21:59") == 50
    assert granted(shop, "R-2", "60.00", at="2026-03-02T22:00") == 50  # midnight in Riga


def test_several_caps_hold_together_and_a_stacks_cap_is_shared(open_shop: OpenShop) -> None:
    shop = open_shop(
        stacks="{base: {take: all, cap: 70 points per member per month}}",
        accrual="""
  goods: {stack: base, when: {type: purchase}, earn: 1 point per 1.00, cap: 30 points per member per day}
  extra: {stack: base, when: {type: purchase}, earn: 1 point per 1.00}""",
    )
    first = shop.buy("R-1", "40.00")
    assert [entry["points"] for entry in first.entries] == [30, 40]
    second = shop.buy("R-2", "40.00", at="2026-03-05")
    assert second.entries == []


def test_a_used_up_limit_lets_the_next_rule_of_the_stack_in(open_shop: OpenShop) -> None:
    shop = open_shop(
        accrual="""
  gift: {stack: base, when: {type: purchase}, earn: 100 points, limit: 2 times per member per month}
  goods: {stack: base, when: {type: purchase}, earn: 1 point per 1.00}"""
    )
    assert [granted(shop, f"R-{n}") for n in range(3)] == [100, 100, 20]
    assert granted(shop, "R-4", at="2026-04-02") == 100


# -- returns ------------------------------------------------------------------------------------------------


def test_a_return_gives_capacity_back(open_shop: OpenShop) -> None:
    shop = open_shop(accrual=CAPPED % "month")
    granted(shop, "R-1", "45.00")
    granted(shop, "R-2", "45.00")  # 5 of it
    shop.give_back("X-1", "R-1", lines=[{"id": "1", "amount": "20.00"}])
    assert granted(shop, "R-3", "45.00", at="2026-03-20") == 20


def test_it_is_given_back_to_the_period_that_the_purchase_took_it_from(open_shop: OpenShop) -> None:
    shop = open_shop(accrual=CAPPED % "month")
    granted(shop, "R-1", "60.00", at="2026-03-20")
    granted(shop, "R-2", "60.00", at="2026-04-02")
    shop.give_back("X-1", "R-1", at="2026-04-03")
    assert granted(shop, "R-3", "60.00", at="2026-04-04") == 0  # April is as full as before
    assert granted(shop, "R-4", "60.00", at="2026-03-21") == 50  # late, in March


def test_only_what_was_granted_is_given_back_not_what_the_cap_had_cut(open_shop: OpenShop) -> None:
    shop = open_shop(accrual=CAPPED % "month")
    granted(shop, "R-1", "30.00")
    granted(shop, "R-2", "100.00")  # 20 of it
    shop.give_back("X-1", "R-2")
    assert granted(shop, "R-3", "100.00", at="2026-03-20") == 20


def test_a_limit_is_given_back_when_the_whole_purchase_is_back_and_not_before(open_shop: OpenShop) -> None:
    shop = open_shop(accrual=LIMITED % "once per member")
    lines = [{"id": "a", "amount": "10.00"}, {"id": "b", "amount": "10.00"}]
    assert shop.buy("R-1", None, lines=lines).totals == {"points": 10}
    shop.give_back("X-1", "R-1", at="2026-03-10", lines=[{"id": "a"}])
    assert granted(shop, "R-2", at="2026-03-11") == 0
    shop.give_back("X-2", "R-1", at="2026-03-12", lines=[{"id": "b"}])
    assert granted(shop, "R-3", at="2026-03-13") == 10


def test_returning_a_purchase_that_got_nothing_gives_nothing_back(open_shop: OpenShop) -> None:
    shop = open_shop(accrual=LIMITED % "once per member")
    granted(shop, "R-1")
    granted(shop, "R-2")
    shop.give_back("X-1", "R-2")
    assert granted(shop, "R-3", at="2026-03-20") == 0


def test_what_a_cap_lost_when_the_rules_changed_is_not_given_back_to_it(open_shop: OpenShop) -> None:
    """The purchase was decided without a cap, so its return frees nothing of the cap that came later."""
    shop = open_shop()
    granted(shop, "R-1", "40.00")
    shop.engine.publish(rule_files(effective="2026-03-05", accrual=CAPPED % "month"))
    granted(shop, "R-2", "45.00", at="2026-03-06")
    shop.give_back("X-1", "R-1", at="2026-03-07")
    assert granted(shop, "R-3", "45.00", at="2026-03-08") == 5


# -- late activities --------------------------------------------------------------------------------------


def test_a_late_activity_takes_what_its_own_period_has_left(open_shop: OpenShop) -> None:
    shop = open_shop(accrual=CAPPED % "month")
    granted(shop, "R-1", "30.00", at="2026-03-20")
    granted(shop, "R-2", "60.00", at="2026-04-02")
    assert granted(shop, "R-3", "60.00", at="2026-03-05") == 20


def test_first_of_type_asks_what_had_happened_before_it(open_shop: OpenShop) -> None:
    shop = open_shop(
        accrual="{hello: {stack: promo, when: {type: purchase, first_of_type: true}, earn: 9 points}}"
    )
    assert granted(shop, "R-2", at="2026-03-10") == 9
    assert granted(shop, "R-3", at="2026-03-11") == 0
    assert granted(shop, "R-1", at="2026-03-01") == 9  # late, yet nothing had happened before it


def test_a_batch_counts_as_one_by_one(open_shop: OpenShop) -> None:
    shop = open_shop(accrual=CAPPED % "month")
    outcomes = shop.engine.record_many([purchase(f"R-{n}", "20.00") for n in range(4)])
    assert [outcome.totals["points"] for outcome in outcomes] == [20, 20, 10, 0]  # type: ignore[union-attr]
