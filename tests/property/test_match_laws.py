"""Matching by bit vectors says what each condition says by itself, on every value and on none."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from loyalty_engine.accrual.rule import AccrualRule
from loyalty_engine.activity.activity import Activity
from loyalty_engine.decision import Facts
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.rulebook.values import activity_values, line_values
from tests.property.agreement import compiled, member_values, parsed, plain
from tests.property.strategies_cases import Case, cases
from tests.property.strategies_fields import OWN_ACTIVITY
from tests.property.strategies_programs import text_of
from tests.property.strategies_values import NEVER_MISSING, FieldCase, field_cases
from tests.reference.history import History
from tests.reference.interpreter import Interpreter
from tests.reference.program import Document


@settings(max_examples=150)
@given(cases)
def test_a_rules_bit_is_what_its_conditions_say_directly(case: Case) -> None:
    rulebook = compiled(case.text)
    for event in case.events:
        activity = parsed(rulebook, event.activity)
        facts = Facts(member_values(rulebook, event.member))
        matched = rulebook.plan.matcher.match(activity, facts)
        for bit, rule in enumerate(_rules(rulebook)):
            chosen = _chosen_directly(rule, activity)
            holds = _when_holds_directly(rule, rulebook, activity, facts) and chosen != []
            assert bool(matched.rules >> bit & 1) is holds
            if holds and chosen is not None:
                assert [j for j, mask in enumerate(matched.lines) if mask >> bit & 1] == chosen


@settings(max_examples=150)
@given(field_cases)
def test_a_rules_bit_is_what_the_language_says_on_every_value_of_a_field(case: FieldCase) -> None:
    rulebook, document = compiled(case.text), plain(case.text)
    for event in case.events:
        expected = _matching(document, event.activity, event.member)
        assert _matched(rulebook, event.activity, event.member) == expected


@settings(max_examples=100)
@given(field_cases)
def test_of_a_test_and_its_negation_one_holds_on_a_value_and_none_on_a_missing_one(case: FieldCase) -> None:
    """In the first event the field is missing, where it can be."""
    document: dict[str, Any] = {**plain(case.text)}
    rule = next(iter(document["accrual"].values()))
    key = "when" if "when" in rule else "lines"
    field, test = next(iter(rule[key].items()))
    document["accrual"] = {
        "is": {**rule, key: {field: test}},
        "is-not": {**rule, key: {"not": {field: test}}},
        "may-be": {**rule, key: {"any": [{field: test}, {"not": {field: test}}]}},
    }
    rulebook = compiled(text_of(document))
    for event in case.events[1:]:
        assert _matched(rulebook, event.activity, event.member) in ({"is", "may-be"}, {"is-not", "may-be"})
    if field not in NEVER_MISSING:
        assert _matched(rulebook, case.events[0].activity, case.events[0].member) == set()


@settings(max_examples=100)
@given(cases)
def test_what_holds_without_a_value_holds_with_any(case: Case) -> None:
    """Kleene's logic: an unknown value decides nothing that the known ones leave open."""
    rulebook = compiled(case.text)
    for event in case.events:
        whole = _matched(rulebook, event.activity, event.member)
        for name in event.member:
            less = {other: value for other, value in event.member.items() if other != name}
            assert _matched(rulebook, event.activity, less) <= whole
        attributes = event.activity["attributes"]
        for name in OWN_ACTIVITY.keys() & attributes.keys():
            without = {**event.activity, "attributes": {**attributes, name: None}}
            assert _matched(rulebook, without, event.member) <= whole


def _matched(rulebook: CompiledRulebook, activity: dict[str, Any], member: dict[str, str]) -> set[str]:
    facts = Facts(member_values(rulebook, member))
    bits = rulebook.plan.matcher.match(parsed(rulebook, activity), facts).rules
    return {rule.name for bit, rule in enumerate(_rules(rulebook)) if bits >> bit & 1}


def _matching(document: Document, activity: dict[str, Any], member: dict[str, str]) -> set[str]:
    interpreter = Interpreter(document, activity, member, History())
    return {rule.name for rule in interpreter.rules if interpreter.matching.matches(rule)}


def _rules(rulebook: CompiledRulebook) -> tuple[AccrualRule, ...]:
    rules: tuple[AccrualRule, ...] = rulebook.rulebook.models["stacks"].rules
    return rules


def _when_holds_directly(
    rule: AccrualRule, rulebook: CompiledRulebook, activity: Activity, facts: Facts
) -> bool:
    plan = rulebook.plan
    values = activity_values(activity, facts, plan.calendar, plan.scopes)
    in_window = all(test.holds(activity.at) for test in rule.active)
    return in_window and (rule.when is None or rule.when.holds(values))


def _chosen_directly(rule: AccrualRule, activity: Activity) -> list[int] | None:
    """Positions of the lines on which `lines:` holds; None without one."""
    if rule.lines is None:
        return None
    return [j for j, line in enumerate(activity.lines) if rule.lines.holds(line_values(line))]
