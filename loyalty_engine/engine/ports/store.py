"""The port of the write path: load what a batch of commands needs, save what they changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from loyalty_engine.activity.activity import ActivityKey, MemberRef, Original
from loyalty_engine.calendar import EARLIEST
from loyalty_engine.decision import CounterKey
from loyalty_engine.ledger.account import Account, Balance, CreditKey, RecordedAward, ReturnedLine
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.restoration import Payment
from loyalty_engine.members.member import Attribute, IdentityLink, Membership
from loyalty_engine.tiers.change import TierChange


class Ask(NamedTuple):
    """What one command needs loaded. Everything is of one program."""

    member: MemberRef
    now: int  # the business clock of the command: lots due at or before it are loaded
    key: ActivityKey | None = None  # is it known already?
    identities: tuple[MemberRef, ...] = ()  # whose are these?
    original: Original | None = None  # of a return: load what the member did under this name
    first_of_type: str | None = None  # load the earliest instant of this type of activity
    period_starts: tuple[tuple[str, int], ...] = ()  # (period, starts_at) of counters to load
    attributes: bool = False  # load the member's dated attributes
    open_lots: bool = False  # a debit: load every lot with something left
    all_counters: bool = False  # a return: load every count of the account
    hold: int | None = None  # number of a hold of the member to load even when it is resolved
    credits_since: int | None = None  # load the tier record, and credits dated at or after this instant
    all_credits_before: int = EARLIEST  # all of them, of an account whose last command came before this one


class Known(NamedTuple):
    """The outcome stored under an idempotency key."""

    account: int
    fingerprint: str
    receipt: str  # JSON, given back word for word


class StoredActivity(NamedTuple):
    """An activity as it was evaluated: canonical content without personal values, and its facts."""

    account: int
    number: int  # 1, 2, 3 ... in the account
    key: ActivityKey
    at: int
    offset: int
    recorded_at: int
    rulebook: int  # number of the pinned rulebook
    content: str  # JSON; activity/content.py reads it back
    facts: str  # JSON


@dataclass(slots=True)
class OriginalActivity:
    """What a return of it needs: the activity, its award entries and what was reversed so far."""

    activity: StoredActivity
    entries: list[Entry]  # the accruals (mirrored credits too) it led to, and every reversal of those
    awards: dict[int, RecordedAward]  # by the award entry's seq
    expired: dict[int, int]  # by lot: points that have expired of the awards' lots
    returned: dict[str, ReturnedLine]  # by line id
    payments: list[Payment] = field(default_factory=list)  # by seq


@dataclass(slots=True)
class TierRecord:
    """What is stored of one account's tiers."""

    changes: list[TierChange] = field(default_factory=list)  # by number; always all
    credits: dict[CreditKey, int] = field(default_factory=dict)  # those dated at or after `since`
    since: int | None = None  # None: all of them are loaded
    clock: int = 0  # the latest business clock of a command on the account: tiers are judged up to it


@dataclass(slots=True)
class Batch:
    """What was loaded for a batch; decisions read it, and change it only through drafts.

    A later command of the batch sees what an earlier one left, because both use the same objects.
    """

    members: dict[MemberRef, Membership]  # every reference asked for and known, own ids and identities
    accounts: dict[int, Account]
    known: dict[ActivityKey, Known]
    next_account: int  # where a member asked for is unknown: accounts are numbered under the writer's lock
    attributes: dict[int, list[Attribute]] = field(default_factory=dict)
    originals: dict[Original, list[OriginalActivity]] = field(default_factory=dict)  # several: ambiguous
    first_at: dict[tuple[int, str], int] = field(default_factory=dict)  # (account, type) -> earliest instant
    tiers: dict[int, TierRecord] = field(default_factory=dict)  # by account, of those asked for


@dataclass(slots=True)
class Changes:
    """Everything that a batch's accepted commands add or alter; empty after refusals only."""

    memberships: list[Membership] = field(default_factory=list)
    links: list[IdentityLink] = field(default_factory=list)  # new, or ended (same kind, value, linked_at)
    attributes: list[tuple[int, Attribute, int]] = field(default_factory=list)  # account, it, recorded_at
    accounts: dict[int, Account] = field(default_factory=dict)  # by number: counts and digest
    known: list[tuple[ActivityKey, Known]] = field(default_factory=list)
    activities: list[StoredActivity] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    awards: list[tuple[int, RecordedAward]] = field(default_factory=list)  # account, award
    lots: dict[tuple[int, int], Lot] = field(default_factory=dict)  # (account, lot) -> new or changed
    balances: dict[tuple[int, str], Balance] = field(default_factory=dict)  # (account, currency)
    counters: dict[tuple[int, CounterKey], int] = field(default_factory=dict)  # the new count
    returned: dict[tuple[int, int, str], ReturnedLine] = field(
        default_factory=dict
    )  # account, activity, line
    holds: dict[tuple[int, int], Hold] = field(default_factory=dict)  # (account, hold) -> new or changed
    credits: dict[tuple[int, CreditKey], int] = field(default_factory=dict)  # account, key: points to add
    tier_changes: list[tuple[int, TierChange]] = field(default_factory=list)  # account, it

    @property
    def empty(self) -> bool:
        """Whether there is nothing to save."""
        return not (
            self.accounts
            or self.memberships
            or self.links
            or self.attributes
            or self.known
            or self.tier_changes
        )


class Store(Protocol):
    """Runs inside one write transaction that its driver has begun and will commit or roll back."""

    def load(self, asks: Sequence[Ask]) -> Batch:
        """Read, under the lock, what the commands need. Never writes."""
        ...

    def due_accounts(self, now: int, after: int, limit: int) -> Sequence[int]:
        """Numbers > `after`, ascending, of accounts with a lot or hold due at or before `now`; at most
        `limit`.
        """
        ...

    def tier_accounts(self, after: int, limit: int) -> Sequence[int]:
        """Numbers > `after`, ascending, of accounts of the program; at most `limit`."""
        ...

    def load_tiers(self, numbers: Iterable[int]) -> Mapping[int, tuple[Membership, TierRecord]]:
        """Who each account belongs to, and everything that is stored of its tiers."""
        ...

    def load_accounts(self, numbers: Iterable[int], now: int) -> Mapping[int, Account]:
        """Accounts by number with their balances and open holds, the lots due at or before `now`, and
        those that a hold holds points of.
        """
        ...

    def save(self, changes: Changes) -> None:
        """Write every change, set by set. A violated constraint raises and nothing is kept."""
        ...


__all__ = [
    "Ask",
    "Attribute",
    "Batch",
    "Changes",
    "CreditKey",
    "IdentityLink",
    "Known",
    "Membership",
    "OriginalActivity",
    "Payment",
    "Store",
    "StoredActivity",
    "TierRecord",
]
