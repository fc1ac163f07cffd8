"""Running examples: each goes the way of a real activity, on a desk of its own, and nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from loyalty_engine.activity.activity import MemberRef, Value
from loyalty_engine.calendar import EARLIEST
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.example import NO_TIER, TOTAL, Example, ExampleStep, Expected, ExpectedTier
from loyalty_engine.engine.example_activity import MEMBER, wire_of
from loyalty_engine.engine.example_redemption import redemption_of
from loyalty_engine.engine.intake import command_for
from loyalty_engine.engine.ports.store import Batch
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.record import FIRST_OF_TYPE, RecordActivity
from loyalty_engine.engine.record_return import RecordReturn
from loyalty_engine.engine.redeem import Redeem
from loyalty_engine.engine.rulebooks import CompiledRulebook, Rulebooks
from loyalty_engine.errors import BadInput, Refusal
from loyalty_engine.ledger.account import Balance
from loyalty_engine.members.member import OWN_ID
from loyalty_engine.members.member_fields import TENURE
from loyalty_engine.rulebook.diagnostic import Mark, Report


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """Whether an example held, the rules that granted in it, and the offers that were taken."""

    name: str
    passed: bool
    granted: frozenset[str]
    redeemed: frozenset[str] = frozenset()

    @property
    def reached(self) -> frozenset[str]:
        """The rules and offers whose way the example went."""
        return self.granted | self.redeemed

    def as_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {
            "name": self.name,
            "passed": self.passed,
            "granted": sorted(self.granted),
            "redeemed": sorted(self.redeemed),
        }


def run_examples(
    examples: Sequence[Example], compiled: CompiledRulebook, report: Report
) -> list[ExampleResult]:
    """Run every example; what does not hold goes to the report, at the place of the number."""
    return [_ExampleRun(example, compiled, report).run() for example in examples]


class _ExampleRun:
    def __init__(self, example: Example, compiled: CompiledRulebook, report: Report) -> None:
        self._example = example
        self._compiled = compiled
        self._rulebooks = Rulebooks.always(compiled)
        self._report = report
        self._passed = True
        self._granted: set[str] = set()
        self._redeemed: set[str] = set()
        self._offers = {offer.name for offer in compiled.catalogue.offers}
        self._latest: int | None = None  # the business clock of the steps so far
        self._batch = Batch(members={}, accounts={}, known={}, next_account=1)
        # The steps of one example share a desk, as a group commit does.
        self._desk = Desk(self._batch, 0, self._rulebooks)

    def run(self) -> ExampleResult:
        redeems = any(step.redeems for step in self._example.steps)
        if not self._example.sequence and (redeems or not self._compiled.program.enrolment_open):
            # What is recorded of somebody who is not enrolled would be refused.
            self._desk.accept(self._desk.enrol(MEMBER, EARLIEST, EARLIEST), "")
        for number, step in enumerate(self._example.steps, start=1):
            self._step(step, number)
        return ExampleResult(
            self._example.name, self._passed, frozenset(self._granted), frozenset(self._redeemed)
        )

    def _step(self, step: ExampleStep, number: int) -> None:
        try:
            receipt = self._decide(step, number)
        except BadInput as error:
            self._fail("R410" if step.redeems else "R401", step.mark, problem=error.message)
            return
        except Refusal as error:
            if not self._expects(error, step):
                return
        else:
            self._check_gives(receipt, step)
        for currency, numbers in step.balance.items():
            self._check_balance(currency, numbers)
        if step.tier is not None:
            self._check_tier(step.tier)

    def _expects(self, refusal: Refusal, step: ExampleStep) -> bool:
        expected = step.refused
        if expected is None:
            self._fail("R405", step.mark, problem=refusal.message)
        elif expected.code != refusal.code:
            found = {"found": refusal.code, "expected": expected.code, "problem": refusal.message}
            self._fail("R412", expected.mark, **found)
        return expected is not None

    def _check_gives(self, receipt: Receipt, step: ExampleStep) -> None:
        if step.refused is not None:
            self._fail("R413", step.refused.mark, expected=step.refused.code)
        gives = self._given(receipt)
        rules = self._compiled.plan.by_name
        self._granted.update(rule for rule, points in gives.items() if points > 0 and rule in rules)
        self._redeemed.update(entry["rule"] for entry in receipt.entries if entry["kind"] == "redemption")
        for expected in step.gives:
            found = gives.get(expected.name, 0)
            if found != expected.points:
                self._fail("R402", expected.mark, rule=expected.name, found=found, expected=expected.points)

    def _decide(self, step: ExampleStep, number: int) -> Receipt:
        """The business clock stands at the step's own instant."""
        command = self._redeem(step) if step.redeems else self._record(step, number)
        now = command.spend.now if isinstance(command, Redeem) else command.now
        self._latest = now if self._latest is None else max(now, self._latest)
        return command.decide(self._desk)

    def _record(self, step: ExampleStep, number: int) -> RecordActivity | RecordReturn:
        raw, member = wire_of(step.written, self._compiled, number)
        command = command_for(raw, self._rulebooks, lambda at: at)
        if isinstance(command, RecordActivity):
            command = replace(command, given=self._stated(member))
        return command

    def _redeem(self, step: ExampleStep) -> Redeem:
        command, member = redemption_of(step.written, self._compiled, self._latest)
        return replace(command, spend=replace(command.spend, given=self._stated(member)))

    def _stated(self, member: Mapping[str, Value | None]) -> Mapping[str, Value | None]:
        """Single, a member's history is missing unless it is written; attributes he has none yet."""
        unknown = () if self._example.sequence else (FIRST_OF_TYPE, TENURE)
        return {**dict.fromkeys(unknown), **member}

    def _given(self, receipt: Receipt) -> dict[str, int]:
        first = self._compiled.program.first_spendable.name
        gives: dict[str, int] = {TOTAL: receipt.totals.get(first, 0)}
        for entry in receipt.entries:
            rule = entry["rule"]
            own = self._compiled.plan.by_name.get(rule) if rule else None
            if rule in self._offers or (own is not None and own.currency == entry["currency"]):
                gives[rule] = gives.get(rule, 0) + entry["points"]
        return gives

    def _check_balance(self, currency: str, numbers: Sequence[Expected]) -> None:
        membership = self._batch.members.get(MemberRef(OWN_ID, MEMBER))
        account = self._batch.accounts[membership.account] if membership else None
        balance = account.balances.get(currency, Balance()) if account else Balance()
        for expected in numbers:
            found = balance.total if expected.name == TOTAL else getattr(balance, expected.name)
            if found != expected.points:
                what = f"`{currency}`" if expected.name == TOTAL else f"`{currency}` {expected.name}"
                self._fail("R403", expected.mark, what=what, found=found, expected=expected.points)

    def _check_tier(self, expected: ExpectedTier) -> None:
        """What time has made of it by the latest step so far, and every step before."""
        membership = self._batch.members.get(MemberRef(OWN_ID, MEMBER))
        tier = None
        if membership is not None and self._latest is not None:
            tier = self._desk.open(membership, self._latest).tier
        found = (tier.now if tier else None) or NO_TIER
        if found != expected.name:
            self._fail("R414", expected.mark, found=found, expected=expected.name)

    def _fail(self, code: str, mark: Mark, **parameters: Any) -> None:
        self._passed = False
        self._report.error(code, mark, example=self._example.name, **parameters)
