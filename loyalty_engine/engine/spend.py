"""What redeeming and reserving have in common: what is loaded, what conditions see, the hold that is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loyalty_engine.accrual.cap import LIFETIME
from loyalty_engine.activity.activity import ActivityKey, MemberRef, Value
from loyalty_engine.engine.choice import Choice, choose
from loyalty_engine.engine.desk import Desk, Work
from loyalty_engine.engine.member_values import member_values
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.engine.wanted import Wanted
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.reservation import post_hold
from loyalty_engine.redemption.eligibility import redemption_values
from loyalty_engine.rulebook.tree import Values


@dataclass(frozen=True, slots=True)
class Spend:
    """Who wants what, when, and under which version of the rules."""

    member: MemberRef
    wanted: Wanted
    rulebook: CompiledRulebook  # in force at `now`
    now: int  # the business clock
    actor: str | None = None
    request: str | None = None
    given: Mapping[str, Value | None] | None = None  # member fields of an example; None: look up

    def ask(self, key: ActivityKey | None) -> Ask:
        """A hold may draw on every open lot; of counts and attributes what this version's offers read."""
        catalogue = self.rulebook.catalogue
        return Ask(
            member=self.member,
            now=self.now,
            key=key,
            period_starts=self._period_starts(),
            attributes=bool(catalogue.member_fields),
            open_lots=True,
        )

    def occasion(self, work: Work, recorded_at: int) -> Occasion:
        """The occasion of its entries."""
        return Occasion(
            now=work.now,
            recorded_at=recorded_at,
            at=work.now,
            rulebook=self.rulebook.number,
            actor=self.actor,
            request=self.request,
        )

    def set_aside(self, desk: Desk, work: Work, until: int | None) -> tuple[Choice, Hold]:
        """Choose and hold the points, until an instant or for as long as the offer says.

        Raises what `choose` and `post_hold` raise.
        """
        wanted, rulebook = self.wanted, self.rulebook
        choice = choose(wanted, rulebook, work.draft, self.values(desk, work))
        hold = post_hold(
            work.draft,
            choice.offer.currency,
            choice.points,
            self.occasion(work, desk.recorded_at),
            until=hold_end(choice, rulebook, work.now) if until is None else until,
            reward=choice.offer.name,
            worth=choice.worth,
        )
        return choice, hold

    def _period_starts(self) -> tuple[tuple[str, int], ...]:
        start, now = self.rulebook.program.calendar.start, self.now
        periods = self.rulebook.catalogue.periods
        return tuple((period, 0 if period == LIFETIME else start(period, now)) for period in periods)

    def values(self, desk: Desk, work: Work) -> Values:
        """What the conditions of offers see."""
        rulebook, wanted = self.rulebook, self.wanted
        catalogue = rulebook.catalogue
        known = member_values(desk, work, rulebook, catalogue.member_fields, catalogue.fields, self.now)
        stated = {**known, **(self.given or {})}
        return redemption_values(
            self.now,
            rulebook.program.calendar,
            {name: value for name, value in stated.items() if value is not None},
            channel=wanted.channel,
            store=wanted.store,
            total=wanted.total,
        )


def hold_end(choice: Choice, rulebook: CompiledRulebook, now: int) -> int:
    """When a hold made now times out, as its offer says."""
    return rulebook.program.calendar.add(now, choice.offer.hold)
