"""Use case: record a return; what the purchase had granted is taken back from what was stored of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loyalty_engine.activity.activity import Activity, Original
from loyalty_engine.engine.desk import Desk, Work
from loyalty_engine.engine.ports.store import Ask, OriginalActivity
from loyalty_engine.engine.receipt import Receipt, receipt_text
from loyalty_engine.engine.recording import occasion_of, stored_activity
from loyalty_engine.engine.refund import Purchase, give_back_payment
from loyalty_engine.engine.rulebooks import CompiledRulebook, RulebookChoice
from loyalty_engine.engine.stored_activity import read_stored
from loyalty_engine.errors import AmbiguousActivity, ReturnRefused, UnknownActivity
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.returned_lines import BoughtLine
from loyalty_engine.ledger.reversal import Bought, Returned, post_return

NO_FACTS = "{}"  # a return evaluates no rule
NOT_RETURNABLE = ("return", "enrolment", "member-change")


@dataclass(frozen=True, slots=True)
class RecordReturn:
    """One return, parsed; `rulebook` is the version in force when it happened, for its settings."""

    activity: Activity
    content: str
    fingerprint: str
    rulebook: CompiledRulebook
    rulebooks: RulebookChoice  # the original's awards were decided by the version that it pins
    now: int
    actor: str | None = None
    request: str | None = None

    @property
    def _original(self) -> Original:
        assert self.activity.of is not None  # the parser sees to it
        return self.activity.of

    def ask(self) -> Ask:
        """The original with everything stored of it, all open lots, all counts."""
        return Ask(
            member=self.activity.member,
            now=self.now,
            key=self.activity.key,
            original=self._original,
            open_lots=True,
            all_counters=True,
        )

    def decide(self, desk: Desk) -> Receipt:
        """Reverse the awards of the lines that come back.

        Raises ActivityConflict, UnknownMember, UnknownActivity, AmbiguousActivity, ReturnRefused,
        UnknownLine, OverReturn, InsufficientPoints.
        """
        activity = self.activity
        before = desk.replay(activity.key, self.fingerprint, activity.member)
        if before is not None:
            return before
        membership = desk.enrolled(activity.member)
        original = self._find(desk, membership.account)
        self._check_time(original)
        work = desk.open(membership, self.now)
        number = work.draft.new_activity()
        occasion = occasion_of(self, work, number, desk.recorded_at)
        refund = self._refund(work, original, occasion)
        returned = self._post(work, original, occasion)
        self._give_back(work, original, returned)
        work.count_credits(number)
        receipt = receipt_text(activity.key, work, self.rulebook, **refund)
        return desk.accept(
            work,
            receipt,
            key=activity.key,
            fingerprint=self.fingerprint,
            activity=stored_activity(self, work, number, NO_FACTS, desk.recorded_at),
            returned=(original, dict(returned.lines)),
        )

    def _find(self, desk: Desk, account: int) -> OriginalActivity:
        of = self._original
        found = [one for one in desk.originals(of) if one.activity.account == account]
        if of.type is None:
            found = [one for one in found if one.activity.key.type not in NOT_RETURNABLE] or found
        if not found:
            raise UnknownActivity(f"this member has no activity `{of.id}`", id=of.id)
        if len(found) > 1:
            raise AmbiguousActivity(
                f"several activities are called `{of.id}`; name source and type in `of`",
                id=of.id,
                candidates=[list(one.activity.key) for one in found],
            )
        return found[0]

    def _check_time(self, original: OriginalActivity) -> None:
        key, at = original.activity.key, original.activity.at
        if key.type in NOT_RETURNABLE:
            raise ReturnRefused(f"an activity of type `{key.type}` cannot be returned", type=key.type)
        if self.activity.at < at:
            raise ReturnRefused("the return is dated before its purchase", id=key.id)
        within = self.rulebook.program.returns.within
        if within and self.activity.at > self.rulebook.program.calendar.add(at, within):
            raise ReturnRefused(f"returns are taken within {within} of the purchase", id=key.id)

    def _refund(self, work: Work, original: OriginalActivity, occasion: Occasion) -> dict[str, Any]:
        """Points that paid come back first: they may be what the awards are taken from."""
        if not original.payments:
            return {}
        activity = self._purchase(original)
        bought = Purchase(activity, _bought(activity), original.returned, original.payments[0])
        return {
            "refund": give_back_payment(work.draft, bought, self.activity.returned, self.rulebook, occasion)
        }

    def _purchase(self, original: OriginalActivity) -> Activity:
        return read_stored(original.activity, self.rulebooks.by_number(original.activity.rulebook))

    def _post(self, work: Work, original: OriginalActivity, occasion: Occasion) -> Returned:
        bought = Bought(
            lines=_bought(self._purchase(original)),
            entries=original.entries,
            awards=original.awards,
            expired=original.expired,
            returned=original.returned,
        )
        policy = DeficitPolicy(self.rulebook.program.returns.deficit)
        return post_return(work.draft, bought, self.activity.returned, policy, occasion)

    def _give_back(self, work: Work, original: OriginalActivity, returned: Returned) -> None:
        """Caps get their points back in the original window; limits only when the whole purchase is back."""
        plan, at = self.rulebooks.by_number(original.activity.rulebook).plan, original.activity.at
        for given in returned.given_back:
            for key in plan.counters_of(given.rule or "", at):
                work.draft.count(key, -given.points)
        if returned.whole:
            for entry in original.entries:
                key_of_times = (
                    plan.limit_of(entry.rule, at) if entry.rule and entry.seq in original.awards else None
                )
                if key_of_times is not None:
                    work.draft.count(key_of_times, -1)


def _bought(activity: Activity) -> list[BoughtLine]:
    return [BoughtLine(line.id, line.quantity, line.net) for line in activity.lines]
