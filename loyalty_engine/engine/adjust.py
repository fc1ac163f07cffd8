"""Use case: correct a balance by hand, up or down, with a reason and an actor."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.engine.arguments import name, optional_name, sentence, whole_points
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.own_key import fingerprint_of, own_key
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.receipt import Receipt, receipt_text
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.errors import UnknownCurrency
from loyalty_engine.ledger.adjustment import post_adjustment
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.occasion import Occasion


@dataclass(frozen=True, slots=True)
class Adjust:
    """One correction; with a key a retry is answered by the first receipt."""

    member: MemberRef
    points: int
    reason: str
    actor: str
    rulebook: CompiledRulebook
    now: int
    currency: str | None = None  # None: the first spendable
    key: str | None = None
    request: str | None = None

    def __post_init__(self) -> None:
        """Raises InvalidCommand for 0, too many or no whole points, or without reason or actor."""
        whole_points(self.points)
        sentence("the reason", self.reason)
        name("the actor", self.actor)
        optional_name("the key", self.key)
        optional_name("the request", self.request)
        optional_name("the currency", self.currency)

    @property
    def _key(self) -> ActivityKey | None:
        return own_key("adjustment", self.key)

    @property
    def _fingerprint(self) -> str:
        return fingerprint_of("adjustment", self.points, self.currency, self.reason, self.actor)

    def ask(self) -> Ask:
        """A debit may draw on every open lot."""
        return Ask(member=self.member, now=self.now, key=self._key, open_lots=self.points < 0)

    def decide(self, desk: Desk) -> Receipt:
        """Post the adjustment.

        Raises UnknownMember, UnknownCurrency, InsufficientPoints, ActivityConflict.
        """
        key = self._key
        before = desk.replay(key, self._fingerprint, self.member) if key else None
        if before is not None:
            return before
        membership = desk.enrolled(self.member)
        program = self.rulebook.program
        currency = self.currency or program.first_spendable.name
        if currency not in self.rulebook.terms:
            raise UnknownCurrency(f"there is no currency of points `{currency}`", currency=currency)
        work = desk.open(membership, self.now)
        occasion = Occasion(
            now=work.now,
            recorded_at=desk.recorded_at,
            at=work.now,
            rulebook=self.rulebook.number,
            actor=self.actor,
            request=self.request,
        )
        policy = DeficitPolicy(program.returns.deficit)
        terms = self.rulebook.terms[currency]
        post_adjustment(work.draft, terms, self.points, occasion, reason=self.reason, policy=policy)
        work.count_credits()
        receipt = receipt_text(key, work, self.rulebook)
        return desk.accept(work, receipt, key=key, fingerprint=self._fingerprint)
