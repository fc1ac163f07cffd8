"""Accrual rules as readable data, for `rules show`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.accrual.rule import AccrualRule, AccrualRules, Stack
from loyalty_engine.rulebook.program import Program


def describe_accrual(rules: AccrualRules, program: Program) -> Mapping[str, Any]:
    """The stacks in the order they are decided and the rules in file order, in the file's own words."""
    return {
        "stacks": [_stack(stack) for stack in rules.stacks],
        "accrual": [_rule(rule) for rule in rules.rules],
    }


def _stack(stack: Stack) -> dict[str, Any]:
    return {
        "name": stack.name,
        "take": stack.take,
        "per": "line" if stack.per_line else "activity",
        "cap": [str(cap) for cap in stack.caps],
    }


def _rule(rule: AccrualRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "stack": rule.stack,
        "when": rule.when.text if rule.when else "always",
        "lines": rule.lines.text if rule.lines else "all",
        "active": rule.active_text,
        "earn": rule.earn.text,
        "currency": rule.currency,
        "cap": [str(cap) for cap in rule.caps],
        "limit": str(rule.limit) if rule.limit else None,
        "pending": str(rule.pending) if rule.pending else None,
        "expires": str(rule.expires) if rule.expires else None,
        "title": dict(rule.title),
    }
