"""A small shop whose rules a test writes: what is not written has the value of the head."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from textwrap import dedent
from typing import Any

from loyalty_engine.accrual.evaluate import evaluate
from loyalty_engine.accrual.explain import RuleExplanation, explain_accrual
from loyalty_engine.activity.activity import Activity, Value
from loyalty_engine.activity.parse import parse_activity
from loyalty_engine.decision import CounterKey, Decision, Facts
from loyalty_engine.engine.rulebook_loading import check
from loyalty_engine.engine.rulebooks import CompiledRulebook

HEAD = {
    "program": "program: shop",
    "effective": "effective: 2026-01-01",
    "time_zone": "time_zone: Europe/Riga",
    "currency": "currency: EUR",
    "points": "points: {points: {spendable: true}}",
    "stacks": "stacks: {base: {take: all}}",
}

Diagnosis = tuple[str, int, int]
"""Code, line and column of what is wrong, counted in the text that the test wrote."""


def rule_file(text: str) -> str:
    """The text, and below it the mandatory settings that it leaves out."""
    own = dedent(text).strip("\n") + "\n"
    written = {line.partition(":")[0] for line in own.splitlines()}
    return own + "".join(f"{line}\n" for key, line in HEAD.items() if key not in written)


def open_shop(text: str) -> Shop:
    """The shop of a rule file without a mistake."""
    checked = check({"program.yaml": rule_file(text)})
    assert checked.compiled is not None, [(d.code, d.message, d.mark) for d in checked.diagnostics]
    return Shop(checked.compiled)


def mistakes(text: str) -> list[Diagnosis]:
    """The errors of a rule file."""
    found = check({"program.yaml": rule_file(text)}).diagnostics
    return [(d.code, d.mark.line, d.mark.column) for d in found if d.severity == "error"]


def doubts(text: str) -> list[Diagnosis]:
    """The warnings of a rule file, but for the one that says there is no example."""
    found = check({"program.yaml": rule_file(text)}).diagnostics
    return [
        (d.code, d.mark.line, d.mark.column) for d in found if d.severity == "warning" and d.code != "R407"
    ]


def advice(text: str) -> tuple[str, str]:
    """Message and help of the one error of a rule file."""
    found = [d for d in check({"program.yaml": rule_file(text)}).diagnostics if d.severity == "error"]
    assert len(found) == 1, found
    return found[0].message, found[0].help


def purchase(*lines: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A purchase on a Saturday morning in Riga; lines, or `amount=`."""
    basket = {"lines": list(lines)} if lines else {}
    head = {
        "type": "purchase",
        "id": "P-1",
        "source": "pos",
        "member": "M-1",
        "at": "2026-03-14T11:05:00+02:00",
    }
    return {**head, **basket, **more}


def line(amount: str, category: str | None = None, **more: Any) -> dict[str, Any]:
    """One position of a basket."""
    return {"amount": amount, "category": category, **more}


class Shop:
    """One rulebook, and a member whose counts go on from activity to activity."""

    def __init__(self, rulebook: CompiledRulebook) -> None:
        self.rulebook = rulebook
        self.counters: dict[CounterKey, int] = {}

    def decide(self, activity: Mapping[str, Any], **member: Value) -> Decision:
        """The decision on an activity; it is not counted."""
        return evaluate(self.rulebook.plan, self.parsed(activity), self.facts(member))

    def explain(self, activity: Mapping[str, Any], **member: Value) -> dict[str, RuleExplanation]:
        """Each rule's part in the decision."""
        rules = self.rulebook.rulebook.models["stacks"]
        facts = self.facts(member)
        decision, explained = explain_accrual(rules, self.rulebook.plan, self.parsed(activity), facts)
        assert decision == self.decide(activity, **member)
        return {one.rule: one for one in explained}

    def gives(self, activity: Mapping[str, Any], **member: Value) -> dict[str, int]:
        """Points by rule; rules that give nothing are left out."""
        return {award.rule: award.points for award in self.decide(activity, **member).awards}

    def records(self, activity: Mapping[str, Any], **member: Value) -> dict[str, int]:
        """The same, and what is used of caps and limits is counted."""
        decision = self.decide(activity, **member)
        for use in decision.uses:
            self.counters[use.key] = self.counters.get(use.key, 0) + use.used
        return {award.rule: award.points for award in decision.awards}

    def shares(self, activity: Mapping[str, Any], rule: str, **member: Value) -> dict[str, Fraction]:
        """Each line's exact share of a rule's award."""
        award = next(a for a in self.decide(activity, **member).awards if a.rule == rule)
        whole = sum(weight for _, weight in award.weights)
        return {id_: Fraction(award.points * weight, whole) for id_, weight in award.weights}

    def parsed(self, activity: Mapping[str, Any]) -> Activity:
        """The activity with the types of this program."""
        return parse_activity(activity, self.rulebook.settings)

    def facts(self, member: Mapping[str, Value]) -> Facts:
        """The member's typed fields and what was used so far."""
        return Facts(member, dict(self.counters))
