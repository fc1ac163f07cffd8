"""The desk: a loaded batch, and what its accepted commands change; refused ones leave no trace on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from loyalty_engine.activity.activity import ActivityKey, MemberRef, Original
from loyalty_engine.engine.member_tier import MemberTier, TierKnown
from loyalty_engine.engine.ports.store import (
    Batch,
    Changes,
    Known,
    OriginalActivity,
    Payment,
    StoredActivity,
    TierRecord,
)
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.errors import ActivityConflict, UnknownMember
from loyalty_engine.ledger.account import Account, ReturnedLine
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.due import post_due
from loyalty_engine.ledger.entry import Entry, EntryKind
from loyalty_engine.members.member import OWN_ID, Attribute, IdentityLink, Membership


@dataclass(slots=True)
class Work:
    """What one command is about to change; nothing of it holds until the desk accepts it."""

    membership: Membership
    draft: Draft
    now: int  # the business clock, which for an account never runs back
    first: int  # position of the command's own first entry in the draft; before it stands what was due
    new_member: bool = False
    links: list[IdentityLink] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    tier: MemberTier | None = None  # None: no version of the rules has tiers

    def count_credits(self, activity: int | None = None) -> None:
        """Let what the draft posted take effect on the member's tier. Raises CreditsNotLoaded."""
        if self.tier is not None:
            self.tier.post(self.draft.credits, activity)


