"""Caps in points, limits in times: phrases, windows, what is counted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from loyalty_engine.decision import CounterUse
from tests.unit.accrual.shop import Shop, advice, mistakes, open_shop, purchase


def give_at(shop: Shop, *times: str) -> list[dict[str, int]]:
    return [shop.records(purchase(amount="1.00", at=f"{time}+02:00")) for time in times]


@pytest.mark.parametrize(
    ("window", "inside", "outside"),
    [
        (" per day", "2026-01-01T23:59:59", "2026-01-02T00:00:00"),
        (" per week", "2026-01-04T23:59:59", "2026-01-05T00:00:00"),  # from Monday
        (" per month", "2026-01-31T23:59:59", "2026-02-01T00:00:00"),
        (" per quarter", "2026-03-28T23:59:59", "2026-04-01T12:00:00"),
        (" per year", "2026-10-25T00:00:00", "2027-01-01T00:00:00"),
    ],
)
def test_windows_follow_the_programs_calendar(window: str, inside: str, outside: str) -> None:
    capped = open_shop(f"accrual: {{r: {{stack: base, earn: 6 points, cap: 10 points per member{window}}}}}")
    assert give_at(capped, "2026-01-01T00:00:00", inside, outside) == [{"r": 6}, {"r": 4}, {"r": 6}]
    limited = open_shop(f"accrual: {{r: {{stack: base, earn: 6 points, limit: once per member{window}}}}}")
    assert give_at(limited, "2026-01-01T00:00:00", inside, outside) == [{"r": 6}, {}, {"r": 6}]


@pytest.mark.parametrize("window", ["", " per lifetime"])
def test_without_a_window_a_member_has_it_once_for_all_times(window: str) -> None:
    capped = open_shop(f"accrual: {{r: {{stack: base, earn: 6 points, cap: 10 points per member{window}}}}}")
    assert give_at(capped, "2026-01-01T00:00:00", "2031-01-01T00:00:00") == [{"r": 6}, {"r": 4}]


def test_a_late_activity_takes_what_its_own_window_has_left() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 6 points, cap: 10 points per member per month}}")
    times = "2026-01-10T00:00:00", "2026-02-10T00:00:00", "2026-01-09T00:00:00", "2026-02-09T00:00:00"
    assert give_at(shop, *times) == [{"r": 6}, {"r": 6}, {"r": 4}, {"r": 4}]


def test_a_cap_per_activity_needs_no_count() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 6 points, cap: 4 points per activity}}")
    decision = shop.decide(purchase(amount="1.00"))
    assert (decision.uses, decision.reads) == ((), ())
    assert shop.records(purchase(amount="1.00")) == shop.records(purchase(amount="1.00")) == {"r": 4}


def test_a_grant_is_cut_to_what_is_left_and_only_final_grants_are_counted() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 6 points, cap: 10 points per member}}")
    assert [use.used for use in shop.decide(purchase(amount="1.00")).uses] == [6]
    give_at(shop, "2026-01-01T00:00:00", "2026-01-01T00:00:00")
    assert list(shop.counters.values()) == [10]
    assert shop.decide(purchase(amount="1.00")).uses == ()


def test_a_stacks_cap_per_member_is_shared_by_its_rules() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: all, cap: 10 points per member per day}}
        accrual:
          a: {stack: base, earn: 3 points}
          b: {stack: base, earn: 4 points}
        """
    )
    assert give_at(shop, *["2026-01-01T00:00:00"] * 3) == [{"a": 3, "b": 4}, {"a": 3}, {}]


def test_several_caps_hold_together() -> None:
    shop = open_shop(
        """
        accrual:
          r:
            stack: base
            earn: 6 points
            cap: [5 points per activity, 8 points per member per day, 12 points per member per month]
        """
    )
    days = "2026-01-01T00:00:00", "2026-01-01T00:00:00", "2026-01-02T00:00:00", "2026-01-03T00:00:00"
    assert give_at(shop, *days) == [{"r": 5}, {"r": 3}, {"r": 4}, {}]


