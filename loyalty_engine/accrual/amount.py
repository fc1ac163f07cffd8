"""The exact amount of each rule for one activity, and each line's part in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from loyalty_engine.accrual.earn import EarnKind
from loyalty_engine.accrual.grant import Amount, Grant
from loyalty_engine.accrual.plan import AccrualPlan, PlannedRule, PlannedStack
from loyalty_engine.activity.activity import Activity, Line
from loyalty_engine.decision import Facts
from loyalty_engine.rulebook.values import activity_values

SHIPPING = ""  # the id under which shipping takes part where the basis includes it


class Amounts:
    """Works out amounts of one activity; what several rules share is worked out once."""

    __slots__ = (
        "_activity",
        "_all_ids",
        "_all_net_weights",
        "_all_values",
        "_all_weights",
        "_facts",
        "_granted",
        "_line_masks",
        "_plan",
    )

    def __init__(
        self,
        plan: AccrualPlan,
        activity: Activity,
        facts: Facts,
        line_masks: Sequence[int],
        granted: Mapping[int, list[Grant]],
    ) -> None:
        """`granted`: what each stack (by position) has granted so far; a percentage reads it."""
        self._plan = plan
        self._activity = activity
        self._facts = facts
        self._line_masks = line_masks
        self._granted = granted
        self._all_ids: list[str] = [line[0] for line in activity.lines]
        self._all_values: list[int] | None = None
        self._all_weights: tuple[tuple[str, int], ...] | None = None
        self._all_net_weights: tuple[tuple[str, int], ...] | None = None

    def grant(self, rule: PlannedRule, won: list[int] | None = None) -> Grant:
        """What a matching rule gives before caps; `won`: the lines it won in a stack decided per line."""
        lines = self._chosen(rule) if won is None and rule.lined else won
        kind = rule.kind
        if kind is EarnKind.MONEY:
            return self._on_money(rule, lines)
        ids = self._all_ids if lines is None else [self._all_ids[j] for j in lines]
        if kind is EarnKind.FIXED:
            return Grant(rule, rule.numerator, 0, ids, None)
        if kind is EarnKind.PERCENT:
            return self._on_stack(rule, None if lines is None else ids)
        if rule.field_on_line:
            assert rule.field is not None
            chosen = self._activity.lines if lines is None else [self._activity.lines[j] for j in lines]
            values = [exact_number(_line_value(line, rule.field)) for line in chosen]
            return Grant(rule, self._points(rule, values), 0, ids, values)
        return Grant(rule, self._points(rule, [self._activity_value(rule)]), 0, ids, None)

    def take_per_line(self, stack: PlannedStack, candidates: int) -> list[tuple[PlannedRule, list[int]]]:
        """Which rule takes which lines, decided line by line on exact uncapped amounts; in file order."""
        won: dict[int, list[int]] = {}
        for position, mask in enumerate(self._line_masks):
            matching = mask & candidates
            if not matching:
                continue
            for bit in self._takers(stack.take, position, _bits(matching)):
                won.setdefault(bit, []).append(position)
        return [(self._plan.rules[bit], won[bit]) for bit in sorted(won)]

    def _takers(self, take: str, position: int, bits: list[int]) -> list[int]:
        if take == "all":
            return bits
        if take == "first":
            return bits[:1]
        return [self._best_on(position, bits)] if len(bits) > 1 else bits

    def _best_on(self, position: int, bits: list[int]) -> int:
        """The rule that gives the line most, the first of equals; ratios are compared by cross products."""
        rules = self._plan.rules
        best, most, of = bits[0], *self._exact_on(rules[bits[0]], position)
        for bit in bits[1:]:
            numerator, denominator = self._exact_on(rules[bit], position)
            if numerator * of > most * denominator:
                best, most, of = bit, numerator, denominator
        return best

    def _exact_on(self, rule: PlannedRule, position: int) -> tuple[int, int]:
        value: Amount
        if rule.kind is EarnKind.MONEY:
            value = self._basis_values()[position]
        else:
            assert rule.field is not None
            value = exact_number(_line_value(self._activity.lines[position], rule.field))
        return _ratio(value, rule)

    def weights(self, grant: Grant) -> tuple[tuple[str, int], ...]:
        """Each line's share of a grant as integer weights: by what it earned, else by its net."""
        values = grant.values
        if values is None:
            if grant.ids is not self._all_ids:
                return self._net_weights(grant.ids)
            if self._all_net_weights is None:
                self._all_net_weights = self._net_weights(self._all_ids)
            return self._all_net_weights
        if values is self._all_values and self._plan.site != "line":
            if self._all_weights is None:
                self._all_weights = tuple(zip(self._all_ids, self._all_values, strict=True))
            return self._all_weights
        if self._plan.site == "line" and grant.rule.step is None:
            values = [self._plan.round(*_ratio(value, grant.rule, grant.scale)) for value in values]
            if sum(values) <= 0:
                values = grant.values or []
        if grant.rule.kind is not EarnKind.FIELD:  # whole numbers
            return tuple(zip(grant.ids, values, strict=True))  # type: ignore[arg-type]
        fractions = [Fraction(value) for value in values]
        scale = lcm(*(value.denominator for value in fractions))
        return tuple((id_, int(value * scale)) for id_, value in zip(grant.ids, fractions, strict=True))

    def exact(self, grant: Grant) -> Fraction:
        """The amount before any rounding, for an explanation."""
        rule = grant.rule
        if rule.kind is EarnKind.FIXED:
            return Fraction(rule.numerator)
        values = [self._activity_value(rule)] if grant.values is None else grant.values
        total = sum((Fraction(value) for value in values), Fraction(0)) / grant.scale
        if rule.step is not None:
            total = Fraction(total // rule.step)
        return max(total * Fraction(rule.numerator, rule.denominator), Fraction(0))

    # -- parts ------------------------------------------------------------------------------------------

    def _chosen(self, rule: PlannedRule) -> list[int]:
        bit = 1 << rule.bit
        return [j for j, mask in enumerate(self._line_masks) if mask & bit]

    def _on_money(self, rule: PlannedRule, lines: list[int] | None) -> Grant:
        values = self._basis_values()
        ids = self._all_ids
        if lines is not None:
            values = [values[j] for j in lines]
            ids = [ids[j] for j in lines]
        elif self._plan.with_shipping and self._activity.shipping:
            values = [*values, self._activity.shipping]
            ids = [*ids, SHIPPING]
        total = sum(values)
        return Grant(rule, self._points(rule, values), max(0, total), ids, values)

    def _on_stack(self, rule: PlannedRule, own: list[str] | None) -> Grant:
        """`N% of S`: what S granted after caps, fixed awards left out, on the rule's own lines.

        Exact in whole numbers: every share has the same denominator, the least that does.
        """
        assert rule.percent_of is not None
        parts: list[tuple[Amount, int, tuple[tuple[str, int], ...]]] = []
        for source in self._granted.get(rule.percent_of, ()):
            if source.rule.kind is EarnKind.FIXED or not source.amount:
                continue
            weights = self.weights(source)
            whole = sum([weight for _, weight in weights])
            parts.append((source.amount, source.amount.denominator * whole, weights))
        scale = lcm(*[denominator for _, denominator, _ in parts])
        shares: dict[str, int] = {}
        for amount, denominator, weights in parts:
            factor = amount.numerator * (scale // denominator)
            for id_, weight in weights:
                if own is None or id_ in own:
                    shares[id_] = shares.get(id_, 0) + factor * weight
        common = gcd(scale, *shares.values())
        values, scale = [share // common for share in shares.values()], scale // common
        return Grant(rule, self._points(rule, values, scale), 0, list(shares), values, scale)

    def _basis_values(self) -> list[int]:
        values = self._all_values
        if values is None:
            sign, lines = self._plan.tax_sign, self._activity.lines
            if self._plan.before_discounts:
                values = [line.amount + sign * line.tax for line in lines]
            elif sign:
                values = [line.net + sign * line.tax for line in lines]
            else:
                values = [line.net for line in lines]
            self._all_values = values
        return values

    def _points(self, rule: PlannedRule, values: Sequence[Amount], scale: int = 1) -> Amount:
        """Points of what the lines bring, each divided by `scale`, by the rounding site; never below 0."""
        plan = self._plan
        if plan.site == "line" and rule.step is None:
            amount: Amount = sum([plan.round(*_ratio(value, rule, scale)) for value in values])
            return max(0, amount)
        total = sum(values)
        if rule.step is not None:
            total, scale = Fraction(total) / scale // rule.step, 1
        numerator, denominator = _ratio(total, rule, scale)
        if numerator <= 0:
            return 0
        return (
            Fraction(numerator, denominator) if plan.exact_until_end else plan.round(numerator, denominator)
        )

    def _activity_value(self, rule: PlannedRule) -> Amount:
        name = rule.field
        assert name is not None
        plan = self._plan
        return exact_number(activity_values(self._activity, self._facts, plan.calendar, plan.scopes)(name))

    def _net_weights(self, ids: Sequence[str]) -> tuple[tuple[str, int], ...]:
        chosen = set(ids)
        nets = [(line.id, max(line.net, 0)) for line in self._activity.lines if line.id in chosen]
        if not any(net for _, net in nets):
            return tuple((id_, 1) for id_, _ in nets)
        return tuple(nets)


def exact_number(value: Any) -> Amount:
    """A number without loss; a missing one counts 0."""
    if value is None:
        return 0
    return Fraction(value) if isinstance(value, Decimal) else int(value)


def _ratio(value: Amount, rule: PlannedRule, scale: int = 1) -> tuple[int, int]:
    if isinstance(value, int):
        return value * rule.numerator, scale * rule.denominator
    return value.numerator * rule.numerator, value.denominator * scale * rule.denominator


def _line_value(line: Line, field: str) -> Any:
    return line.attributes.get(field) if field not in Line._fields else getattr(line, field)


def _bits(mask: int) -> list[int]:
    bits = []
    while mask:
        low = mask & -mask
        bits.append(low.bit_length() - 1)
        mask ^= low
    return bits
