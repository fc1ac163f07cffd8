"""Use case: review every member's tier as of an instant, or only say who would move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from loyalty_engine.calendar import Calendar
from loyalty_engine.engine.member_tier import MemberTier, TierKnown
from loyalty_engine.engine.ports.driver import Driver, ReadSession, WriteSession
from loyalty_engine.engine.ports.store import Changes, TierRecord
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.engine.tier_documents import move_data, standing_data, tiers_data
from loyalty_engine.engine.versions import Versions
from loyalty_engine.members.member import Membership
from loyalty_engine.tiers.change import Reason
from loyalty_engine.tiers.ladder import Ladder
from loyalty_engine.tiers.standing import TierStanding

RANGE = 500  # accounts a transaction
NEAR = 10  # a tier is near when less than one in so many of its credits are missing

Progress = Callable[[int], None]


class TierReview:
    """What a review found, member by member. `rises`, `drops` and the like are lists of plain data."""

    def __init__(self, rulebooks: Rulebooks, as_of: int) -> None:
        self._rulebooks = rulebooks
        self._as_of = as_of
        self._tiers: Counter[str | None] = Counter()
        self._lists: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("rises", "drops", "renewals", "in_grace", "near")
        }

    def judge(
        self,
        records: Iterable[tuple[Membership, TierRecord]],
        rulebooks: Rulebooks,
        recorded_at: int,
        progress: Progress | None = None,
    ) -> Changes:
        """Review members by the rules known now; gives what is to be appended to their histories."""
        self._rulebooks, changes = rulebooks, Changes()
        for membership, record in records:
            if membership.enrolled_at <= self._as_of:
                tier = MemberTier(TierKnown.of(record), rulebooks, self._as_of, recorded_at)
                tier.review()
                self._note(membership.member, tier)
                changes.tier_changes += [(membership.account, row) for row in tier.rows]
            if progress is not None:
                progress(1)
        return changes

    def document(self, *, dry_run: bool) -> dict[str, Any]:
        """The review as plain data."""
        return {
            "as_of": self._calendar.text(self._as_of),
            "dry_run": dry_run,
            "members": self._tiers.total(),
            **self._lists,
            "tiers": tiers_data(self._tiers, self._ladder),
        }

    @property
    def _calendar(self) -> Calendar:
        return self._rulebooks.newest.program.calendar

    @property
    def _ladder(self) -> Ladder | None:
        return self._rulebooks.ladders.at(self._as_of)

    def _note(self, member: str, tier: MemberTier) -> None:
        before = tier.known.latest.tier
        for row in tier.rows:
            kind = _kind(before, row.tier, row.reason)
            ladder = self._rulebooks.ladders.at(row.effective_at)
            self._lists[kind].append(move_data(member, before, row, ladder, self._calendar))
            before = row.tier
        standing = tier.standing()
        self._tiers[None if standing is None else standing.tier] += 1
        if standing is not None:
            self._tell(member, standing)

    def _tell(self, member: str, standing: TierStanding) -> None:
        data = {"member": member, **standing_data(standing, self._calendar)}
        if standing.grace_until is not None:
            self._lists["in_grace"].append(data)
        if self._is_near(standing):
            self._lists["near"].append(data)

    def _is_near(self, standing: TierStanding) -> bool:
        """Whether little is missing to a tier higher than the one he has, be it by a grant."""
        ladder = self._ladder
        if ladder is None or not standing.missing:
            return False
        has, following = ladder.rank(standing.tier), ladder.rank(standing.next_tier)
        lower = has is None or following is None or has < following
        return lower and standing.missing * NEAR <= standing.credits + standing.missing


def review_tiers(
    driver: Driver,
    versions: Versions,
    as_of: int,
    recording_clock: Callable[[], int],
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Review all members in ranges of accounts, each in a transaction of its own; twice is as good as once.

    `progress` gets the number of members of each range. Gives the review document.
    """
    review = TierReview(versions.current, as_of)
    after = 0
    while True:

        def work(session: WriteSession, after: int = after) -> Sequence[int]:
            versions.refresh(session)
            numbers = session.tier_accounts(after, RANGE)
            records = session.load_tiers(numbers).values()
            changes = review.judge(records, versions.current, recording_clock())
            if not changes.empty:
                session.save(changes)
            return numbers

        numbers = driver.transact(work)
        if not numbers:
            return review.document(dry_run=False)
        after = numbers[-1]
        if progress is not None:
            progress(len(numbers))


def preview_tiers(
    session: ReadSession, rulebooks: Rulebooks, as_of: int, now: int, progress: Progress | None = None
) -> dict[str, Any]:
    """The same review without writing anything."""
    review = TierReview(rulebooks, as_of)
    review.judge(session.tier_records(), rulebooks, now, progress)
    return review.document(dry_run=True)


def _kind(before: str | None, after: str | None, reason: str) -> str:
    """The list that a change belongs to."""
    if reason in (Reason.DROPPED, Reason.WITHDRAWN):
        return "drops"
    return "renewals" if reason == Reason.RENEWED or before == after else "rises"
