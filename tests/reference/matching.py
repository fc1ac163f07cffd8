"""Which rules match an activity, and which lines they choose."""

from __future__ import annotations

from datetime import date, datetime

from tests.reference.basket import Line
from tests.reference.conditions import Conditions
from tests.reference.history import History
from tests.reference.program import Program
from tests.reference.rule import Rule
from tests.reference.values import Present, line_fields


class Matching:
    """Conditions, active windows and limits of one activity."""

    def __init__(
        self, program: Program, lines: list[Line], present: Present, at: datetime, history: History
    ) -> None:
        self._program = program
        self._lines = lines
        self._present = present
        self._at = at
        self._history = history
        self._when = Conditions(program, {**program.fields("activity"), **program.fields("member")})
        self._on_lines = Conditions(program, program.fields("line"))

    def matches(self, rule: Rule) -> bool:
        """In its window, `when:` holds, some line is chosen, and its limit is not used up."""
        window = rule.written.get("active")
        if window is not None and not self._when.passes_window(window, self._at):
            return False
        if not self._when.hold(rule.written.get("when", {}), self._present):
            return False
        if self.lines(rule) == []:
            return False
        return rule.limit is None or self._used(rule) < rule.limit.times

    def lines(self, rule: Rule) -> list[Line] | None:
        """The lines that a rule chooses; None: it says nothing of lines."""
        if "lines" not in rule.written:
            return None
        return [line for line in self._lines if self.chooses(rule, line)]

    def chooses(self, rule: Rule, line: Line) -> bool:
        """Whether all tests of `lines:` hold on this one line."""
        return self._on_lines.hold(rule.written.get("lines", {}), line_fields(self._program, line))

    def _used(self, rule: Rule) -> int:
        assert rule.limit is not None
        day: date = self._at.astimezone(self._program.zone).date()
        return self._history.used(f"rule:{rule.first_name}", "times", rule.limit.period, day)
