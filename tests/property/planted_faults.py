"""Faults to plant into the compiled evaluator, one or more for each phase of deciding an award.

A fault either replaces a part of the evaluator while rules are compiled and evaluated, or changes the
compiled plan. Each is a mistake that somebody could make.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loyalty_engine.accrual import evaluate, final_rounding, section
from loyalty_engine.accrual.amount import Amounts
from loyalty_engine.accrual.grant import Grant
from loyalty_engine.accrual.plan import AccrualPlan, PlannedRule
from loyalty_engine.accrual.rounding import ROUNDING, half_up
from loyalty_engine.accrual.rule import AccrualRule
from loyalty_engine.activity.activity import Line
from loyalty_engine.calendar import Calendar
from loyalty_engine.rulebook import match, single_test
from loyalty_engine.rulebook.match import Matcher

Fault = Callable[[pytest.MonkeyPatch], Callable[[AccrualPlan], None] | None]
"""Plants itself; what it gives back, if anything, changes each compiled plan."""

Evaluation: Any = evaluate._Evaluation
ROUNDING_OF_PLANS = "loyalty_engine.accrual.plan.ROUNDING"


def missing_passes_a_not(patch: pytest.MonkeyPatch) -> None:
    """A missing value is taken for one that no test names."""
    original = match._lookup

    def lookup(*given: Any) -> Any:
        made = original(*given)
        if not isinstance(made, match.Table):
            return made
        get, default = made
        return match.Table(lambda value, other: other if value is None else get(value, other), default)

    patch.setattr(match, "_lookup", lookup)


def line_tests_hold_on_different_lines(patch: pytest.MonkeyPatch) -> None:
    """ORed over the lines field by field, and ANDed only then."""

    def line_masks(self: Any, lines: Sequence[Line]) -> list[int]:
        mask = self._line_all
        for index, get, default in self._line_tables:
            mask &= _any(get(line[index], default) for line in lines)
        for index, lookup in self._line_by_index:
            mask &= _any(lookup(line[index]) for line in lines)
        for name, lookup in self._line_by_attribute:
            mask &= _any(lookup(line.attributes.get(name)) for line in lines)
        return [match._folded(mask, self._count, self._line_fold)] * len(lines)

    patch.setattr(Matcher, "_line_masks", line_masks)


def upper_end_is_always_in(patch: pytest.MonkeyPatch) -> None:
    """`..<` is read as `..`."""
    original = single_test._range
    patch.setattr(single_test, "_range", lambda low, end_out, high, text: original(low, False, high, text))


def clock_of_utc(patch: pytest.MonkeyPatch) -> Callable[[AccrualPlan], None]:
    """Weekday, hour and date are not those of the program's zone."""

    def change(compiled: AccrualPlan) -> None:
        patch.setattr(compiled.matcher, "_calendar", Calendar(ZoneInfo("UTC")))

    return change


def limit_is_not_looked_at(patch: pytest.MonkeyPatch) -> Callable[[AccrualPlan], None]:
    """A used-up limit matches all the same."""
    return lambda compiled: patch.setattr(compiled, "limited", 0)


def tax_is_added_not_taken_out(patch: pytest.MonkeyPatch) -> Callable[[AccrualPlan], None]:
    """The basis has the wrong tax."""
    return lambda compiled: patch.setattr(compiled, "tax_sign", -compiled.tax_sign)


def negative_nets_count_0(patch: pytest.MonkeyPatch) -> None:
    """They do not lower the basis."""
    original = Amounts._basis_values
    patch.setattr(Amounts, "_basis_values", lambda self: [max(value, 0) for value in original(self)])


def halves_go_up_not_to_the_even(patch: pytest.MonkeyPatch) -> None:
    """`half even` rounds as `half up`."""
    patch.setattr(ROUNDING_OF_PLANS, {**ROUNDING, "half even": half_up})


