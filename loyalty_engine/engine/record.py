"""Use case: record an activity, once, and grant what the rules of its time decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loyalty_engine.accrual.evaluate import evaluate
from loyalty_engine.activity.activity import Activity, MemberRef, Value
from loyalty_engine.decision import Decision, Facts
from loyalty_engine.engine.desk import Desk, Work
from loyalty_engine.engine.facts_text import facts_text
from loyalty_engine.engine.member_changes import change_member
from loyalty_engine.engine.member_values import TIER, member_values
from loyalty_engine.engine.paying import Paid, hold_number, pay, payment_data
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.receipt import Receipt, receipt_text
from loyalty_engine.engine.recording import occasion_of, stored_activity
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.errors import UnknownMember
from loyalty_engine.ledger.accrual_posting import credits_of, post_awards
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.members.member import OWN_ID

FIRST_OF_TYPE = "first_of_type"
MEMBER_TYPES = ("enrolment", "member-change")


@dataclass(frozen=True, slots=True)
class RecordActivity:
    """Everything of one activity that needs no state: parsed, typed, fingerprinted, its rulebook chosen."""

    activity: Activity
    content: str  # canonical, without personal values
    fingerprint: str
    rulebook: CompiledRulebook
    now: int  # the business clock
    actor: str | None = None
    request: str | None = None
    given: Mapping[str, Value | None] | None = None  # member fields of an example; None: look up

    def ask(self) -> Ask:
        """Only what the rules of this version read is loaded."""
        activity, plan = self.activity, self.rulebook.plan
        wanted = plan.member_fields
        changes_member = activity.type in MEMBER_TYPES
        pays = activity.points_tender is not None
        if pays:
            wanted = wanted | self.rulebook.catalogue.member_fields
        return Ask(
            member=activity.member,
            now=self.now,
            key=activity.key,
            identities=identities_of(activity),
            first_of_type=activity.type if FIRST_OF_TYPE in wanted else None,
            period_starts=plan.period_starts(activity.at) if plan.periods else (),
            attributes=changes_member or bool(wanted - {FIRST_OF_TYPE, "tenure_months"}),
            open_lots=pays,
            hold=hold_number(activity) if pays else None,
        )

    def decide(self, desk: Desk) -> Receipt:
        """The first receipt again when it was recorded before; else enrol, pay with points, evaluate, post.

        Raises ActivityConflict, UnknownMember, IdentityTaken, and what paying raises.
        """
        activity = self.activity
        before = desk.replay(activity.key, self.fingerprint, activity.member)
        if before is not None:
            return before
        work = self.open(desk)
        if activity.type in MEMBER_TYPES:
            change_member(desk, work, activity, self.rulebook.settings)
        number = work.draft.new_activity()
        occasion = occasion_of(self, work, number, desk.recorded_at)
        paid = pay(desk, work, activity, self.rulebook, occasion, self.given or {})
        facts, decision = self._evaluate(desk, work)
        self._post(work, decision, occasion)
        work.count_credits(number)
        receipt = receipt_text(
            activity.key,
            work,
            self.rulebook,
            **({} if paid is None else {"payment": self._payment(paid)}),
        )
        read = facts_text(dict(facts.member), decision.reads)
        stored = stored_activity(self, work, number, read, desk.recorded_at)
        return desk.accept(work, receipt, key=activity.key, fingerprint=self.fingerprint, activity=stored)

    def open(self, desk: Desk) -> Work:
        """Begin work on the member's account, enrolling who is new where the program is open."""
        activity = self.activity
        membership = desk.member(activity.member)
        if membership is not None:
            return desk.open(membership, self.now)
        may_enrol = self.rulebook.program.enrolment_open or activity.type == "enrolment"
        if activity.member.kind != OWN_ID or not may_enrol or activity.type == "member-change":
            raise UnknownMember(
                f"nobody is enrolled under {activity.member.kind} `{activity.member.value}`",
                kind=activity.member.kind,
                value=activity.member.value,
            )
        return desk.enrol(activity.member.value, activity.at, self.now)

    def _evaluate(self, desk: Desk, work: Work) -> tuple[Facts, Decision]:
        """What the rules decide on the member as he is, and what they read of him.

        Where an activity that crosses a tier's line earns by the new tier, it is then decided by that one.
        """
        facts, decision = self._by_tier(desk, work, None)
        ladder = self.rulebook.ladder
        if ladder is None or work.tier is None or ladder.crossing != "new":
            return facts, decision
        gained = credits_of(decision.awards, tuple(self.rulebook.terms.values()), self.activity.at)
        tier = work.tier.with_credits(gained, self.activity.at)
        return (
            self._by_tier(desk, work, tier) if tier != work.tier.at(self.activity.at) else (facts, decision)
        )

    def _by_tier(self, desk: Desk, work: Work, tier: str | None) -> tuple[Facts, Decision]:
        """By the member's own tier, or by another one."""
        values = self._member_fields(desk, work)
        if tier is not None and TIER in self.rulebook.plan.member_fields and TIER not in (self.given or {}):
            values[TIER] = tier
        facts = Facts(values, work.draft.account.counters)
        return facts, evaluate(self.rulebook.plan, self.activity, facts)

    def _member_fields(self, desk: Desk, work: Work) -> dict[str, Value]:
        rulebook, at = self.rulebook, self.activity.at
        wanted = rulebook.plan.member_fields
        if not wanted:
            return {}
        found = member_values(desk, work, rulebook, wanted, rulebook.member_fields, at)
        if FIRST_OF_TYPE in wanted:
            first = desk.batch.first_at.get((work.membership.account, self.activity.type))
            found[FIRST_OF_TYPE] = first is None or first > at
        if self.given is not None:
            stated = {**found, **self.given}
            found = {name: value for name, value in stated.items() if value is not None}
        return found

    def _payment(self, paid: Paid) -> list[dict[str, Any]]:
        return payment_data(self.activity, paid, self.rulebook.program.places)

    def _post(self, work: Work, decision: Decision, occasion: Occasion) -> None:
        post_awards(work.draft, decision.awards, tuple(self.rulebook.terms.values()), occasion)
        for use in decision.uses:
            work.draft.count(use.key, use.used)


def identities_of(activity: Activity) -> tuple[MemberRef, ...]:
    """Every identity that an enrolment or member-change names."""
    return tuple(MemberRef(kind, value) for kind, values in activity.identities.items() for value in values)
