"""The part of the engine's face that is about tiers: review, grant, history, counts and moves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from loyalty_engine.engine import arguments
from loyalty_engine.engine.arguments import Instant
from loyalty_engine.engine.grant_tier import GrantTier
from loyalty_engine.engine.ports.driver import Driver, ReadSession
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.review_tiers import Progress, preview_tiers, review_tiers
from loyalty_engine.engine.spending import Member
from loyalty_engine.engine.submission import Submission
from loyalty_engine.engine.tier_counts import tier_moves_of, tiers_of
from loyalty_engine.engine.tier_history import tier_history_of
from loyalty_engine.engine.versions import Versions
from loyalty_engine.errors import InvalidCommand


class TierFace(ABC):
    """What `LoyaltyEngine` offers about tiers; it brings the parts that are named here."""

    _driver: Driver
    _clock: Callable[[], int]
    _recording_clock: Callable[[], int]
    _submission: Submission
    _versions: Versions

    def review_tiers(
        self, as_of: Instant, *, dry_run: bool = True, progress: Progress | None = None
    ) -> dict[str, Any]:
        """Review every member's tier as of an instant: who rises, drops, is kept, in grace, near a line.

        A dry run changes nothing and may look ahead, as if nothing more came. Otherwise the changes are
        recorded; doing it twice records nothing the second time. Raises NoRulebook, and InvalidCommand for
        an instant that the engine's clock has not reached.
        """
        instant, dry_run = arguments.instant("as_of", as_of), arguments.yes_or_no("dry_run", dry_run)
        now = self._clock()
        with self._reading() as session:
            self._versions.current.newest  # noqa: B018 raises NoRulebook
            if dry_run:
                recorded_at = self._recording_clock()
                return preview_tiers(session, self._versions.current, instant, recorded_at, progress)
        if instant > now:
            raise InvalidCommand("a review as of a time to come is a dry run only", as_of=instant)
        return review_tiers(self._driver, self._versions, instant, self._recording_clock, progress)

    def grant_tier(
        self,
        member: Member,
        tier: str | None,
        *,
        until: Instant | None = None,
        reason: str,
        actor: str,
        key: str | None = None,
    ) -> Receipt:
        """Grant a tier by hand: until an instant the member has at least that one. None ends a grant.

        A grant takes the place of the one before. Raises InvalidCommand, UnknownMember, UnknownTier,
        ActivityConflict, NoRulebook.
        """
        ref, now = arguments.member_ref(member), self._clock()
        end = None if until is None else arguments.instant("until", until)

        def make() -> GrantTier:
            return GrantTier(ref, tier, end, reason, actor, self._versions.at(now), now, key)

        return self._submission.one(make)

    def tier_history(
        self, member: Member, *, at: Instant | None = None, known_at: Instant | None = None
    ) -> dict[str, Any]:
        """A member's standing at an instant, and every change of his tier that was recorded by `known_at`.

        Raises UnknownMember, NoRulebook.
        """
        known = None if known_at is None else arguments.instant("known_at", known_at)
        ref = arguments.member_ref(member)
        with self._reading() as session:
            return tier_history_of(session, ref, self._at(at), known, self._versions.current)

    def tiers(self, *, at: Instant | None = None) -> dict[str, Any]:
        """How many members have each tier at an instant. Raises NoRulebook."""
        with self._reading() as session:
            return tiers_of(session, self._at(at), self._versions.current)

    def tier_moves(self, since: Instant, *, until: Instant | None = None) -> dict[str, Any]:
        """How many members moved between tiers, month by month, and why. Raises NoRulebook."""
        start = arguments.instant("since", since)
        with self._reading() as session:
            return tier_moves_of(session, start, self._at(until), self._versions.current)

    @abstractmethod
    def _reading(self) -> AbstractContextManager[ReadSession]:
        """One consistent snapshot, and the rules as of it."""

    @abstractmethod
    def _at(self, at: Instant | None) -> int:
        """The instant that is asked about; None: now."""
