"""A condition means one thing, read three ways: by hand, as a tree, as a disjunction of boxes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.condition import ALWAYS, Condition
from loyalty_engine.rulebook.test import Box, RangeTest, SetTest, Test
from loyalty_engine.rulebook.witness import representatives, satisfiable
from tests.samples.rule_files import Rule, codes, load

TEXTS = ("a", "ab", "abc", "b", "ba")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# A test as it is written, beside what it means: a function of the present value.
Written = Any


def text_tests(values: Sequence[str]) -> st.SearchStrategy[Written]:
    single = st.sampled_from(values) | st.sampled_from(values).map(lambda v: v[0] + "*")
    return single | st.lists(single, min_size=1, max_size=3)


NUMBERS = st.integers(-3, 9)
COMPARISONS = st.builds("{} {}".format, st.sampled_from([">=", "<=", ">", "<"]), NUMBERS)
RANGES = st.builds(
    lambda low, length, sign: f"{low} {sign} {low + length}",
    NUMBERS,
    st.integers(1, 4),
    st.sampled_from(["..", "..<"]),
)
SINGLE_NUMBERS = NUMBERS.map(str) | COMPARISONS | RANGES
NUMBER_TESTS = SINGLE_NUMBERS | st.lists(SINGLE_NUMBERS, min_size=1, max_size=3)


def negatable(tests: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    return tests | tests.map(lambda test: {"not": test}) | tests.map(lambda test: {"not": {"not": test}})


PLAIN = st.fixed_dictionaries(
    {},
    optional={
        "channel": negatable(text_tests(TEXTS)),
        "store": negatable(text_tests(TEXTS)),
        "weekday": negatable(text_tests(DAYS)),
        "points_left": negatable(NUMBER_TESTS),
        "first_of_type": st.booleans() | st.booleans().map(lambda b: {"not": b}),
    },
)


def deeper(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    full = inner.filter(bool)
    blocks = st.fixed_dictionaries({}, optional={"any": st.lists(full, min_size=1, max_size=3), "not": full})
    return st.builds(lambda plain, more: {**plain, **more}, PLAIN, blocks)


CONDITIONS = st.recursive(PLAIN, deeper, max_leaves=5)
VALUES = st.fixed_dictionaries(
    {
        "channel": st.none() | st.sampled_from(TEXTS),
        "store": st.none() | st.sampled_from(TEXTS),
        "weekday": st.none() | st.sampled_from(DAYS),
        "points_left": st.none() | st.integers(-4, 14),
        "first_of_type": st.none() | st.booleans(),
    }
)


def meaning(test: Written, value: Value) -> bool:
    """What a written test says of a present value, by hand."""
    if isinstance(test, dict):
        return not meaning(test["not"], value)
    if isinstance(test, list):
        return any(meaning(item, value) for item in test)
    if isinstance(value, bool):
        return value is test
    if isinstance(value, str):
        return value.startswith(test[:-1]) if str(test).endswith("*") else value == str(test)
    assert isinstance(value, int)
    return number_meaning(test.split(" "), value)


def number_meaning(words: list[str], value: int) -> bool:
    if len(words) == 3:
        return int(words[0]) <= value and (
            value < int(words[2]) if words[1] == "..<" else value <= int(words[2])
        )
    if len(words) == 2:
        other = int(words[1])
        return {">=": value >= other, "<=": value <= other, ">": value > other, "<": value < other}[words[0]]
    return value == int(words[0])


def truth(block: Mapping[str, Any], values: Mapping[str, Value | None]) -> bool | None:
    """What a written block says, by hand: Kleene's tables."""
    seen: list[bool | None] = []
    for key, node in block.items():
        if key == "any":
            parts = [truth(part, values) for part in node]
            seen.append(True if True in parts else None if None in parts else False)
        elif key == "not":
            part = truth(node, values)
            seen.append(None if part is None else not part)
        else:
            value = values[key]
            seen.append(None if value is None else meaning(node, value))
    return False if False in seen else None if None in seen else True


def read(when: Mapping[str, Any]) -> Condition:
    """The condition; one that no value can meet, or with too many alternatives, is passed over."""
    loaded = load("fields: {points_left: {type: number}}", f"accrual: {{r: {{when: {json.dumps(when)}}}}}")
    assume(not {"R211", "R215"} & set(codes(loaded)))
    assert loaded.rulebook is not None, loaded.diagnostics
    rule = loaded.rulebook.models["accrual"]["r"]
    assert isinstance(rule, Rule)
    return rule.when or ALWAYS


def box_holds(box: Box, values: Mapping[str, Value | None]) -> bool:
    return all(
        value is not None and all(test.holds(value) for test in tests)
        for value, tests in ((values[name], tests) for name, tests in box.items())
    )


@given(CONDITIONS, st.lists(VALUES, min_size=1, max_size=12))
def test_tree_boxes_and_plain_reading_agree_with_values_missing_or_not(
    when: dict[str, Any], cases: list[dict[str, Value | None]]
) -> None:
    condition = read(when)
    for values in cases:
        expected = truth(when, values) is True
        assert condition.holds(values.get) is expected
        assert any(box_holds(box, values) for box in condition.boxes) is expected
        assert (condition.failure(values.get) is None) is expected


SETS = st.builds(SetTest, st.frozensets(st.integers(0, 12), max_size=4), st.just(()), st.booleans())
BOUNDS = st.none() | st.integers(0, 12)
RANGE_TESTS = st.builds(RangeTest, BOUNDS, st.booleans(), BOUNDS, st.booleans(), st.booleans())


@given(st.lists(SETS | RANGE_TESTS, max_size=5))
def test_tests_of_whole_amounts_contradict_each_other_exactly_when_no_amount_passes(
    tests: list[Test],
) -> None:
    passing = [value for value in range(-2, 16) if all(test.holds(value) for test in tests)]
    assert satisfiable(Field("total", "money", "activity"), tests) == bool(passing)


TEXT_SETS = st.builds(
    SetTest,
    st.frozensets(st.sampled_from(TEXTS), max_size=3),
    st.lists(st.sampled_from(["a", "ab", "b"]), max_size=2).map(tuple),
    st.booleans(),
)


@given(st.lists(TEXT_SETS, max_size=4), st.text("abc", max_size=4))
def test_every_outcome_that_a_text_has_some_representative_has(tests: list[SetTest], text: str) -> None:
    outcome = [test.holds(text) for test in tests]
    others = representatives(Field("channel", "text", "activity"), tests)
    assert outcome in [[test.holds(other) for test in tests] for other in others]
