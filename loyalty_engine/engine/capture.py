"""Use case: spend the points of a hold, all of them or a part; what is left goes back."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.engine.choice import count_reward
from loyalty_engine.engine.desk import Desk, Work
from loyalty_engine.engine.hold_work import HoldWork
from loyalty_engine.engine.own_key import fingerprint_of, own_key
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.receipt import Receipt, receipt_text
from loyalty_engine.engine.redemption_data import hold_data, offer_of, redemption_data
from loyalty_engine.engine.rulebooks import RulebookChoice
from loyalty_engine.errors import RedemptionNotPermitted
from loyalty_engine.ledger.capture import paid_by, post_capture
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.redemption.tender import PointsTender


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture; with a key a retry is answered by the first receipt."""

    work: HoldWork
    rulebooks: RulebookChoice  # the offer is of the version in force when the hold was made
    points: int | None = None  # None: all that is held
    key: str | None = None

    @property
    def _key(self) -> ActivityKey | None:
        return own_key("capture", self.key)

    @property
    def _fingerprint(self) -> str:
        return fingerprint_of("capture", self.work.name.text, self.points, self.work.actor)

    def ask(self) -> Ask:
        """The hold, and the counts that a reward's limit looks at."""
        return self.work.ask(self._key, counters=True)

    def decide(self, desk: Desk) -> Receipt:
        """Spend the held points.

        Raises ActivityConflict, UnknownMember, UnknownHold, HoldResolved, RedemptionNotPermitted.
        """
        command, key = self.work, self._key
        before = desk.replay(key, self._fingerprint, command.member) if key else None
        if before is not None:
            return before
        work, hold = command.open(desk)
        draft, rulebook, program = work.draft, command.rulebook, command.rulebook.program
        made_under = self.rulebooks.at(hold.made_at)
        offer = offer_of(hold, made_under.catalogue)
        points = self._points(hold, offer.step if isinstance(offer, PointsTender) else 1)
        entry = post_capture(draft, hold, points, self._occasion(work, desk.recorded_at))
        count_reward(draft, hold, made_under)
        receipt = receipt_text(
            key,
            work,
            rulebook,
            redemption=redemption_data(hold, -entry.points, entry.basis, offer, rulebook),
            hold=hold_data(
                command.name.find(draft), work.membership.account, program.calendar, program.places
            ),
        )
        return desk.accept(work, receipt, key=key, fingerprint=self._fingerprint)

    def _points(self, hold: Hold, step: int) -> int:
        """A reward is had whole or not at all; a payment in the tender's steps, and it must pay something."""
        if self.points in (None, hold.points):
            return hold.points
        assert self.points is not None
        if hold.worth is None:
            raise RedemptionNotPermitted(
                f"`{hold.reward}` costs {hold.points} points; it cannot be had in part",
                points=self.points,
                least=hold.points,
                most=hold.points,
                step=1,
                permitted=hold.points,
            )
        if self.points < hold.points and (self.points % step or not paid_by(hold, self.points)):
            raise _off_the_step(self.points, hold, step)
        return self.points

    def _occasion(self, work: Work, recorded_at: int) -> Occasion:
        return Occasion(
            now=work.now,
            recorded_at=recorded_at,
            at=work.now,
            rulebook=self.work.rulebook.number,
            actor=self.work.actor,
            request=self.work.request,
        )


def _off_the_step(points: int, hold: Hold, step: int) -> RedemptionNotPermitted:
    least = next(some for some in range(step, hold.points + step, step) if paid_by(hold, some))
    nearest = points // step * step
    return RedemptionNotPermitted(
        f"{points} points of a hold of {hold.points} cannot be captured: all of them can, or a part "
        f"from {least} on in steps of {step}",
        points=points,
        least=least,
        most=hold.points,
        step=step,
        permitted=nearest if nearest >= least else 0,
    )
