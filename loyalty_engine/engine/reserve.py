"""Use case: set points aside, so that they are there when the redemption is captured."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.own_key import fingerprint_of, own_key
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.receipt import Receipt, receipt_text
from loyalty_engine.engine.redemption_data import hold_data, redemption_data
from loyalty_engine.engine.spend import Spend


@dataclass(frozen=True, slots=True)
class Reserve:
    """One reservation; with a key a retry is answered by the first receipt."""

    spend: Spend
    until: int | None = None  # microseconds UTC; None: for as long as the offer says
    key: str | None = None

    @property
    def _key(self) -> ActivityKey | None:
        return own_key("reservation", self.key)

    @property
    def _fingerprint(self) -> str:
        return fingerprint_of("reservation", *self.spend.wanted.content, self.spend.actor, self.until)

    def ask(self) -> Ask:
        """See Spend."""
        return self.spend.ask(self._key)

    def decide(self, desk: Desk) -> Receipt:
        """Hold the points.

        Raises ActivityConflict, UnknownMember, and what choosing and holding raise.
        """
        spend, key = self.spend, self._key
        before = desk.replay(key, self._fingerprint, spend.member) if key else None
        if before is not None:
            return before
        work = desk.open(desk.enrolled(spend.member), spend.now)
        choice, hold = spend.set_aside(desk, work, self.until)
        rulebook, program = spend.rulebook, spend.rulebook.program
        receipt = receipt_text(
            key,
            work,
            rulebook,
            redemption=redemption_data(hold, choice.points, choice.worth, choice.offer, rulebook),
            hold=hold_data(hold, work.membership.account, program.calendar, program.places),
        )
        return desk.accept(work, receipt, key=key, fingerprint=self._fingerprint)
