"""Use case: give up a hold; its points are the member's to spend again."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.hold_work import HoldWork
from loyalty_engine.engine.own_key import fingerprint_of, own_key
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.receipt import Receipt, receipt_text
from loyalty_engine.engine.redemption_data import hold_data
from loyalty_engine.ledger.hold_release import HoldEnd, post_hold_release


@dataclass(frozen=True, slots=True)
class Release:
    """One release; with a key a retry is answered by the first receipt."""

    work: HoldWork
    key: str | None = None

    @property
    def _key(self) -> ActivityKey | None:
        return own_key("hold-release", self.key)

    @property
    def _fingerprint(self) -> str:
        return fingerprint_of("hold-release", self.work.name.text, self.work.actor)

    def ask(self) -> Ask:
        """The hold."""
        return self.work.ask(self._key)

    def decide(self, desk: Desk) -> Receipt:
        """End the hold.

        Raises ActivityConflict, UnknownMember, UnknownHold, HoldResolved.
        """
        command, key = self.work, self._key
        before = desk.replay(key, self._fingerprint, command.member) if key else None
        if before is not None:
            return before
        work, hold = command.open(desk)
        post_hold_release(
            work.draft,
            hold,
            max(work.now, hold.made_at),
            desk.recorded_at,
            HoldEnd.RELEASED,
            actor=command.actor,
            request=command.request,
        )
        program = command.rulebook.program
        receipt = receipt_text(
            key,
            work,
            command.rulebook,
            hold=hold_data(
                command.name.find(work.draft), work.membership.account, program.calendar, program.places
            ),
        )
        return desk.accept(work, receipt, key=key, fingerprint=self._fingerprint)
