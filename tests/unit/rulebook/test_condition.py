"""Three-valued logic, and the reason why a condition does not hold."""

from __future__ import annotations

import pytest

from loyalty_engine.activity.activity import Value
from loyalty_engine.rulebook.condition import Failure
from tests.samples.rule_files import condition, seen


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"channel": "web", "store": "1"}, False),
        ({"channel": "web", "store": "2"}, True),
        ({"channel": "web"}, False),  # unknown whether both hold
        ({"store": "2"}, True),  # one is false, so both do not hold whatever the other is
        ({}, False),
    ],
)
def test_not_both_is_known_once_one_is_false(values: dict[str, Value], expected: bool) -> None:
    assert condition("{not: {channel: web, store: '1'}}").holds(seen(values)) is expected


@pytest.mark.parametrize("test", ["web", "{not: web}"])
def test_neither_a_test_nor_its_opposite_holds_on_a_missing_value(test: str) -> None:
    assert not condition(f"{{channel: {test}}}").holds(seen({}))


def test_either_is_known_once_one_is_true() -> None:
    either = condition("{any: [{channel: web}, {store: '1'}]}")
    assert either.holds(seen({"store": "1"}))
    assert not either.holds(seen({"store": "2"}))
    assert not condition("{not: {any: [{channel: web}, {store: '1'}]}}").holds(seen({"store": "2"}))


def test_the_first_written_condition_that_fails_is_the_reason_with_the_value_it_saw() -> None:
    read = condition("{type: purchase, channel: [web, app], total: '>= 20.00', not: {store: '1'}}")
    values: dict[str, Value] = {"type": "purchase", "channel": "store", "total": 100, "store": "1"}
    assert read.failure(seen(values)) == Failure("channel", "[web, app]", "store")
    values["channel"] = "app"
    assert read.failure(seen(values)) == Failure("total", ">= 20.00", 100)
    values["total"] = 2000
    assert read.failure(seen(values)) == Failure(None, "not: {store: 1}", None)
    del values["store"]
    assert read.failure(seen(values)) == Failure(None, "not: {store: 1}", None)
    values["store"] = "2"
    assert read.failure(seen(values)) is None


def test_a_missing_value_is_a_reason_too() -> None:
    assert condition("{channel: web}").failure(seen({})) == Failure("channel", "web", None)


def test_a_condition_reads_on_one_line() -> None:
    read = condition("{type: purchase, channel: {not: [web, app]}, any: [{hour: 3}, {hour: 10 .. 12}]}")
    assert read.text == "type: purchase, channel: {not: [web, app]}, any: [{hour: 3}, {hour: 10 .. 12}]"
