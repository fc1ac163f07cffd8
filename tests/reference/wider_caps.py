"""Caps of a stack per activity, and the caps per member: what they have left, and who is cut."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from tests.reference.history import History
from tests.reference.phrases import Cap, caps_of
from tests.reference.program import Program
from tests.reference.rule import Grant, total


class WiderCaps:
    """The caps that reach beyond one award, on one day of the member's history."""

    def __init__(self, program: Program, history: History, day: date) -> None:
        self._program = program
        self._history = history
        self._day = day

    def stack_cap(self, stack: str) -> int | None:
        """The tightest cap per activity of a stack."""
        return min((cap.points for cap in self._caps(stack) if cap.period is None), default=None)

    def cut(self, stack: str, grants: Sequence[Grant]) -> None:
        """The stack's own cap, then each rule's caps per member, then the stack's."""
        own = self.stack_cap(stack)
        if own is not None:
            cut_in_file_order(grants, own)
        for grant in grants:
            for cap in grant.rule.caps:
                if cap.period is not None:
                    cut_in_file_order([grant], self._left(f"rule:{grant.rule.first_name}", cap))
        for cap in self._caps(stack):
            if cap.period is not None:
                cut_in_file_order(grants, self._left(f"stack:{stack}", cap))

    def has_room(self, grant: Grant, stack_grants: Sequence[Grant]) -> bool:
        """Whether one point more would break no cap that the grant is under."""
        one_more = grant.points + 1
        of_stack = total(other.points for other in stack_grants) + 1
        stack, name = grant.rule.stack, f"rule:{grant.rule.first_name}"
        for cap in grant.rule.caps:
            if one_more > (cap.points if cap.period is None else self._left(name, cap)):
                return False
        for cap in self._caps(stack):
            if of_stack > (cap.points if cap.period is None else self._left(f"stack:{stack}", cap)):
                return False
        return True

    def count(self, grants: Sequence[Grant]) -> None:
        """Book final grants: points under caps per member, one time under a limit."""
        for grant in grants:
            rule, stack = grant.rule, grant.rule.stack
            self._book(f"rule:{rule.first_name}", rule.caps, int(grant.points))
            self._book(f"stack:{stack}", self._caps(stack), int(grant.points))
            if rule.limit is not None:
                self._history.count(f"rule:{rule.first_name}", "times", rule.limit.period, self._day, 1)

    def _book(self, name: str, caps: Sequence[Cap], points: int) -> None:
        for period in {cap.period for cap in caps if cap.period is not None}:
            self._history.count(name, "points", period, self._day, points)

    def _left(self, name: str, cap: Cap) -> int:
        assert cap.period is not None
        return cap.points - self._history.used(name, "points", cap.period, self._day)

    def _caps(self, stack: str) -> list[Cap]:
        return caps_of(self._program.stacks[stack].get("cap"))


def cut_in_file_order(grants: Sequence[Grant], left: int) -> None:
    """The first rules of the file keep what they have; who finds too little left is cut to it."""
    rest = Fraction(max(left, 0))
    for grant in grants:
        grant.points = min(grant.points, rest)
        rest -= grant.points
