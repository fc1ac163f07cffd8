"""Deciding what an activity earns: match, exact amount, round, cap, take, stack cap, member caps.

The order of the phases is the rule language's promise. `reference` interpreters in the tests follow the
same order from the rule files' text; this one is compiled, so that it can stand on the hot path.
"""

from __future__ import annotations

from fractions import Fraction

from loyalty_engine.accrual.amount import Amounts
from loyalty_engine.accrual.final_rounding import round_once
from loyalty_engine.accrual.grant import Grant, Room, Step
from loyalty_engine.accrual.plan import AccrualPlan, PlannedRule, PlannedStack
from loyalty_engine.activity.activity import Activity
from loyalty_engine.decision import Award, CounterKey, CounterUse, Decision, Facts


def evaluate(
    plan: AccrualPlan, activity: Activity, facts: Facts, trace: list[Step] | None = None
) -> Decision:
    """Every award of an activity, final; pure. With `trace`, each phase of each rule is appended to it."""
    return _Evaluation(plan, activity, facts, trace).decide()


class _Evaluation:
    """One activity being decided: what was granted stack by stack, what was read of caps and limits."""

    __slots__ = ("_activity", "_amounts", "_facts", "_granted", "_lives", "_plan", "_reads", "_trace")

    def __init__(self, plan: AccrualPlan, activity: Activity, facts: Facts, trace: list[Step] | None) -> None:
        self._plan = plan
        self._activity = activity
        self._facts = facts
        self._trace = trace
        self._granted: dict[int, list[Grant]] = {}  # by stack
        self._lives: dict[int, tuple[int, int | None]] = {}
        self._reads: dict[CounterKey, int] = {}

    def decide(self) -> Decision:
        plan = self._plan
        rules, lines = plan.matcher.match(self._activity, self._facts)
        if rules & plan.limited:
            rules = self._within_limits(rules)
        if not rules:
            return Decision((), (), tuple(self._reads.items()))
        self._amounts = Amounts(plan, self._activity, self._facts, lines, self._granted)
        for stack in plan.stacks:
            candidates = rules & stack.mask
            if candidates:
                self._granted[stack.position] = self._decide(stack, candidates)
        return self._final()

    def _within_limits(self, rules: int) -> int:
        """A used-up limit is no match."""
        plan, limited = self._plan, rules & self._plan.limited
        while limited:
            low = limited & -limited
            limited ^= low
            rule = plan.rules[low.bit_length() - 1]
            assert rule.limit is not None
            key = plan.key(rule.limit.period, self._activity.at, rule.counter, "times", "")
            if self._used(key) >= rule.limit.times:
                rules ^= low
                self._note(rule.name, "limit", 0, str(rule.limit))
        return rules

    def _decide(self, stack: PlannedStack, candidates: int) -> list[Grant]:
        grants = self._candidates(stack, candidates)
        if self._trace is not None:
            self._note_amounts(grants)
        for grant in grants:
            cap = grant.rule.cap
            if cap is not None:
                if grant.amount > cap:
                    self._cut(grant, cap, "cap")
                if self._plan.exact_until_end:
                    grant.rooms.append(Room(cap))
        if stack.take == "best" and not stack.per_line and len(grants) > 1:
            grants = self._best(grants)
        if stack.cap is not None:
            self._share(grants, stack.cap, "stack cap")
        if stack.member_capped:
            self._member_caps(stack, grants)
        return grants

    def _candidates(self, stack: PlannedStack, candidates: int) -> list[Grant]:
        amounts, rules = self._amounts, self._plan.rules
        if stack.per_line:
            return [amounts.grant(rule, won) for rule, won in amounts.take_per_line(stack, candidates)]
        if stack.take == "first":
            return [amounts.grant(rules[(candidates & -candidates).bit_length() - 1])]
        grants = []
        while candidates:
            low = candidates & -candidates
            candidates ^= low
            grants.append(amounts.grant(rules[low.bit_length() - 1]))
        return grants

    def _best(self, grants: list[Grant]) -> list[Grant]:
        best = max(grants, key=_amount)  # the first of equals: file order
        if self._trace is not None:
            for grant in grants:
                if grant is not best:
                    self._note(grant.rule.name, "take", 0, f"{best.rule.name} gives more")
        return [best]

    def _member_caps(self, stack: PlannedStack, grants: list[Grant]) -> None:
        """The wider caps, last: first each rule's own, then the stack's, cutting in file order."""
        plan, at = self._plan, self._activity.at
        for grant in grants:
            for cap in grant.rule.member_caps:
                key = plan.key(cap.period, at, grant.rule.counter, "points", grant.rule.currency)
                self._share([grant], cap.points - self._used(key), "member cap")
        for cap in stack.member_caps:
            key = plan.key(cap.period, at, stack.counter, "points", stack.currency)
            self._share(grants, cap.points - self._used(key), "member cap")

    def _share(self, grants: list[Grant], left: int, phase: str) -> None:
        """Cut grants in file order until together they fit into what a cap has left."""
        room = Room(max(0, left))
        rest: int | Fraction = room.left
        for grant in grants:
            if grant.amount > rest:
                self._cut(grant, rest, phase)
            rest -= grant.amount
            if self._plan.exact_until_end:
                grant.rooms.append(room)

    def _cut(self, grant: Grant, amount: int | Fraction, phase: str) -> None:
        grant.amount = amount
        self._note(grant.rule.name, phase, amount, "")

    def _used(self, key: CounterKey) -> int:
        used = self._reads[key] = self._facts.counters.get(key, 0)
        return used

    def _final(self) -> Decision:
        grants = [grant for granted in self._granted.values() for grant in granted]
        if self._plan.exact_until_end:
            round_once(grants, self._plan.round)
            if self._trace is not None:
                for grant in grants:
                    self._note(grant.rule.name, "final rounding", grant.amount, "")
        if len(grants) > 1:
            grants.sort(key=_file_order)
        weights, lives = self._amounts.weights, self._lives
        awards: list[Award] = []
        uses: list[CounterUse] = []
        for grant in grants:
            points = grant.amount
            if points <= 0:
                continue
            rule = grant.rule
            life = lives.get(rule.life) or self._life(rule)
            awards.append(
                Award(
                    rule.name,
                    rule.stack_name,
                    rule.currency,
                    int(points),
                    grant.basis,
                    weights(grant),
                    rule.fixed,
                    life[0],
                    life[1],
                )
            )
            if rule.counted:
                uses += self._uses(rule, int(points))
        return Decision(tuple(awards), tuple(uses), tuple(self._reads.items()))

    def _life(self, rule: PlannedRule) -> tuple[int, int | None]:
        life = self._plan.lives[rule.life].of(self._plan.calendar, self._activity.at)
        self._lives[rule.life] = life
        return life

    def _uses(self, rule: PlannedRule, points: int) -> list[CounterUse]:
        at = self._activity.at
        uses = [CounterUse(key, rule.name, points) for key in self._plan.counters_of(rule.name, at)]
        times = self._plan.limit_of(rule.name, at)
        if times is not None:
            uses.append(CounterUse(times, rule.name, 1))
        return uses

    def _note_amounts(self, grants: list[Grant]) -> None:
        for grant in grants:
            self._note(grant.rule.name, "exact", self._amounts.exact(grant), "")
            self._note(grant.rule.name, "rounded", grant.amount, "")

    def _note(self, rule: str, phase: str, amount: int | Fraction, note: str) -> None:
        if self._trace is not None:
            self._trace.append(Step(rule, phase, amount, note))


def _amount(grant: Grant) -> int | Fraction:
    return grant.amount


def _file_order(grant: Grant) -> int:
    return grant.rule.bit
