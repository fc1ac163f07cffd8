"""The port of the read path: one consistent snapshot, nothing written, never waiting for the writer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.decision import CounterKey
from loyalty_engine.engine.ports.store import (
    Ask,
    Attribute,
    Batch,
    CreditKey,
    IdentityLink,
    Membership,
    StoredActivity,
    TierRecord,
)
from loyalty_engine.ledger.account import Account, Balance, RecordedAward
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Finding
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.lot import Lot


class AccountRecord(NamedTuple):
    """Everything that is stored of one account's ledger: the journal, and the state it must rebuild to."""

    account: Account  # seq, digest, recorded_at, activities; no lots, balances or counters
    entries: Sequence[Entry]  # by seq
    allocations: Sequence[Allocation]  # by seq, then lot
    lots: Sequence[Lot]  # all, also empty ones, by number
    balances: Mapping[str, Balance]
    holds: Mapping[int, Hold] = {}  # all, resolved ones too, by number
    credits: Mapping[CreditKey, int] = {}  # all dated credits


class RuleTotals(NamedTuple):
    """What one rule or kind of entry has moved, over all members."""

    kind: str
    rule: str | None
    currency: str
    entries: int
    points: int
    reversed_points: int  # for kind reversal: taken back of awards, what had expired included


class Reader(Protocol):
    """Opened for one question (or several that must agree) and closed after it."""

    def member(self, ref: MemberRef) -> Membership | None:
        """Who is enrolled under an own id or a linked identity."""
        ...

    def member_of(self, account: int) -> Membership | None:
        """Whose account this is."""
        ...

    def attributes(self, account: int) -> Sequence[Attribute]:
        """A member's dated attributes, by name and instant."""
        ...

    def links(self, account: int) -> Sequence[IdentityLink]:
        """A member's identities, ended ones too."""
        ...

    def record(self, account: int) -> AccountRecord:
        """One account's whole ledger."""
        ...

    def records(self) -> Iterator[AccountRecord]:
        """Every account's ledger, by number, one at a time, in bounded memory."""
        ...

    def faults(self) -> Iterator[Finding]:
        """What is wrong with the store that no account's ledger shows, such as rows without an account."""
        ...

    def account_count(self) -> int:
        """How many accounts `records` gives."""
        ...

    def activity(self, account: int, number: int) -> StoredActivity | None:
        """One stored activity."""
        ...

    def find_activity(self, key: ActivityKey) -> StoredActivity | None:
        """The stored activity of a key."""
        ...

    def awards(self, account: int, seqs: Sequence[int]) -> Mapping[int, RecordedAward]:
        """The line weights of award entries."""
        ...

    def counters(self, account: int) -> Mapping[CounterKey, int]:
        """All running counts of an account."""
        ...

    def holds(self, account: int) -> Sequence[Hold]:
        """Every hold of an account, resolved ones too, by number."""
        ...

    def tier_record(self, account: int) -> TierRecord:
        """Everything that is stored of an account's tiers."""
        ...

    def tier_records(self) -> Iterator[tuple[Membership, TierRecord]]:
        """The same of every account of the program, by number, in bounded memory."""
        ...

    def context(self, ask: Ask) -> Batch:
        """What `Store.load` would load for one command, read without a lock: for a quote."""
        ...

    def totals(self) -> Sequence[RuleTotals]:
        """Entries and points by kind, rule and currency, over all members."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Numbers of `members`, `activities`, `entries`, `lots`."""
        ...

    def outstanding(self, at: int) -> Mapping[str, Balance]:
        """All balances summed by currency, lot lives judged at an instant not before the last posting."""
        ...

    def last_activity_at(self) -> int | None:
        """The latest instant that any activity occurred at."""
        ...