class Desk:
    """Gives commands the state that the ones before them in the batch left."""

    def __init__(self, batch: Batch, recorded_at: int, rulebooks: Rulebooks) -> None:
        self.batch = batch
        self.changes = Changes()
        self.recorded_at = recorded_at  # the second clock; no account's recorded time runs back
        self._rulebooks = rulebooks  # those in force when the batch is decided, for tiers
        self._recent: dict[ActivityKey, OriginalActivity] = {}  # recorded in this batch
        self._tiers: dict[int, TierKnown] = {}  # of accounts that a command of this batch worked on

    def replay(self, key: ActivityKey, fingerprint: str, member: MemberRef) -> Receipt | None:
        """The first receipt when this very command was accepted before, None when the key is free.

        Raises ActivityConflict when the key stands for other content or another member.
        """
        known = self.batch.known.get(key)
        if known is None:
            return None
        membership = self.batch.members.get(member)
        if known.fingerprint != fingerprint:
            raise ActivityConflict(
                f"`{key.id}` of `{key.source}` was recorded before with other content",
                source=key.source,
                type=key.type,
                id=key.id,
            )
        if membership is None or membership.account != known.account:
            raise ActivityConflict(
                f"`{key.id}` of `{key.source}` was recorded before for another member",
                source=key.source,
                type=key.type,
                id=key.id,
            )
        return Receipt(known.receipt, repeated=True)

    def member(self, ref: MemberRef) -> Membership | None:
        """Who is meant, None when nobody is enrolled under it."""
        return self.batch.members.get(ref)

    def enrolled(self, ref: MemberRef) -> Membership:
        """Who is meant. Raises UnknownMember when nobody is enrolled under it."""
        membership = self.batch.members.get(ref)
        if membership is None:
            raise UnknownMember(
                f"nobody is enrolled under {ref.kind} `{ref.value}`", kind=ref.kind, value=ref.value
            )
        return membership

    def open(self, membership: Membership, now: int) -> Work:
        """Begin work on a member's account: what is due by the business clock is posted first.

        A business clock that runs back stands still for the account: what came in by a later reading is
        there, and nothing can take it before it came.
        """
        draft = Draft(self.batch.accounts[membership.account])
        now = max(now, draft.account.clock)
        post_due(draft, now, self.recorded_at)
        return Work(membership, draft, now, len(draft.entries), tier=self._tier(draft, now))

    def enrol(self, member: str, at: int, now: int) -> Work:
        """Begin work on a new member; accounts are numbered under the writer's lock."""
        membership = Membership(member, self.batch.next_account, at)
        draft = Draft(Account(membership.account))
        return Work(membership, draft, now, 0, new_member=True, tier=self._tier(draft, now))

    def attributes(self, account: int) -> Sequence[Attribute]:
        """The member's dated attributes as loaded and changed since."""
        return self.batch.attributes.get(account, ())

    def _tier(self, draft: Draft, now: int) -> MemberTier | None:
        if not self._rulebooks.climbing:
            return None
        number = draft.account.number
        known = self._tiers.get(number)
        if known is None:
            known = TierKnown.of(self.batch.tiers.get(number, TierRecord()))
        return MemberTier(known, self._rulebooks, now, max(self.recorded_at, draft.recorded_at))

    def originals(self, wanted: Original) -> list[OriginalActivity]:
        """Every recorded activity that a return may mean, those of this batch too."""
        found = list(self.batch.originals.get(wanted, ()))
        there = {(one.activity.account, one.activity.number) for one in found}
        for key, recent in self._recent.items():
            same_kind = wanted.source in (None, key.source) and wanted.type in (None, key.type)
            if (
                key.id == wanted.id
                and same_kind
                and (recent.activity.account, recent.activity.number) not in there
            ):
                found.append(recent)
        return found

    def accept(
        self,
        work: Work,
        receipt: str,
        *,
        key: ActivityKey | None = None,
        fingerprint: str = "",
        activity: StoredActivity | None = None,
        returned: tuple[OriginalActivity, dict[str, ReturnedLine]] | None = None,
    ) -> Receipt:
        """Make a command's work hold: for the rest of the batch, and for the store to save."""
        membership, draft, changes = work.membership, work.draft, self.changes
        number = membership.account
        if work.new_member:
            self._enrolled(membership, draft.account)
        self._linked(work)
        draft.commit()
        draft.account.clock = max(draft.account.clock, work.now)
        self._posted(number, draft)
        self._counted(number, work)
        if activity is not None:
            changes.activities.append(activity)
            self._remember(activity, draft)
        if returned is not None:
            self._returned(returned[0], returned[1], draft)
        if key is not None:
            known = Known(number, fingerprint, receipt)
            self.batch.known[key] = known
            changes.known.append((key, known))
        return Receipt(receipt)

    # -- parts ------------------------------------------------------------------------------------------

    def _enrolled(self, membership: Membership, account: Account) -> None:
        batch = self.batch
        batch.next_account += 1
        batch.members[MemberRef(OWN_ID, membership.member)] = membership
        batch.accounts[membership.account] = account
        self.changes.memberships.append(membership)

    def _linked(self, work: Work) -> None:
        number, batch, changes = work.membership.account, self.batch, self.changes
        for link in work.links:
            changes.links.append(link)
            ref = MemberRef(link.kind, link.value)
            if link.unlinked_at is None:
                batch.members[ref] = work.membership
            else:
                batch.members.pop(ref, None)
        for attribute in work.attributes:
            changes.attributes.append((number, attribute, self.recorded_at))
            batch.attributes.setdefault(number, []).append(attribute)

    def _posted(self, number: int, draft: Draft) -> None:
        changes = self.changes
        changes.accounts[number] = draft.account
        changes.entries += draft.entries
        changes.allocations += draft.allocations
        for award in draft.awards:
            changes.awards.append((number, award))
        for lot, state in draft.lots.items():
            changes.lots[number, lot] = state
        for currency, balance in draft.balances.items():
            changes.balances[number, currency] = balance
        for counter, used in draft.counters.items():
            changes.counters[number, counter] = used
        for hold, standing in draft.holds.items():
            changes.holds[number, hold] = standing

    def _counted(self, number: int, work: Work) -> None:
        """Credits are kept whether or not they were loaded: the store adds to what it has."""
        changes = self.changes
        for key, points in work.draft.credits.items():
            if key[0] in self._rulebooks.counting:
                changes.credits[number, key] = changes.credits.get((number, key), 0) + points
        if work.tier is not None:
            changes.tier_changes += [(number, change) for change in work.tier.rows]
            self._tiers[number] = work.tier.left

    def _remember(self, activity: StoredActivity, draft: Draft) -> None:
        """A later command of the batch may return this activity, or ask whether it was the first."""
        first_at, what = self.batch.first_at, (activity.account, activity.key.type)
        first_at[what] = min(first_at.get(what, activity.at), activity.at)
        awards = {award.seq: award for award in draft.awards}
        entries = [entry for entry in draft.entries if entry.kind == EntryKind.ACCRUAL]
        payments = [
            Payment(entry, _parts(draft, entry), [])
            for entry in draft.entries
            if entry.kind == EntryKind.REDEMPTION and entry.activity == activity.number
        ]
        self._recent[activity.key] = OriginalActivity(activity, entries, awards, {}, {}, payments)

    def _returned(self, original: OriginalActivity, lines: dict[str, ReturnedLine], draft: Draft) -> None:
        original.returned.update(lines)
        original.entries += [entry for entry in draft.entries if entry.kind == EntryKind.REVERSAL]
        for entry in draft.entries:
            if entry.kind == EntryKind.RESTORATION:
                paid = next(one for one in original.payments if one.entry.seq == entry.reverses)
                paid.restored.append((entry, _parts(draft, entry)))
        for line, state in lines.items():
            self.changes.returned[original.activity.account, original.activity.number, line] = state


def _parts(draft: Draft, entry: Entry) -> tuple[tuple[int, int], ...]:
    """Points by lot that an entry of a draft moved."""
    return tuple(sorted([(move.lot, move.points) for move in draft.allocations if move.seq == entry.seq]))
