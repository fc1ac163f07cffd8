"""The rule language in slow, obvious code: what an activity earns, decided from the rule document itself.

It follows the sentences of the language one by one and shares nothing with the engine, so that the
compiled evaluator can be held against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.reference import life
from tests.reference.amount import Amounts
from tests.reference.basket import Line, basket_of
from tests.reference.final_rounding import round_once
from tests.reference.history import History
from tests.reference.matching import Matching
from tests.reference.program import Document, Program
from tests.reference.rule import Grant, Rule
from tests.reference.values import activity_fields, occurred
from tests.reference.wider_caps import WiderCaps


def interpret(
    document: Document, activity: Mapping[str, Any], member: Mapping[str, Any], history: History
) -> list[Grant]:
    """The grants above 0 of an activity in wire format, in file order; they are counted in `history`.

    `member` holds the member's fields by name, as text.
    """
    return Interpreter(document, activity, member, history).decide()


class Interpreter:
    """One activity under one document."""

    def __init__(
        self, document: Document, activity: Mapping[str, Any], member: Mapping[str, Any], history: History
    ) -> None:
        self.program = Program(document)
        self.rules = [
            Rule(name, written, position, self.program)
            for position, (name, written) in enumerate(self.program.rules.items())
        ]
        basket = basket_of(activity, self.program)
        present = activity_fields(self.program, activity, basket, member)
        self.at = occurred(activity)
        self.granted: dict[str, list[Grant]] = {}
        self.matching = Matching(self.program, basket.lines, present, self.at, history)
        self.amounts = Amounts(self.program, basket, present, self.granted)
        self.caps = WiderCaps(self.program, history, self.at.astimezone(self.program.zone).date())
        self.lines = basket.lines

    def decide(self) -> list[Grant]:
        """Stack after stack, then what concerns the activity as a whole."""
        for stack in self.in_dependency_order():
            self.granted[stack] = self._decide_stack(stack)
        grants = [grant for granted in self.granted.values() for grant in granted]
        if self.program.site == "activity":
            round_once(grants, self.program.mode, self.caps)
        final = sorted((g for g in grants if g.points > 0), key=lambda g: g.rule.position)
        self.caps.count(final)
        for grant in final:
            self._set_life(grant)
        return final

    def in_dependency_order(self) -> list[str]:
        """A stack comes after every stack that one of its rules is a percentage of."""
        ordered: list[str] = []
        while len(ordered) < len(self.program.stacks):
            ordered += [
                stack
                for stack in self.program.stacks
                if stack not in ordered
                and all(r.earn.stack in (None, *ordered) for r in self.rules if r.stack == stack)
            ]
        return ordered

    def _decide_stack(self, stack: str) -> list[Grant]:
        """Match, exact amount, round, the rule's own cap, take, the stack's cap, wider caps."""
        take = self.program.stacks[stack]["take"]
        matching = [rule for rule in self.rules if rule.stack == stack and self.matching.matches(rule)]
        if "per" in self.program.stacks[stack]:
            grants = self._per_line(take, matching)
        else:
            if take == "first":
                matching = matching[:1]
            grants = [self.amounts.grant(rule, self.matching.lines(rule)) for rule in matching]
        for grant in grants:
            if grant.rule.own_cap is not None:
                grant.points = min(grant.points, Fraction(grant.rule.own_cap))
        if take == "best" and "per" not in self.program.stacks[stack]:
            grants = self._best(grants)
        self.caps.cut(stack, grants)
        return grants

    def _best(self, grants: Sequence[Grant]) -> list[Grant]:
        """The one with the most; of equals the first of the file."""
        return sorted(grants, key=lambda grant: (-grant.points, grant.rule.position))[:1]

    def _per_line(self, take: str, matching: Sequence[Rule]) -> list[Grant]:
        """Each line goes to the rules that take it; then each rule earns on the lines that it got."""
        got: dict[str, list[Line]] = {rule.name: [] for rule in matching}
        for line in self.lines:
            rivals = [rule for rule in matching if self.matching.chooses(rule, line)]
            if take == "first":
                rivals = rivals[:1]
            if take == "best":
                rivals = sorted(rivals, key=lambda r: (-self.amounts.exact_on(r, line), r.position))[:1]
            for rule in rivals:
                got[rule.name].append(line)
        return [self.amounts.grant(rule, got[rule.name]) for rule in matching if got[rule.name]]

    def _set_life(self, grant: Grant) -> None:
        currency, written = self.program.currencies[grant.rule.currency], grant.rule.written
        grant.available_at = life.available(written, currency, self.at, self.program.zone)
        grant.expires_at = life.expires(written, currency, self.at, self.program.zone)
