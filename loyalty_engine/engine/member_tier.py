"""A member's tier while a command works on his account: what time made of it, and what the command does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from loyalty_engine.engine.ports.store import CreditKey, TierRecord
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.tiers.advance import advance, review
from loyalty_engine.tiers.change import Change, TierChange
from loyalty_engine.tiers.credits import Credits
from loyalty_engine.tiers.reassess import reassess
from loyalty_engine.tiers.standing import TierStanding, tier_standing
from loyalty_engine.tiers.timeline import Timeline


class TierKnown(NamedTuple):
    """What is known of an account's tier before a command."""

    timeline: Timeline
    credits: Credits
    judged_to: int  # the latest business clock of a command

    @classmethod
    def of(cls, record: TierRecord) -> TierKnown:
        """What was loaded."""
        return cls(Timeline.of(record.changes), Credits(record.credits, record.since), record.clock)


class MemberTier:
    """Advanced to the business clock when it is made: reviews that are due by then have taken place.

    Credits that counted when the account's last command came were judged by it, under the rules that were
    known then: rules published since move nobody, only an explicit review does.

    It changes nothing that was loaded: `known` is what was; `rows` are what there is to append. Where
    credits are needed that were not loaded CreditsNotLoaded is raised, and the command is asked again.
    """

    __slots__ = (
        "_credits", "_judged_to", "_now", "_opened", "_recorded_at", "_rulebooks", "_timeline",
        "before", "known",
    )  # fmt: skip

    def __init__(self, known: TierKnown, rulebooks: Rulebooks, now: int, recorded_at: int) -> None:
        """`now` is the business clock, `recorded_at` the second one; both microseconds UTC."""
        self.known, self._credits, self._judged_to = known
        self._rulebooks = rulebooks
        self._now = now
        rows = self.known.rows
        self._recorded_at = max(recorded_at, rows[-1].recorded_at) if rows else recorded_at  # never runs back
        self._timeline = self.known
        self._record(advance(self._timeline, self._credits, rulebooks.ladders, now, self._judged_to))
        self._opened, self.before = self._timeline, self.at(now)

    @property
    def left(self) -> TierKnown:
        """What a later command of the account knows when this one was accepted."""
        return TierKnown(self._timeline, self._credits, max(self._now, self._judged_to))

    @property
    def now(self) -> str | None:
        """The member's tier by the business clock."""
        return self.before if self._timeline is self._opened else self.at(self._now)

    @property
    def timeline(self) -> Timeline:
        """His history with what was decided since."""
        return self._timeline

    @property
    def rows(self) -> Sequence[TierChange]:
        """What there is to append to his history."""
        return self._timeline.rows[len(self.known.rows) :]

    def at(self, instant: int) -> str | None:
        """The tier that he has, or had, at an instant not after the business clock; none without a ladder."""
        return self._tier_at(self._timeline, instant)

    def with_credits(self, changed: Mapping[CreditKey, int], instant: int) -> str | None:
        """The tier that he would have at an instant if these credits came; nothing changes."""
        changes = self._reassess(self._credits.with_delta(changed), changed, instant)
        return self._tier_at(self._timeline.record(changes, recorded_at=self._recorded_at), instant)

    def post(self, changed: Mapping[CreditKey, int], activity: int | None = None) -> None:
        """Let credits that a command posted take effect: upgrades at once, corrections, what was returned."""
        counted = {key: points for key, points in changed.items() if key[0] in self._rulebooks.climbing}
        if counted:
            self._credits = self._credits.with_delta(counted)
            self._record(self._reassess(self._credits, counted, self._now), activity)

    def grant(self, change: Change, actor: str, note: str) -> None:
        """Append a grant by hand."""
        self._record((change,), actor=actor, note=note)

    def review(self) -> None:
        """Let an explicit review take place as of the business clock: a changed ladder may lift him."""
        ladders = self._rulebooks.ladders
        self._record(review(self._timeline, self._credits, ladders, self._now, self._judged_to))

    def standing(self, instant: int | None = None) -> TierStanding | None:
        """Where he stands at an instant (None: the business clock); None without a ladder then."""
        at = self._now if instant is None else instant
        return tier_standing(self._timeline, self._credits, self._rulebooks.ladders, at)

    def _reassess(self, credits: Credits, changed: Mapping[CreditKey, int], until: int) -> tuple[Change, ...]:
        """A business clock may run back; what was judged to its latest reading is judged so far again."""
        now = max(until, self._now, self._judged_to)
        return reassess(self._timeline, credits, changed, self._rulebooks.ladders, now)

    def _tier_at(self, timeline: Timeline, instant: int) -> str | None:
        ladder = self._rulebooks.ladders.at(instant)
        return None if ladder is None else timeline.tier_at(instant, ladder)

    def _record(
        self,
        changes: Sequence[Change],
        activity: int | None = None,
        actor: str | None = None,
        note: str | None = None,
    ) -> None:
        if changes:
            self._timeline = self._timeline.record(
                changes,
                recorded_at=self._recorded_at,
                rulebook_at=lambda instant: self._rulebooks.at(instant).number,
                activity=activity,
                actor=actor,
                note=note,
            )
