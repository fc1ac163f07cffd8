"""Why each rule granted what it granted for an activity, and why the others granted nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from loyalty_engine.accrual.evaluate import evaluate
from loyalty_engine.accrual.grant import Step
from loyalty_engine.accrual.plan import AccrualPlan
from loyalty_engine.accrual.rule import AccrualRule, AccrualRules
from loyalty_engine.activity.activity import Activity, Line
from loyalty_engine.decision import Award, Decision, Facts
from loyalty_engine.rulebook.condition import Failure
from loyalty_engine.rulebook.failure_text import as_written, failure_text, value_text
from loyalty_engine.rulebook.fields import LINE, WHEN
from loyalty_engine.rulebook.values import activity_values, line_values


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """One rule's part in a decision. `reason` is None when it granted points."""

    rule: str
    stack: str
    points: int
    award: Award | None
    steps: tuple[Step, ...]
    reason: str | None
    failed: Failure | None  # the first condition that did not hold, with the value it saw

    def as_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        data: dict[str, Any] = {"rule": self.rule, "stack": self.stack, "points": self.points}
        if self.award is not None:
            data["basis"] = self.award.basis
            data["lines"] = _shares(self.award)
            data["phases"] = [
                {"phase": step.phase, "amount": amount_text(step.amount), "note": step.note}
                for step in self.steps
            ]
        else:
            data["reason"] = self.reason
            if self.failed is not None:
                seen = self.failed.value
                data["failed"] = {
                    "field": self.failed.field,
                    "test": self.failed.text,
                    "seen": seen if isinstance(seen, str | int | bool | None) else str(seen),
                }
        return data


def explain_accrual(
    rules: AccrualRules, plan: AccrualPlan, activity: Activity, facts: Facts
) -> tuple[Decision, list[RuleExplanation]]:
    """The decision evaluated again with every phase kept, and each rule's part in it, in file order."""
    trace: list[Step] = []
    decision = evaluate(plan, activity, facts, trace)
    awards = {award.rule: award for award in decision.awards}
    steps_of: dict[str, list[Step]] = {}
    for step in trace:
        steps_of.setdefault(step.rule, []).append(step)
    explained = []
    for rule in rules.rules:
        steps = tuple(steps_of.get(rule.name, ()))
        award = awards.get(rule.name)
        reason, failed = (None, None) if award else _why_not(rule, steps, decision, plan, activity, facts)
        explained.append(
            RuleExplanation(rule.name, rule.stack, award.points if award else 0, award, steps, reason, failed)
        )
    return decision, explained


def amount_text(amount: int | Fraction) -> str:
    """An exact amount for a reader: a whole number, else a decimal with its exact ratio where it is long."""
    exact = Fraction(amount)
    if exact.denominator == 1:
        return str(exact.numerator)
    whole, rest = divmod(exact.numerator * 10**4, exact.denominator)
    text = f"{whole // 10**4}.{whole % 10**4:04d}".rstrip("0")
    return text if rest == 0 else f"{text}... ({exact.numerator}/{exact.denominator})"


def _why_not(
    rule: AccrualRule,
    steps: Sequence[Step],
    decision: Decision,
    plan: AccrualPlan,
    activity: Activity,
    facts: Facts,
) -> tuple[str, Failure | None]:
    values = activity_values(activity, facts, plan.calendar, plan.scopes)
    if rule.active and not all(test.holds(activity.at) for test in rule.active):
        failed = Failure("at", rule.active_text or "", plan.calendar.text(activity.at))
        return f"it is active {rule.active_text} only", failed
    failure = _as_written(rule.when.failure(values), WHEN, plan) if rule.when else None
    if failure is not None:
        return failure_text(failure), failure
    if rule.lines is not None:
        on_lines = _line_failure(rule, activity.lines, plan)
        if on_lines is not None:
            return on_lines
    for step in steps:
        if step.phase == "limit":
            return f"its limit is used up: {step.note}", None
        if step.phase == "take":
            return f"the stack `{rule.stack}` takes the best, and {step.note}", None
    if steps:
        return _nothing_left(steps), None
    return _taken_by(rule, decision, plan), None


def _as_written(failure: Failure | None, place: str, plan: AccrualPlan) -> Failure | None:
    if failure is None or failure.field is None:
        return failure
    return as_written(failure, plan.fields.find(failure.field, place), plan.places)


def _line_failure(
    rule: AccrualRule, lines: Sequence[Line], plan: AccrualPlan
) -> tuple[str, Failure | None] | None:
    """Why no line is chosen, None when one is; the condition named is one that fails on every line."""
    assert rule.lines is not None
    failures = [_as_written(rule.lines.failure(line_values(line)), LINE, plan) for line in lines]
    if any(failure is None for failure in failures):
        return None
    first = next((f for f in failures if f is not None), None)
    if first is None:
        return "there are no lines", None
    same = all(f is not None and f.field == first.field and f.text == first.text for f in failures)
    if not same:
        return f"no line meets all of: {rule.lines.text}", None
    if first.field is None:
        return f"no line meets {first.text}", first
    seen = sorted({value_text(f.value) for f in failures if f is not None and f.value is not None})
    if not seen:
        return f"no line has a `{first.field}`, so `{first.text}` does not hold", first
    return f"no line meets `{first.field}`: {first.text}; seen: {', '.join(seen[:5])}", first


def _nothing_left(steps: Sequence[Step]) -> str:
    last = next((step for step in reversed(steps) if "cap" in step.phase), None)
    if last is not None:
        return f"nothing is left under its {last.phase}"
    return "what it earns on comes to less than one point"


def _taken_by(rule: AccrualRule, decision: Decision, plan: AccrualPlan) -> str:
    stack = plan.stacks[plan.by_name[rule.name].stack]
    winners = [award.rule for award in decision.awards if award.stack == rule.stack]
    if stack.per_line:
        return f"the stack `{rule.stack}` decides per line, and others took every line: {', '.join(winners)}"
    return f"the stack `{rule.stack}` takes the first match, and an earlier rule came first"


def _shares(award: Award) -> list[Mapping[str, Any]]:
    whole = sum(weight for _, weight in award.weights)
    return [
        {
            "line": line,
            "weight": weight,
            "share": amount_text(Fraction(award.points * weight, whole)) if whole else "0",
        }
        for line, weight in award.weights
    ]
