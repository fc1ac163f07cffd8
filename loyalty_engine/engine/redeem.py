"""Use case: spend points at once; the same entries as reserving and capturing them."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.engine.choice import count_reward
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.own_key import fingerprint_of, own_key
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.receipt import Receipt, receipt_text
from loyalty_engine.engine.redemption_data import redemption_data
from loyalty_engine.engine.spend import Spend
from loyalty_engine.ledger.capture import post_capture


@dataclass(frozen=True, slots=True)
class Redeem:
    """One redemption; with a key a retry is answered by the first receipt."""

    spend: Spend
    key: str | None = None

    @property
    def _key(self) -> ActivityKey | None:
        return own_key("redemption", self.key)

    @property
    def _fingerprint(self) -> str:
        return fingerprint_of("redemption", *self.spend.wanted.content, self.spend.actor)

    def ask(self) -> Ask:
        """See Spend."""
        return self.spend.ask(self._key)

    def decide(self, desk: Desk) -> Receipt:
        """Hold the points and capture them.

        Raises ActivityConflict, UnknownMember, and what choosing and holding raise.
        """
        spend, key = self.spend, self._key
        before = desk.replay(key, self._fingerprint, spend.member) if key else None
        if before is not None:
            return before
        work = desk.open(desk.enrolled(spend.member), spend.now)
        choice, hold = spend.set_aside(desk, work, None)
        post_capture(work.draft, hold, hold.points, spend.occasion(work, desk.recorded_at))
        count_reward(work.draft, hold, spend.rulebook)
        receipt = receipt_text(
            key,
            work,
            spend.rulebook,
            redemption=redemption_data(hold, choice.points, choice.worth, choice.offer, spend.rulebook),
        )
        return desk.accept(work, receipt, key=key, fingerprint=self._fingerprint)
