"""Matching: which rules hold for an activity, and which lines they choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loyalty_engine.activity.activity import Activity, Line, MemberRef
from loyalty_engine.calendar import Calendar
from loyalty_engine.decision import Facts
from loyalty_engine.rulebook.match import Matched, Matcher, MatchRule
from loyalty_engine.rulebook.test import Box, RangeTest, SetTest

SCOPES = {
    "channel": "activity",
    "total": "activity",
    "weekday": "activity",
    "hour": "activity",
    "date": "activity",
    "at": "activity",
    "plan": "activity",
    "data_gb": "activity",
    "offset": "activity",
    "tier": "member",
    "age": "member",
}
RIGA = Calendar(ZoneInfo("Europe/Riga"))
SATURDAY = 1_773_479_100_000_000  # 2026-03-14T11:05 in Riga
WEB = SetTest(frozenset({"web"}))
DAIRY = SetTest(frozenset({"dairy"}))


def rule(*boxes: Box, lines: Sequence[Box] | None = None) -> MatchRule:
    return MatchRule(boxes or ({},), None if lines is None else tuple(lines))


def activity(*lines: Line, **fields: Any) -> Activity:
    head: dict[str, Any] = {
        "type": "purchase",
        "source": "pos",
        "id": "1",
        "member": MemberRef("member", "M-1"),
        "at": SATURDAY,
        "offset": 120,
        "lines": lines,
        "has_lines": True,
        "amount": 0,
        "total": 0,
    }
    return Activity(**{**head, **fields})


def line(id_: str, **fields: Any) -> Line:
    return Line(id=id_, quantity=1000, amount=0, discount=0, tax=0, net=0, **fields)


def match(rules: Sequence[MatchRule], what: Activity, **member: Any) -> Matched:
    return Matcher(rules, SCOPES, RIGA).match(what, Facts(member))


def bits(rules: Sequence[MatchRule], what: Activity, **member: Any) -> list[int]:
    """Positions of the rules that match."""
    found = match(rules, what, **member).rules
    return [position for position in range(len(rules)) if found >> position & 1]


def test_without_rules_nothing_matches() -> None:
    assert match([], activity()) == Matched(0, [])


def test_a_rule_without_tests_always_matches() -> None:
    assert bits([rule(), rule({})], activity(line("1"))) == [0, 1]


def test_all_tests_of_a_box_must_hold() -> None:
    rules = [rule({"channel": (WEB,), "total": (RangeTest(low=2000),)})]
    assert bits(rules, activity(channel="web", total=2000)) == [0]
    assert bits(rules, activity(channel="web", total=1999)) == []
    assert bits(rules, activity(channel="app", total=2000)) == []


def test_several_tests_of_one_field_must_all_hold() -> None:
    rules = [rule({"total": (RangeTest(low=10), RangeTest(high=20), SetTest(frozenset({15}), negated=True))})]
    assert [total for total in range(8, 23) if bits(rules, activity(total=total))] == [
        *range(10, 15),
        *range(16, 21),
    ]


def test_one_box_of_several_is_enough() -> None:
    rules = [
        rule(
            {"channel": (WEB,)}, {"tier": (SetTest(frozenset({"gold"})),)}, {"total": (RangeTest(low=100),)}
        ),
        rule({"channel": (WEB,)}),
    ]
    assert bits(rules, activity(channel="web")) == [0, 1]
    assert bits(rules, activity(), tier="gold") == [0]
    assert bits(rules, activity(total=100)) == [0]
    assert bits(rules, activity(total=99), tier="silver") == []


def test_a_rule_without_a_box_never_matches() -> None:
    assert bits([MatchRule((), None), rule()], activity()) == [1]


@pytest.mark.parametrize(
    "test",
    [
        WEB,
        WEB.negation(),
        SetTest(prefixes=("w",)),
        SetTest(prefixes=("w",)).negation(),
        SetTest(frozenset({"app"}), ("we",)),
    ],
)
def test_no_test_holds_on_a_missing_field(test: SetTest) -> None:
    assert bits([rule({"channel": (test,)}), rule()], activity()) == [1]


@pytest.mark.parametrize("test", [RangeTest(low=5), RangeTest(low=5).negation(), SetTest(frozenset({5}))])
def test_no_range_holds_on_a_missing_number(test: RangeTest | SetTest) -> None:
    assert bits([rule({"age": (test,)}), rule({"data_gb": (test,)})], activity()) == []


@pytest.mark.parametrize(
    ("test", "held"),
    [
        (RangeTest(low=2, high=4), [2, Decimal("2.5"), 3, 4]),
        (RangeTest(low=2, high=4, high_open=True), [2, Decimal("2.5"), 3]),
        (RangeTest(low=2, low_open=True), [Decimal("2.5"), 3, 4, 5]),
        (RangeTest(high=2, high_open=True), [1]),
        (RangeTest(high=2), [1, 2]),
        (RangeTest(low=2, high=4).negation(), [1, 5]),
        (SetTest(frozenset({2, Decimal("2.5")})), [2, Decimal("2.5")]),
        (SetTest(frozenset({2})).negation(), [1, Decimal("2.5"), 3, 4, 5]),
    ],
)
def test_ranges_and_values_of_numbers(test: RangeTest | SetTest, held: list[Any]) -> None:
    values = [1, 2, Decimal("2.5"), 3, 4, 5]
    rules = [rule({"data_gb": (test,)}), rule({"data_gb": (RangeTest(low=3),)})]
    found = [v for v in values if 0 in bits(rules, activity(attributes={"data_gb": v}))]
    assert found == held


def test_bounds_between_whole_numbers_are_kept_on_fields_of_whole_numbers() -> None:
    rules = [
        rule({"age": (RangeTest(low=Decimal("17.5"), high=Decimal("19.5")),)}),
        rule({"age": (SetTest(frozenset({18})),)}),
    ]
    assert [age for age in range(16, 22) if 0 in bits(rules, activity(), age=age)] == [18, 19]
    assert [age for age in range(16, 22) if 1 in bits(rules, activity(), age=age)] == [18]


def test_prefixes() -> None:
    rules = [rule({"plan": (SetTest(frozenset({"X"}), ("AB", "C")),)})]
    held = [
        plan
        for plan in ("AB", "ABC", "A", "C", "XC", "X")
        if bits(rules, activity(attributes={"plan": plan}))
    ]
    assert held == ["AB", "ABC", "C", "X"]


def test_one_matcher_remembers_texts_without_mixing_them_up() -> None:
    matcher = Matcher([rule({"plan": (SetTest(prefixes=("A",)),)})], SCOPES, RIGA)
    plans = ["AB", "B", "AB", None, "B", "A"]
    found = [matcher.match(activity(attributes={"plan": plan}), Facts()).rules for plan in plans]
    assert found == [1, 0, 1, 0, 0, 1]


def test_line_tests_are_anded_on_a_line_and_then_ored_over_lines() -> None:
    own_dairy: Box = {"category": (DAIRY,), "brand": (SetTest(frozenset({"own"})),)}
    rules = [rule(lines=[own_dairy]), rule(lines=[{"category": (DAIRY,)}])]
    split = activity(line("1", category="dairy", brand="acme"), line("2", category="tv", brand="own"))
    assert match(rules, split) == Matched(0b10, [0b10, 0b00])
    both = activity(*split.lines, line("3", category="dairy", brand="own"))
    assert match(rules, both) == Matched(0b11, [0b10, 0b00, 0b11])


def test_a_rule_without_line_tests_chooses_every_line() -> None:
    rules = [rule(), rule(lines=[{"category": (DAIRY,)}])]
    assert match(rules, activity(line("1", category="tv"))) == Matched(0b01, [0b01])


def test_lines_and_activity_must_both_hold() -> None:
    rules = [rule({"channel": (WEB,)}, lines=[{"category": (DAIRY,)}])]
    assert bits(rules, activity(line("1", category="dairy"), channel="web")) == [0]
    assert bits(rules, activity(line("1", category="dairy"), channel="app")) == []
    assert bits(rules, activity(line("1", category="tv"), channel="web")) == []


def test_alternatives_of_lines() -> None:
    rules = [rule(lines=[{"category": (DAIRY,)}, {"attributes_of_own": (WEB,)}]), rule()]
    by_attribute = line("1", attributes={"attributes_of_own": "web"})
    assert match(rules, activity(by_attribute, line("2"))).lines == [0b11, 0b10]


def test_an_empty_line_test_needs_a_line() -> None:
    assert bits([rule(lines=[{}])], activity(line("1"))) == [0]
    assert bits([rule(lines=[{}])], activity()) == []


@pytest.mark.parametrize(
    ("zone", "expected"), [("Europe/Riga", [0, 1]), ("Pacific/Auckland", [0, 2]), ("America/New_York", [0])]
)
def test_the_clock_is_that_of_the_zone(zone: str, expected: list[int]) -> None:
    rules = [
        rule({"weekday": (SetTest(frozenset({"sat"})),)}),
        rule({"hour": (RangeTest(low=10, high=12),)}),
        rule({"hour": (SetTest(frozenset({22})),)}),
        rule({"weekday": (SetTest(frozenset({"fri", "sun"})),)}),
    ]
    found = Matcher(rules, SCOPES, Calendar(ZoneInfo(zone))).match(activity(), Facts()).rules
    assert [position for position in range(4) if found >> position & 1] == expected


@pytest.mark.parametrize("member", [{"tier": "gold"}, {}])
def test_a_members_field_is_not_looked_for_among_attributes(member: Mapping[str, str]) -> None:
    rules = [rule({"tier": (SetTest(frozenset({"gold"})),)})]
    assert bits(rules, activity(attributes={"tier": "gold"}), **member) == ([0] if member else [])


def test_an_own_field_may_be_called_like_a_part_of_the_activity() -> None:
    rules = [rule({"offset": (SetTest(frozenset({7})),)})]
    assert bits(rules, activity(attributes={"offset": 7})) == [0]
    assert bits(rules, activity(offset=7)) == []


@pytest.mark.parametrize("type_", ["enrolment", "member-change"])
def test_the_attributes_of_an_enrolment_are_not_the_activitys(type_: str) -> None:
    rules = [rule({"plan": (SetTest(frozenset({"S"})),)}), rule({"data_gb": (RangeTest(low=5),)}), rule()]
    enrolled = activity(type=type_, attributes={"plan": "S", "data_gb": "five"})
    assert bits(rules, enrolled) == [2]


def test_many_rules_keep_their_own_bits() -> None:
    rules = [
        rule({"total": (RangeTest(low=n, high=n + 1),)}, {"age": (SetTest(frozenset({n})),)})
        for n in range(300)
    ]
    assert bits(rules, activity(total=250), age=7) == [7, 249, 250]


@pytest.mark.parametrize("kind", [SetTest, RangeTest])
def test_the_work_of_compiling_grows_with_the_tests_not_with_their_square(
    kind: type[SetTest | RangeTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    holds = kind.holds

    def counted(test: Any, value: Any) -> bool:
        nonlocal asked
        asked += 1
        return holds(test, value)

    monkeypatch.setattr(kind, "holds", counted)
    tests = [SetTest(frozenset({n})) if kind is SetTest else RangeTest(low=n, high=n + 1) for n in range(500)]
    matcher = Matcher([rule({"data_gb": (test,)}) for test in tests], SCOPES, RIGA)
    assert 500 <= asked <= 2_000
    found = matcher.match(activity(attributes={"data_gb": 250}), Facts()).rules
    assert found == (1 << 250 if kind is SetTest else 0b11 << 249)
