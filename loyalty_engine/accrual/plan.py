"""A rulebook's accrual rules compiled for evaluation; immutable, made once per published version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from loyalty_engine.accrual.cap import Cap, Limit
from loyalty_engine.accrual.earn import EarnKind
from loyalty_engine.accrual.life import Life
from loyalty_engine.accrual.rounding import ROUNDING, Round
from loyalty_engine.accrual.rule import AccrualRule, AccrualRules, Stack
from loyalty_engine.calendar import Calendar, Duration
from loyalty_engine.decision import CounterKey
from loyalty_engine.ledger.expiry import Expiry
from loyalty_engine.rulebook.fields import FieldRegistry
from loyalty_engine.rulebook.match import Matcher, MatchRule
from loyalty_engine.rulebook.program import CurrencySettings, Program
from loyalty_engine.rulebook.test import Box


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """One rule with everything that evaluation needs, worked out beforehand. `bit` is its file position."""

    bit: int
    name: str
    stack: int  # position in the plan's stacks
    currency: str
    kind: EarnKind
    numerator: int  # of the rate, a reduced ratio
    denominator: int
    step: Fraction | None
    field: str | None
    field_on_line: bool
    percent_of: int | None  # position of the stack read
    lined: bool
    cap: int | None  # points per activity
    member_caps: tuple[Cap, ...]
    limit: Limit | None
    counter: str  # "rule:" + the rule's first name
    fixed: bool
    stack_name: str
    counted: bool  # some cap or limit keeps a running count of its awards
    life: int  # position in the plan's lives


@dataclass(frozen=True, slots=True)
class PlannedStack:
    """One stack; `mask` has the bits of its rules."""

    position: int
    name: str
    take: str
    per_line: bool
    mask: int
    cap: int | None
    member_caps: tuple[Cap, ...]
    member_capped: bool  # it or one of its rules has a cap per member
    counter: str  # "stack:" + name
    currency: str


class AccrualPlan:
    """Compiled stacks and rules of one rulebook."""

    def __init__(self, rules: AccrualRules, program: Program, scopes: Mapping[str, str]) -> None:
        """`scopes` names the scope (activity, line, member) of each testable field."""
        self.calendar: Calendar = program.calendar
        self.scopes = scopes
        self.places = program.places
        self.fields = FieldRegistry.of(program.activity_types, program.fields.values())
        self.site = program.rounding.site
        self.exact_until_end = self.site == "activity"
        self.round: Round = ROUNDING[program.rounding.mode]
        self.lives: list[Life] = []
        self._set_basis(program)
        positions = {stack.name: position for position, stack in enumerate(rules.stacks)}
        caps = {stack.name: stack.caps for stack in rules.stacks}
        currencies = {currency.name: currency for currency in program.currencies}
        self.rules = tuple(
            _planned(bit, rule, positions, caps[rule.stack], self._life(rule, currencies[rule.currency]))
            for bit, rule in enumerate(rules.rules)
        )
        self.stacks = tuple(_planned_stack(p, stack, self.rules) for p, stack in enumerate(rules.stacks))
        self.by_name = {rule.name: rule for rule in self.rules}
        self.limited = sum(1 << rule.bit for rule in self.rules if rule.limit)
        self.matcher = Matcher([_match_rule(rule) for rule in rules.rules], scopes, self.calendar)
        self.member_fields = _member_fields(rules.rules, scopes)
        self.periods = _periods(self.rules, self.stacks)

    def _life(self, rule: AccrualRule, currency: CurrencySettings) -> int:
        life = Life(rule.pending or currency.pending, expiry_of(currency, rule.expires))
        if life not in self.lives:
            self.lives.append(life)
        return self.lives.index(life)

    def _set_basis(self, program: Program) -> None:
        basis = program.basis
        self.before_discounts = basis.before_discounts
        self.tax_sign = 0
        if program.prices_include_tax and not basis.tax:
            self.tax_sign = -1
        elif basis.tax and not program.prices_include_tax:
            self.tax_sign = 1
        self.with_shipping = basis.shipping

    def counters_of(self, rule_name: str, at: int) -> tuple[CounterKey, ...]:
        """The counts of caps in points that an award of a rule at an instant was taken from."""
        rule = self.by_name[rule_name]
        stack = self.stacks[rule.stack]
        own = [self.key(cap.period, at, rule.counter, "points", rule.currency) for cap in rule.member_caps]
        shared = [
            self.key(cap.period, at, stack.counter, "points", rule.currency) for cap in stack.member_caps
        ]
        return (*own, *shared)

    def limit_of(self, rule_name: str, at: int) -> CounterKey | None:
        """The count of times that an award of a rule at an instant was taken from."""
        rule = self.by_name[rule_name]
        return self.key(rule.limit.period, at, rule.counter, "times", "") if rule.limit else None

    def key(self, period: str | None, at: int, name: str, measure: str, currency: str) -> CounterKey:
        """The running count of a name in the calendar period that an instant lies in."""
        assert period is not None  # a cap per activity has no running count
        starts_at = 0 if period == "lifetime" else self.calendar.start(period, at)
        return CounterKey(period, starts_at, name, measure, currency)

    def period_starts(self, at: int) -> tuple[tuple[str, int], ...]:
        """The periods, with their starts, whose counts an activity at an instant may read."""
        start = self.calendar.start
        return tuple((p, 0 if p == "lifetime" else start(p, at)) for p in self.periods)


def _planned(
    bit: int, rule: AccrualRule, stacks: Mapping[str, int], stack_caps: tuple[Cap, ...], life: int
) -> PlannedRule:
    earn = rule.earn
    own = [cap.points for cap in rule.caps if not cap.per_member]
    return PlannedRule(
        bit=bit,
        name=rule.name,
        stack=stacks[rule.stack],
        currency=rule.currency,
        kind=earn.kind,
        numerator=earn.rate.numerator,
        denominator=earn.rate.denominator,
        step=earn.step,
        field=earn.field.name if earn.field else None,
        field_on_line=earn.field is not None and earn.field.scope == "line",
        percent_of=stacks[earn.stack] if earn.stack else None,
        lined=rule.lines is not None,
        cap=min(own, default=None),
        member_caps=_member_caps(rule.caps),
        limit=rule.limit,
        counter=f"rule:{rule.counter_name}",
        fixed=earn.kind is EarnKind.FIXED,
        stack_name=rule.stack,
        counted=rule.limit is not None or any(cap.per_member for cap in (*rule.caps, *stack_caps)),
        life=life,
    )


def expiry_of(currency: CurrencySettings, own: Duration | None = None) -> Expiry | None:
    """How long points of a currency live; a rule's own length replaces the currency's."""
    after = own or currency.expires
    return Expiry(after, currency.expires_at_end_of) if after else None


def _member_caps(caps: Sequence[Cap]) -> tuple[Cap, ...]:
    """The caps per member: of several in one period the tightest, so that grants are counted once."""
    tightest: dict[str | None, Cap] = {}
    for cap in caps:
        if cap.per_member:
            tightest[cap.period] = min(cap, tightest.get(cap.period, cap))
    return tuple(tightest.values())


def _planned_stack(position: int, stack: Stack, rules: Sequence[PlannedRule]) -> PlannedStack:
    members = [rule for rule in rules if rule.stack == position]
    own = [cap.points for cap in stack.caps if not cap.per_member]
    return PlannedStack(
        position=position,
        name=stack.name,
        take=stack.take,
        per_line=stack.per_line,
        mask=sum(1 << rule.bit for rule in members),
        cap=min(own, default=None),
        member_caps=_member_caps(stack.caps),
        member_capped=any(cap.per_member for cap in stack.caps) or any(rule.member_caps for rule in members),
        counter=f"stack:{stack.name}",
        currency=members[0].currency if members else "",
    )


def _match_rule(rule: AccrualRule) -> MatchRule:
    boxes: tuple[Box, ...] = rule.when.boxes if rule.when else ({},)
    if rule.active:
        boxes = tuple({**box, "at": (*box.get("at", ()), *rule.active)} for box in boxes)
    return MatchRule(boxes, rule.lines.boxes if rule.lines else None)


def _member_fields(rules: Sequence[AccrualRule], scopes: Mapping[str, str]) -> frozenset[str]:
    """Names of the member's fields (history too) that some rule reads."""
    tested = {name for rule in rules if rule.when for name in rule.when.fields}
    earned = {rule.earn.field.name for rule in rules if rule.earn.field}
    return frozenset(name for name in tested | earned if scopes.get(name) == "member")


def _periods(rules: Sequence[PlannedRule], stacks: Sequence[PlannedStack]) -> tuple[str, ...]:
    caps = [cap for rule in rules for cap in rule.member_caps] + [
        cap for stack in stacks for cap in stack.member_caps
    ]
    limits = [rule.limit.period for rule in rules if rule.limit]
    return tuple(sorted({*(cap.period for cap in caps if cap.period), *limits}))
