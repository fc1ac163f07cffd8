"""Running examples: each goes the way of a real activity, on a desk of its own, and nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from loyalty_engine.activity.activity import MemberRef, Value
from loyalty_engine.calendar import EARLIEST
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.example import TOTAL, Example, ExampleStep, Expected
from loyalty_engine.engine.example_activity import MEMBER, wire_of
from loyalty_engine.engine.intake import command_for
from loyalty_engine.engine.ports.store import Batch
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.record import FIRST_OF_TYPE, RecordActivity
from loyalty_engine.engine.rulebooks import CompiledRulebook, Rulebooks
from loyalty_engine.errors import BadInput, Refusal
from loyalty_engine.ledger.account import Balance
from loyalty_engine.members.member import OWN_ID
from loyalty_engine.members.member_fields import TENURE
from loyalty_engine.rulebook.diagnostic import Mark, Report


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """Whether an example held, and the rules that granted in it."""

    name: str
    passed: bool
    granted: frozenset[str]

    def as_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {"name": self.name, "passed": self.passed, "granted": sorted(self.granted)}


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
        self._batch = Batch(members={}, accounts={}, known={}, next_account=1)
        self._desk = Desk(
            self._batch, 0, self._rulebooks
        )  # the steps of one example share it, as a group commit does

    def run(self) -> ExampleResult:
        if not (self._example.sequence or self._compiled.program.enrolment_open):
            self._desk.accept(
                self._desk.enrol(MEMBER, EARLIEST, EARLIEST), ""
            )  # a purchase would be refused else
        for number, step in enumerate(self._example.steps, start=1):
            self._step(step, number)
        return ExampleResult(self._example.name, self._passed, frozenset(self._granted))

    def _step(self, step: ExampleStep, number: int) -> None:
        try:
            receipt = self._record(step, number)
        except BadInput as error:
            self._fail("R401", step.mark, problem=error.message)
            return
        except Refusal as error:
            self._fail("R405", step.mark, problem=error.message)
            return
        gives = self._given(receipt)
        self._granted.update(rule for rule, points in gives.items() if points > 0 and rule != TOTAL)
        for expected in step.gives:
            found = gives.get(expected.name, 0)
            if found != expected.points:
                self._fail("R402", expected.mark, rule=expected.name, found=found, expected=expected.points)
        for currency, numbers in step.balance.items():
            self._check_balance(currency, numbers)

    def _record(self, step: ExampleStep, number: int) -> Receipt:
        """The business clock stands at the activity's own instant."""
        raw, member = wire_of(step.activity, self._compiled, number)
        command = command_for(raw, self._rulebooks, lambda at: at)
        if isinstance(command, RecordActivity):
            command = replace(command, given=member if self._example.sequence else _all_stated(member))
        return command.decide(self._desk)

    def _given(self, receipt: Receipt) -> dict[str, int]:
        first = self._compiled.program.first_spendable.name
        gives: dict[str, int] = {TOTAL: receipt.totals.get(first, 0)}
        for entry in receipt.entries:
            rule = entry["rule"]
            own = self._compiled.plan.by_name.get(rule) if rule else None
            if own is not None and own.currency == entry["currency"]:
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

    def _fail(self, code: str, mark: Mark, **parameters: Any) -> None:
        self._passed = False
        self._report.error(code, mark, example=self._example.name, **parameters)


def _all_stated(member: Mapping[str, Value]) -> Mapping[str, Value | None]:
    """In a single example a member's history is missing unless it is written; attributes he has none yet."""
    return {**dict.fromkeys((FIRST_OF_TYPE, TENURE)), **member}