@pytest.mark.parametrize("of", ["rule", "stack"])
def test_two_caps_of_one_window_are_the_tighter_one_and_count_once(of: str) -> None:
    caps = "cap: [9 points per member per month, 7 points per member per month]"
    shop = open_shop(
        f"""
        stacks: {{base: {{take: all{", " + caps if of == "stack" else ""}}}}}
        accrual: {{r: {{stack: base, earn: 4 points{", " + caps if of == "rule" else ""}}}}}
        """
    )
    assert give_at(shop, *["2026-01-01T00:00:00"] * 3) == [{"r": 4}, {"r": 3}, {}]
    assert list(shop.counters.values()) == [7]


def test_a_cap_of_0_points_grants_nothing() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 6 points, cap: 0 points per activity}}")
    assert shop.gives(purchase(amount="1.00")) == {}


def test_a_limit_counts_times() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 6 points, limit: 2 times per member}}")
    assert give_at(shop, *["2026-01-01T00:00:00"] * 3) == [{"r": 6}, {"r": 6}, {}]


def test_a_grant_of_0_uses_no_limit() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 1 point per 10.00, limit: once per member}}")
    assert shop.records(purchase(amount="9.99")) == {}
    assert shop.counters == {}
    assert shop.records(purchase(amount="10.00")) == {"r": 1}


def test_a_match_that_the_stack_does_not_take_uses_no_limit() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: best}}
        accrual:
          less: {stack: base, when: {type: purchase}, earn: 5 points, limit: once per member}
          more: {stack: base, when: {channel: web}, earn: 9 points}
        """
    )
    assert shop.records(purchase(amount="1.00", channel="web")) == {"more": 9}
    assert shop.records(purchase(amount="1.00")) == {"less": 5}


def uses_of(text: str) -> Sequence[CounterUse]:
    return open_shop(text).decide(purchase(amount="1.00")).uses


def test_counts_follow_the_rules_first_name() -> None:
    renamed = uses_of("accrual: {c: {stack: base, earn: 6 points, limit: once per member, was: [b, a]}}")
    first = uses_of("accrual: {a: {stack: base, earn: 6 points, limit: once per member}}")
    assert [use.key for use in renamed] == [use.key for use in first]
    assert [use.rule for use in renamed] == ["c"]


def test_two_rules_cannot_claim_one_earlier_name() -> None:
    found = mistakes(
        """
        accrual:
          a: {stack: base, earn: 6 points}
          b: {stack: base, earn: 6 points, was: a}
        """
    )
    assert found == [("R315", 3, 3)]


@pytest.mark.parametrize(
    "cap",
    [
        "many points per activity",
        "-5 points per activity",
        "5.5 points per activity",
        "5 points",
        "5 points per household",
        "5 points per member per fortnight",
        "5 points per activity per day",
        "5 EUR per activity",
        "1000000000000000 points per activity",
    ],
)
def test_a_cap_that_cannot_be_read_is_a_mistake_at_its_place(cap: str) -> None:
    text = f"""
        stacks: {{base: {{take: all, cap: {cap}}}}}
        accrual:
          r: {{stack: base, earn: 1 point, cap: [5 points per activity, {cap}]}}
    """
    assert mistakes(text) == [("R305", 1, 33), ("R305", 3, 64)]


@pytest.mark.parametrize(
    "limit",
    ["twice per member", "0 times per member", "once", "once per activity", "2 times per member per era"],
)
def test_a_limit_that_cannot_be_read_is_a_mistake_at_its_place(limit: str) -> None:
    text = f"accrual: {{r: {{stack: base, earn: 1 point, limit: {limit}}}}}"
    assert mistakes(text) == [("R306", 1, 50)]
    assert limit in advice(text)[0]


def test_one_point_and_one_time_are_singular_too() -> None:
    shop = open_shop(
        "accrual: {r: {stack: base, earn: 1 point, cap: 1 point per activity, limit: 1 time per member}}"
    )
    assert shop.records(purchase(amount="1.00")) == {"r": 1}
    assert shop.records(purchase(amount="1.00")) == {}