def down_is_toward_zero(patch: pytest.MonkeyPatch) -> None:
    """Floors a negative line toward zero."""
    patch.setattr(ROUNDING_OF_PLANS, {**ROUNDING, "down": lambda n, d: n // d if n >= 0 else -(-n // d)})


def own_cap_is_not_applied(patch: pytest.MonkeyPatch) -> Callable[[AccrualPlan], None]:
    """The rule's own cap per activity is forgotten."""
    return _each_rule(patch, lambda rule: replace(rule, cap=None))


def first_passes_over_zero(patch: pytest.MonkeyPatch) -> None:
    """`first` looks for the first match that grants something."""
    original = Evaluation._candidates

    def candidates(self: Any, stack: Any, mask: int) -> list[Grant]:
        grants: list[Grant] = original(self, stack, mask)
        rest = mask & (mask - 1)
        if stack.take == "first" and not stack.per_line and rest and grants[0].amount == 0:
            return candidates(self, stack, rest)
        return grants

    patch.setattr(Evaluation, "_candidates", candidates)


def of_equals_the_last_is_best(patch: pytest.MonkeyPatch) -> None:
    """Ties go against the file's order."""
    patch.setattr(Evaluation, "_best", lambda self, grants: [max(reversed(grants), key=lambda g: g.amount)])


def best_before_own_caps(patch: pytest.MonkeyPatch) -> None:
    """`best` compares what the rules give before their own caps."""

    def best(self: Any, grants: list[Grant]) -> list[Grant]:
        return [max(grants, key=lambda grant: _uncapped(self._amounts, grant))]

    patch.setattr(Evaluation, "_best", best)


def stack_cap_cuts_the_first(patch: pytest.MonkeyPatch) -> None:
    """Caps cut against the file's order."""
    original = Evaluation._share
    patch.setattr(
        Evaluation, "_share", lambda self, grants, left, phase: original(self, grants[::-1], left, phase)
    )


def stack_cap_after_the_members_caps(patch: pytest.MonkeyPatch) -> None:
    """The wider caps come first."""
    cut, member_caps = Evaluation._share, Evaluation._member_caps

    def share(self: Any, grants: list[Grant], left: int, phase: str) -> None:
        if phase != "stack cap":
            cut(self, grants, left, phase)

    def then_the_stacks(self: Any, stack: Any, grants: list[Grant]) -> None:
        member_caps(self, stack, grants)
        if stack.cap is not None:
            cut(self, grants, stack.cap, "late stack cap")

    patch.setattr(Evaluation, "_share", share)
    patch.setattr(Evaluation, "_member_caps", then_the_stacks)


def percentage_of_amounts_before_caps(patch: pytest.MonkeyPatch) -> None:
    """`N% of S` reads what the rules of S give before any cap."""
    original = Amounts._on_stack

    def on_stack(self: Any, rule: PlannedRule, own: list[str] | None) -> Grant:
        sources = [grant for granted in self._granted.values() for grant in granted]
        capped = [grant.amount for grant in sources]
        for grant in sources:
            grant.amount = _uncapped(self, grant)
        result = original(self, rule, own)
        for grant, amount in zip(sources, capped, strict=True):
            grant.amount = amount
        return result

    patch.setattr(Amounts, "_on_stack", on_stack)


def percentage_on_all_lines(patch: pytest.MonkeyPatch) -> None:
    """`N% of S` reads beyond the rule's own lines."""
    original = Amounts._on_stack
    patch.setattr(Amounts, "_on_stack", lambda self, rule, own: original(self, rule, None))


def stacks_in_file_order(patch: pytest.MonkeyPatch) -> None:
    """A percentage may be decided before what it is of."""
    patch.setattr(section, "in_dependency_order", lambda stacks, rules: tuple(stacks))


def members_caps_forget_what_was_used(patch: pytest.MonkeyPatch) -> None:
    """Every activity finds the whole cap."""
    original = Evaluation._used
    patch.setattr(
        Evaluation, "_used", lambda self, key: 0 if key.measure == "points" else original(self, key)
    )


def counts_follow_the_newest_name(patch: pytest.MonkeyPatch) -> Callable[[AccrualPlan], None]:
    """`was:` is not looked at."""
    return _each_rule(patch, lambda rule: replace(rule, counter=f"rule:{rule.name}"))


def weeks_begin_on_sunday(patch: pytest.MonkeyPatch) -> None:
    """A wrong window."""
    original, day = Calendar.start, 86_400_000_000

    def start(self: Calendar, period: str, instant: int) -> int:
        return (
            original(self, period, instant + day) - day
            if period == "week"
            else original(self, period, instant)
        )

    patch.setattr(Calendar, "start", start)


def odd_points_go_above_caps(patch: pytest.MonkeyPatch) -> None:
    """The final rounding does not look at the room under caps."""
    original = final_rounding.round_once

    def round_once(grants: list[Grant], rounding: Any) -> None:
        for grant in grants:
            grant.rooms = []
        original(grants, rounding)

    patch.setattr(evaluate, "round_once", round_once)


def each_rule_rounds_by_itself_at_the_end(patch: pytest.MonkeyPatch) -> None:
    """Rounding once per activity is done once per rule."""

    def round_once(grants: list[Grant], rounding: Any) -> None:
        for grant in grants:
            grant.amount = rounding(*grant.amount.as_integer_ratio())

    patch.setattr(evaluate, "round_once", round_once)


def lines_are_taken_by_rounded_amounts(patch: pytest.MonkeyPatch) -> None:
    """The take per line compares whole points."""
    original = Amounts._exact_on

    def whole(self: Amounts, rule: PlannedRule, position: int) -> tuple[int, int]:
        numerator, denominator = original(self, rule, position)
        return numerator // denominator, 1

    patch.setattr(Amounts, "_exact_on", whole)


def shares_by_net_only(patch: pytest.MonkeyPatch) -> None:
    """An award's shares do not follow what its lines earned."""
    patch.setattr(Amounts, "weights", lambda self, grant: self._net_weights(grant.ids))


def own_waiting_time_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A rule's `pending` does not replace the currency's."""
    original = AccrualPlan._life

    def life(self: Any, rule: AccrualRule, currency: Any) -> int:
        return original(self, replace(rule, pending=None), currency)

    patch.setattr(AccrualPlan, "_life", life)


FAULTS: Sequence[Fault] = (
    missing_passes_a_not,
    line_tests_hold_on_different_lines,
    upper_end_is_always_in,
    clock_of_utc,
    limit_is_not_looked_at,
    tax_is_added_not_taken_out,
    negative_nets_count_0,
    halves_go_up_not_to_the_even,
    down_is_toward_zero,
    own_cap_is_not_applied,
    first_passes_over_zero,
    of_equals_the_last_is_best,
    best_before_own_caps,
    stack_cap_cuts_the_first,
    stack_cap_after_the_members_caps,
    percentage_of_amounts_before_caps,
    percentage_on_all_lines,
    stacks_in_file_order,
    members_caps_forget_what_was_used,
    counts_follow_the_newest_name,
    weeks_begin_on_sunday,
    odd_points_go_above_caps,
    each_rule_rounds_by_itself_at_the_end,
    lines_are_taken_by_rounded_amounts,
    shares_by_net_only,
    own_waiting_time_is_forgotten,
)


def _any(masks: Any) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _each_rule(
    patch: pytest.MonkeyPatch, change: Callable[[PlannedRule], PlannedRule]
) -> Callable[[AccrualPlan], None]:
    def change_all(compiled: AccrualPlan) -> None:
        rules = tuple(change(rule) for rule in compiled.rules)
        patch.setattr(compiled, "rules", rules)
        patch.setattr(compiled, "by_name", {rule.name: rule for rule in rules})

    return change_all


def _uncapped(amounts: Any, grant: Grant) -> Any:
    """What a grant was before caps; a fixed one, or one on the activity, is worked out again."""
    if grant.values is not None:
        return amounts._points(grant.rule, grant.values)
    return amounts.grant(grant.rule).amount
