"""The compiled evaluator decides what an interpreter of the same document decides; nothing else matters."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.accrual.evaluate import evaluate
from loyalty_engine.accrual.explain import RuleExplanation, explain_accrual
from loyalty_engine.decision import Facts
from tests.property.agreement import (
    assert_agreement,
    compiled,
    decided,
    member_values,
    parsed,
    plain,
    shares,
)
from tests.property.constructs import REQUIRED, constructs
from tests.property.corpus import corpus_answer, corpus_case
from tests.property.strategies_cases import Case, cases
from tests.property.strategies_crowds import crowds
from tests.property.strategies_programs import text_of
from tests.reference.history import History
from tests.reference.interpreter import Interpreter

CORPUS = 500


@settings(max_examples=300)
@given(st.one_of(cases, crowds))
def test_the_compiled_evaluator_grants_exactly_what_the_interpreter_grants(case: Case) -> None:
    assert_agreement(case, compiled(case.text))


def test_every_construct_of_the_language_takes_part_in_grants_that_agree() -> None:
    seen: set[str] = set()
    for number in range(CORPUS):
        case = corpus_case(number)
        rulebook = compiled(case.text)
        assert_agreement(case, rulebook, corpus_answer(number))
        granted = {award.rule for step in decided(rulebook, case) for award in step.decision.awards}
        seen |= constructs(plain(case.text), case, granted)
    assert REQUIRED - seen == set()
    assert seen - REQUIRED == set()  # what is new in the generator belongs into the list


@settings(max_examples=100)
@given(cases)
def test_the_same_inputs_decide_the_same_and_what_was_read_is_enough_to_decide_again(case: Case) -> None:
    one, other = compiled(case.text), compiled(case.text)
    for step, again in zip(decided(one, case), decided(other, case), strict=True):
        assert step == again
        stored = Facts(step.facts.member, dict(step.decision.reads))
        assert evaluate(one.plan, step.activity, stored) == step.decision


@settings(max_examples=100)
@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_of_keys_decides_nothing(case: Case, random: Any) -> None:
    rulebook = compiled(case.text)
    for event in case.events:
        lines = event.activity.get("lines")
        if lines is None or "id" not in lines[0]:
            continue
        shuffled = dict(random.sample(sorted(event.activity.items()), len(event.activity)))
        shuffled["lines"] = random.sample(lines, len(lines))
        facts = Facts(member_values(rulebook, event.member))
        decisions = [
            evaluate(rulebook.plan, parsed(rulebook, activity), facts)
            for activity in (event.activity, shuffled)
        ]
        assert decisions[0] == decisions[1]


@settings(max_examples=100)
@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_stacks_in_the_file_decides_nothing(case: Case, random: Any) -> None:
    document: dict[str, Any] = {**plain(case.text)}
    document["stacks"] = _shuffled(document["stacks"], random)
    for step, other in zip(*_both(case, document), strict=True):
        assert step.decision.awards == other.decision.awards
        assert step.decision.uses == other.decision.uses
        assert dict(step.decision.reads) == dict(other.decision.reads)


@settings(max_examples=100)
@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_rules_matters_only_within_a_stack(case: Case, random: Any) -> None:
    """But for the odd points of a rounding once per activity, which all its rules share."""
    document: dict[str, Any] = {**plain(case.text)}
    if document.get("rounding", {}).get("site") == "activity":
        return
    order = _shuffled(document["stacks"], random)
    rules = document["accrual"].items()
    document["accrual"] = {name: rule for stack in order for name, rule in rules if rule["stack"] == stack}
    for step, other in zip(*_both(case, document), strict=True):
        mine, theirs = ({a.rule: a for a in s.decision.awards} for s in (step, other))
        assert {name: award.points for name, award in mine.items()} == {
            n: a.points for n, a in theirs.items()
        }
        assert {name: shares(award) for name, award in mine.items()} == {
            n: shares(a) for n, a in theirs.items()
        }
        assert sorted(step.decision.uses) == sorted(other.decision.uses)


@settings(max_examples=150)
@given(cases)
def test_an_explanation_repeats_the_decision_and_blames_a_condition_only_where_none_holds(case: Case) -> None:
    rulebook = compiled(case.text)
    history = History()
    for event, step in zip(case.events, decided(rulebook, case), strict=True):
        interpreter = Interpreter(plain(case.text), event.activity, event.member, history)
        matching = {r.name for r in interpreter.rules if interpreter.matching.matches(r)}
        interpreter.decide()
        rules = rulebook.rulebook.models["stacks"]
        decision, explained = explain_accrual(rules, rulebook.plan, step.activity, step.facts)
        assert decision == step.decision
        for one in explained:
            _check_explanation(one, one.rule in matching)


def _check_explanation(one: RuleExplanation, matches: bool) -> None:
    json.dumps(one.as_json())
    assert (one.reason is None) is (one.points > 0) is (one.award is not None)
    if one.award is not None:
        assert one.steps[0].phase == "exact"
        assert one.steps[-1].amount == one.award.points == one.points
    else:
        reasons = ("the stack", "nothing is left", "what it earns on")
        assert str(one.reason).startswith(reasons) is matches


def _shuffled(block: dict[str, Any], random: Any) -> dict[str, Any]:
    return dict(random.sample(list(block.items()), len(block)))


def _both(case: Case, document: dict[str, Any]) -> tuple[Any, Any]:
    other = Case(text_of(document), case.events)
    return decided(compiled(case.text), case), decided(compiled(other.text), other)
