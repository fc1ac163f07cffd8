"""Use case: review every member's tier as of an instant, or only say who would move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from loyalty_engine.engine.member_tier import MemberTier
from loyalty_engine.engine.ports.driver import Driver, ReadSession, WriteSession
from loyalty_engine.engine.ports.store import Changes, TierRecord
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.engine.tier_documents import counted, move_data, standing_data, tiers_data
from loyalty_engine.engine.versions import Versions
from loyalty_engine.members.member import Membership
from loyalty_engine.tiers.change import Reason
from loyalty_engine.tiers.standing import TierStanding

RANGE = 500  # accounts a transaction
NEAR = 10  # a tier is near when less than one in so many of its credits are missing

Progress = Callable[[int], None]


class TierReview:
    """What a review found, member by member. `rises`, `drops` and the like are lists of plain data."""

    def __init__(self, rulebooks: Rulebooks, as_of: int, recorded_at: int) -> None:
        self._rulebooks = rulebooks
        self._as_of = as_of
        self._recorded_at = recorded_at
        self._calendar = rulebooks.newest.program.calendar
        self._ladder = rulebooks.ladders.at(as_of)
        self._tiers: Counter[str | None] = Counter()
        self._lists: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("rises", "drops", "renewals", "in_grace", "near")
        }

    def judge(self, membership: Membership, record: TierRecord, changes: Changes) -> None:
        """Review one member; what is to be appended goes into `changes`."""
        tier = MemberTier(record, self._rulebooks, self._as_of, self._recorded_at)
        tier.review()
        before = None if not tier.known.earned else tier.known.latest.tier
        for row in tier.rows:
            changes.tier_changes.append((membership.account, row))
            kind = _kind(before, row.tier, row.reason)
            self._lists[kind].append(move_data(membership.member, before, row, self._calendar))
            before = row.tier
        standing = tier.standing()
        counted(self._tiers, standing)
        if standing is not None:
            self._tell(membership.member, standing)

    def document(self, *, dry_run: bool) -> dict[str, Any]:
        """The review as plain data."""
        return {
            "as_of": self._calendar.text(self._as_of),
            "dry_run": dry_run,
            "members": self._tiers.total(),
            **self._lists,
            "tiers": tiers_data(self._tiers, self._ladder),
        }

    def _tell(self, member: str, standing: TierStanding) -> None:
        data = {"member": member, **standing_data(standing, self._calendar)}
        if standing.grace_until is not None:
            self._lists["in_grace"].append(data)
        if standing.missing and standing.missing * NEAR <= standing.credits + standing.missing:
            self._lists["near"].append(data)


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
    review = TierReview(versions.current, as_of, recording_clock())
    after = 0
    while True:

        def work(session: WriteSession, after: int = after) -> tuple[int, int]:
            return _review_range(session, review, after)

        last, members = driver.transact(work)
        if not members:
            return review.document(dry_run=False)
        after = last
        if progress is not None:
            progress(members)


def preview_tiers(
    session: ReadSession, rulebooks: Rulebooks, as_of: int, now: int, progress: Progress | None = None
) -> dict[str, Any]:
    """The same review without writing anything."""
    review = TierReview(rulebooks, as_of, now)
    _judge_all(review, session.tier_records(), Changes(), progress)
    return review.document(dry_run=True)


def _review_range(session: WriteSession, review: TierReview, after: int) -> tuple[int, int]:
    numbers = session.tier_accounts(after, RANGE)
    changes = Changes()
    _judge_all(review, session.load_tiers(numbers).values(), changes, None)
    if not changes.empty:
        session.save(changes)
    return (numbers[-1] if numbers else after), len(numbers)


def _judge_all(
    review: TierReview,
    records: Iterable[tuple[Membership, TierRecord]],
    changes: Changes,
    progress: Progress | None,
) -> None:
    for membership, record in records:
        review.judge(membership, record, changes)
        if progress is not None:
            progress(1)


def _kind(before: str | None, after: str | None, reason: str) -> str:
    """The list that a change belongs to."""
    if reason in (Reason.DROPPED, Reason.WITHDRAWN):
        return "drops"
    return "renewals" if reason == Reason.RENEWED or before == after else "rises"
