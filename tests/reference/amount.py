"""What a rule gives for an activity before any cap: exact, then rounded where the program rounds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from tests.reference.basket import SHIPPING, Basket, Line, basis_of
from tests.reference.program import Program
from tests.reference.rounding import rounded
from tests.reference.rule import Grant, Rule, total
from tests.reference.values import Present, line_fields


class Amounts:
    """Amounts of one activity; `granted` are the grants of each stack that is decided already."""

    def __init__(
        self, program: Program, basket: Basket, present: Present, granted: dict[str, list[Grant]]
    ) -> None:
        self._program = program
        self._basket = basket
        self._present = present
        self._granted = granted

    def grant(self, rule: Rule, lines: Sequence[Line] | None) -> Grant:
        """For the rule's own lines; None: for the activity as a whole, shipping included."""
        earn = rule.earn
        if earn.fixed:
            return Grant(rule, earn.number, self._by_net(lines))
        if earn.stack is not None:
            return self._proportional(rule, self._granted_before(earn.stack, lines), earn.number / 100)
        assert earn.unit is not None
        if earn.field is None:
            money = self._money(lines)
            grant = self._steps_or_rate(rule, money)
            grant.basis = max(total(money.values()), Fraction(0))
            return grant
        if earn.field in self._program.fields("line"):
            chosen = self._basket.lines if lines is None else lines
            return self._steps_or_rate(rule, {line.id: self.of_line(earn.field, line) for line in chosen})
        grant = self._steps_or_rate(rule, {"": self._number(self._present, earn.field)})
        grant.brought = self._by_net(lines)
        return grant

    def exact_on(self, rule: Rule, line: Line) -> Fraction:
        """The exact amount of a rule on one line, by which a stack decides per line."""
        assert rule.earn.unit is not None
        field = rule.earn.field
        brought = basis_of(line, self._program) if field is None else self.of_line(field, line)
        return brought * rule.earn.number / rule.earn.unit

    def of_line(self, field: str, line: Line) -> Fraction:
        """A number that a line carries; 0 when it is missing."""
        return self._number(line_fields(self._program, line), field)

    def _steps_or_rate(self, rule: Rule, brought: dict[str, Fraction]) -> Grant:
        earn = rule.earn
        assert earn.unit is not None
        if not earn.full:
            return self._proportional(rule, brought, earn.number / earn.unit)
        steps = floor(total(brought.values()) / earn.unit)
        return Grant(rule, self._once(steps * earn.number), brought)

    def _proportional(self, rule: Rule, brought: dict[str, Fraction], rate: Fraction) -> Grant:
        """A sum over lines; the site `line` rounds each of its parts."""
        earned = {line: rate * value for line, value in brought.items()}
        if self._program.site == "line":
            earned = {line: Fraction(rounded(one, self._program.mode)) for line, one in earned.items()}
            return Grant(rule, _never_below_0(total(earned.values())), earned)
        return Grant(rule, self._once(total(earned.values())), earned)

    def _once(self, exact: Fraction) -> Fraction:
        """Rounded once for the award, unless everything is rounded once for the activity."""
        if self._program.site == "activity":
            return _never_below_0(exact)
        return _never_below_0(Fraction(rounded(exact, self._program.mode)))

    def _money(self, lines: Sequence[Line] | None) -> dict[str, Fraction]:
        chosen = self._basket.lines if lines is None else lines
        money = {line.id: basis_of(line, self._program) for line in chosen}
        if lines is None and "shipping" in self._program.basis and self._basket.shipping:
            money[SHIPPING] = self._basket.shipping
        return money

    def _granted_before(self, stack: str, lines: Sequence[Line] | None) -> dict[str, Fraction]:
        """What another stack granted after caps, fixed awards left out, on these lines."""
        own = None if lines is None else [line.id for line in lines]
        found: dict[str, Fraction] = {}
        for grant in self._granted[stack]:
            if grant.rule.earn.fixed or grant.points == 0:
                continue
            for line, share in grant.shares().items():
                if own is None or line in own:
                    found[line] = found.get(line, Fraction(0)) + share
        return found

    def _by_net(self, lines: Sequence[Line] | None) -> dict[str, Fraction]:
        """By the net of the lines, those below 0 as 0; equal where no net is above 0."""
        chosen = self._basket.lines if lines is None else lines
        nets = {line.id: _never_below_0(line.net) for line in chosen}
        return nets if any(nets.values()) else dict.fromkeys(nets, Fraction(1))

    def _number(self, present: Present, field: str) -> Fraction:
        value = present.get(field, Fraction(0))
        assert isinstance(value, Fraction)
        return value


def _never_below_0(points: Fraction) -> Fraction:
    return max(points, Fraction(0))
