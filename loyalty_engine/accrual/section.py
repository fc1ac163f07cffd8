"""The `stacks` and `accrual` sections of a rule file, as the family registers them."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty_engine.accrual.dependency import Cycle, in_dependency_order
from loyalty_engine.accrual.describe import describe_accrual
from loyalty_engine.accrual.reading_rules import RuleReader
from loyalty_engine.accrual.reading_stacks import read_stacks
from loyalty_engine.accrual.rule import AccrualRule, AccrualRules, Stack
from loyalty_engine.accrual.schema import accrual_schema
from loyalty_engine.accrual.wording import WORDING
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.section import Section, SectionInput

register(WORDING)


def read_accrual(given: SectionInput) -> AccrualRules:
    """Stacks in the order they are decided, rules in file order; mistakes go to the report."""
    report = given.context.report
    stacks = read_stacks(given.members["stacks"], report)
    by_name = {stack.name: stack for stack in stacks}
    accrual = given.members["accrual"]
    rules = RuleReader(given.context, by_name).read(accrual)
    stacks_member = given.members["stacks"]
    if accrual is None and stacks_member is not None:
        report.warning("R317", stacks_member.mark)
    _check_currencies(rules, report)
    _check_names(rules, report)
    if not report.has_errors:
        _check_unused(stacks, rules, report)
    return AccrualRules(_ordered(stacks, rules, report), rules, {rule.name: rule for rule in rules})


def _ordered(stacks: Sequence[Stack], rules: Sequence[AccrualRule], report: Report) -> tuple[Stack, ...]:
    try:
        return in_dependency_order(stacks, rules)
    except Cycle as cycle:
        first = next(stack for stack in stacks if stack.name in cycle.names)
        report.error("R309", first.mark, names=", ".join(f"`{name}`" for name in dict.fromkeys(cycle.names)))
        return tuple(stacks)


def _check_currencies(rules: Sequence[AccrualRule], report: Report) -> None:
    currency_of: dict[str, str] = {}
    for rule in rules:
        first = currency_of.setdefault(rule.stack, rule.currency)
        if first != rule.currency:
            report.error("R308", rule.mark, stack=rule.stack, first=first, second=rule.currency)
    for rule in rules:
        other = currency_of.get(rule.earn.stack or "", rule.currency)
        if other != rule.currency:
            report.error(
                "R310", rule.mark, rule=rule.name, stack=rule.earn.stack, other=other, currency=rule.currency
            )


def _check_names(rules: Sequence[AccrualRule], report: Report) -> None:
    owner: dict[str, str] = {}
    for rule in rules:
        if owner.setdefault(rule.counter_name, rule.name) != rule.name:
            report.error("R315", rule.mark, rule=rule.name, name=rule.counter_name)


def _check_unused(stacks: Sequence[Stack], rules: Sequence[AccrualRule], report: Report) -> None:
    used = {rule.stack for rule in rules}
    for stack in stacks:
        if stack.name not in used:
            report.warning("R316", stack.mark, stack=stack.name)


ACCRUAL = Section(
    keys=("stacks", "accrual"), read=read_accrual, schema=accrual_schema, describe=describe_accrual
)
