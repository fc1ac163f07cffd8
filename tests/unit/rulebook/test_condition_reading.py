"""What can be written behind a field, and for which values it holds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from loyalty_engine.activity.activity import Value
from loyalty_engine.calendar import to_instant
from loyalty_engine.rulebook.condition import ALWAYS
from loyalty_engine.rulebook.test import RangeTest, SetTest
from tests.samples.rule_files import codes, condition, line_condition, load, seen

FIELDS = "fields: {plan: {type: choice, of: [S, M, L]}, data_gb: {type: number}}"


def at(text: str) -> int:
    return to_instant(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("test", "holds", "fails"),
    [
        ("channel: web", ["web"], ["Web", "webshop", ""]),
        ("channel: [web, app]", ["web", "app"], ["store"]),
        ("channel: we*", ["web", "we"], ["w", "awe"]),
        ("channel: [we*, app]", ["web", "app"], ["ap"]),
        ("channel: {not: web}", ["app"], ["web"]),
        ("channel: {not: [web, ap*]}", ["store"], ["web", "app"]),
        ("channel: {not: {not: web}}", ["web"], ["app"]),
        ("store: 012345", ["012345"], ["12345", "5349"]),
        ("store: a..b", ["a..b"], ["a"]),
        ("weekday: [sat, sun]", ["sat"], ["mon"]),
        ("weekday: s*", ["sat", "sun"], ["mon"]),
        ("plan: {not: S}", ["M", "L"], ["S"]),
        ("total: 84.50", [8450], [8451, 84]),
        ("total: 84", [8400], [84]),
        ('total: ">= 100.00"', [10000, 10001], [9999]),
        ('total: ">100"', [10001], [10000]),
        ('total: "<= 100.00"', [10000, -5], [10001]),
        ('total: "< 100.00"', [9999], [10000]),
        ("total: 10 .. 20", [1000, 2000], [999, 2001]),
        ("total: 10..20", [1000, 2000], [999, 2001]),
        ("total: 10 ..< 20", [1000, 1999], [999, 2000]),
        ("total: -5 .. -1", [-500, -100], [-501, 0]),
        ("total: {not: 10 .. 20}", [999, 2001], [1000, 2000]),
        ('total: [5.00, 10 .. 20, "> 100"]', [500, 1500, 10001], [600, 10000]),
        ("data_gb: 1.5", [Decimal("1.5")], [1, 2]),
        ("data_gb: 2", [2, Decimal("2.0")], [3]),
        ('data_gb: "> 1.5"', [Decimal("1.500001"), 2], [Decimal("1.5"), 1]),
        ("tenure_months: 3 .. 60", [3, 60], [2, 61]),
        ("first_of_type: true", [True], [False]),
        ("date: 2026-03-14", [date(2026, 3, 14)], [date(2026, 3, 15)]),
        ("date: 2026-03-01 .. 2026-05-31", [date(2026, 3, 1), date(2026, 5, 31)], [date(2026, 6, 1)]),
        ("date: 2026-03-01 ..< 2026-05-31", [date(2026, 5, 30)], [date(2026, 5, 31)]),
    ],
)
def test_a_test_holds_for_these_values_and_fails_for_those(
    test: str, holds: list[Value], fails: list[Value]
) -> None:
    read = condition("{" + test + "}", FIELDS)
    field = test.partition(":")[0]
    assert [read.holds(seen({field: value})) for value in holds] == [True] * len(holds)
    assert [read.holds(seen({field: value})) for value in fails] == [False] * len(fails)
    assert not read.holds(seen({}))


@pytest.mark.parametrize(
    ("test", "first", "end"),
    [
        ("2026-03-14", "2026-03-13T22:00", "2026-03-14T22:00"),
        ("2026-03-14 .. 2026-03-15", "2026-03-13T22:00", "2026-03-15T22:00"),
        ("2026-03-14 ..< 2026-03-15", "2026-03-13T22:00", "2026-03-14T22:00"),
        ("2026-03-14T11:00 .. 2026-03-14", "2026-03-14T09:00", "2026-03-14T22:00"),
        ("2026-03-14T11:00 ..< 2026-03-14T12:00Z", "2026-03-14T09:00", "2026-03-14T12:00"),
    ],
)
def test_a_day_of_an_instant_lasts_from_midnight_to_midnight_of_the_program(
    test: str, first: str, end: str
) -> None:
    read = condition(f"{{at: '{test}'}}")
    held = [read.holds(seen({"at": at(first) + shift})) for shift in (-1, 0)]
    held += [read.holds(seen({"at": at(end) + shift})) for shift in (-1, 0)]
    assert held == [False, True, True, False]


@pytest.mark.parametrize(
    ("test", "edge"),
    [
        ('">= 2026-03-14"', "2026-03-13T22:00"),
        ('"> 2026-03-14"', "2026-03-14T22:00"),
        ('">= 2026-03-14T11:05"', "2026-03-14T09:05"),
    ],
)
def test_an_instant_from_a_day_or_time_on(test: str, edge: str) -> None:
    read = condition(f"{{at: {test}}}")
    assert [read.holds(seen({"at": at(edge) + shift})) for shift in (-1, 0)] == [False, True]


def test_lines_are_tested_by_their_own_fields() -> None:
    read = line_condition('{category: {not: [tobacco]}, quantity: ">= 1.5", amount: "> 0", sku: "90*"}')
    assert read.holds(seen({"category": "dairy", "quantity": 1500, "amount": 1, "sku": "900"}))
    assert not read.holds(seen({"category": "dairy", "quantity": 1499, "amount": 1, "sku": "900"}))
    assert read.fields == {"category", "quantity", "amount", "sku"}


def test_lists_unfold_wherever_a_value_may_stand() -> None:
    lists = "lists: {food: [dairy, grocery], codes: ['90*', 777], levels: [5, 10 .. 12]}"
    assert line_condition("{category: $food}", lists).holds(seen({"category": "dairy"}))
    assert not line_condition("{category: {not: $food}}", lists).holds(seen({"category": "dairy"}))
    assert line_condition("{category: [tv, $food]}", lists).holds(seen({"category": "grocery"}))
    assert line_condition("{sku: $codes}", lists).holds(seen({"sku": "901"}))
    assert condition("{age: $levels}", lists).holds(seen({"age": 11}))
    assert not condition("{age: $levels}", lists).holds(seen({"age": 6}))


def test_the_values_of_a_list_are_one_look_up() -> None:
    read = line_condition("{category: [tv, $food]}", "lists: {food: [dairy, grocery]}")
    assert read.boxes == ({"category": (SetTest(frozenset({"tv", "dairy", "grocery"})),)},)


def test_a_beginning_of_a_choice_is_the_values_that_have_it() -> None:
    assert condition("{weekday: s*}").boxes == ({"weekday": (SetTest(frozenset({"sat", "sun"})),)},)


def test_blocks_any_and_not_nest() -> None:
    read = condition(
        "{type: purchase, any: [{channel: web, total: '>= 10'}, {channel: app}], not: {store: '1', hour: 3}}"
    )
    assert read.holds(seen({"type": "purchase", "channel": "app", "store": "2"}))
    assert read.holds(seen({"type": "purchase", "channel": "web", "total": 1000, "hour": 4}))
    assert not read.holds(seen({"type": "purchase", "channel": "web", "total": 999, "hour": 4}))
    assert not read.holds(seen({"type": "purchase", "channel": "app", "store": "1", "hour": 3}))
    assert not read.holds(seen({"type": "purchase", "channel": "app", "store": "1"}))
    assert len(read.boxes) == 4


def test_no_block_and_an_empty_one_always_hold() -> None:
    assert condition("{}") == ALWAYS
    assert ALWAYS.boxes == ({},)
    assert ALWAYS.holds(seen({}))
    assert ALWAYS.text == "always"


def test_a_ladder_closes_the_values_of_tier() -> None:
    ladder = "tiers: {ladder: {silver: 1000, gold: 5000}}"
    assert codes(load(ladder, "accrual: {a: {when: {tier: gold}}}")) == []
    assert codes(load(ladder, "accrual: {a: {when: {tier: platinum}}}")) == ["R201"]


def test_a_missing_ladder_is_told_once() -> None:
    assert codes(load("accrual: {a: {when: {tier: gold}}, b: {when: {tier: silver}}}")) == ["R217"]


def test_two_hundred_and_fifty_six_alternatives_are_read_and_more_are_not() -> None:
    def alternatives(field: str, count: int) -> str:
        return ", ".join(f"{{{field}: c{i}}}" for i in range(count))

    many = f"any: [{alternatives('channel', 16)}]"
    assert len(condition(f"{{{many}, not: {{not: {{any: [{alternatives('store', 16)}]}}}}}}").boxes) == 256
    too_many = f"accrual: {{a: {{when: {{{many}, not: {{not: {{any: [{alternatives('store', 17)}]}}}}}}}}}}"
    assert codes(load(too_many)) == ["R215"]


def test_a_range_test_keeps_its_words() -> None:
    tests = condition("{total: '>=  100.00'}").boxes[0]["total"]
    assert tests == (RangeTest(low=10000),)
    assert tests[0].text == ">= 100.00"
    assert tests[0].negation().text == "{not: >= 100.00}"


@pytest.mark.parametrize("field", ["channel", "total", "weekday", "first_of_type", "at", "date", "hour"])
@pytest.mark.parametrize(
    "test", ["''", "[[a]]", "{not: {}}", "{not: []}", "[{not: a}]", "*", "{not: a, b: c}"]
)
def test_what_is_no_test_is_reported_and_never_raised(field: str, test: str) -> None:
    loaded = load(f"accrual: {{a: {{when: {{{field}: {test}}}}}}}")
    assert loaded.rulebook is None


def test_a_thousand_tests_are_read_and_more_are_not() -> None:
    def rule(count: int) -> str:
        excluded = ", ".join(f"{{channel: c{i}}}" for i in range(count))
        return f"accrual: {{a: {{when: {{not: {{any: [{excluded}]}}}}}}}}"

    assert codes(load(rule(1000))) == []
    assert codes(load(rule(1001))) == ["R215"]


def test_a_list_of_alternatives_for_a_bounded_field_may_be_too_long() -> None:
    hours = ", ".join(f"'{i} .. {i + 1}'" for i in range(300))
    assert codes(load(f"accrual: {{a: {{when: {{hour: [{hours}]}}}}}}")) == ["R215"]


def test_a_doubt_that_is_too_dear_to_decide_is_not_raised() -> None:
    values = ", ".join(f"v{i}" for i in range(5000))
    lists = f"lists: {{some: [{values}]}}"
    rules = ", ".join(
        f"r{i}: {{when: {{channel: $some, not: {{channel: $some}}, store: s{i}}}}}" for i in range(100)
    )
    found = codes(load(lists, f"accrual: {{{rules}}}"))
    assert 1 <= found.count("R216") < 100


@pytest.mark.parametrize("block", ["purchase", "[purchase]", "''"])
@pytest.mark.parametrize("key", ["when", "lines"])
def test_a_condition_is_a_block(key: str, block: str) -> None:
    assert codes(load(f"accrual: {{a: {{{key}: {block}}}}}")) == ["R025"]


def test_a_personal_field_is_never_proposed() -> None:
    field = "fields: {{phone: {{type: text, on: member, personal: {personal}}}}}"
    for personal, help_text in (("false", "did you mean `phone`?"), ("true", "one of: `type`")):
        loaded = load(field.format(personal=personal), "accrual: {a: {when: {phon: '1'}}}")
        assert [found.help.startswith(help_text) for found in loaded.diagnostics] == [True]
