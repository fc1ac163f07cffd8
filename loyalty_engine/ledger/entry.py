"""An entry: one immutable movement of points in a member's account, and its allocations to lots."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class EntryKind(StrEnum):
    """Why points moved."""

    ACCRUAL = "accrual"  # an award of a rule; opens a lot
    RELEASE = "release"  # pending points become available; 0 points
    EXPIRY = "expiry"  # a lot's rest dies at its instant
    REVERSAL = "reversal"  # a return takes an award back, in whole or in part
    ADJUSTMENT = "adjustment"  # a correction by hand, with reason and actor; opens a lot when positive
    ABSORPTION = "absorption"  # 0 points: available points pay off a deficit
    HOLD = "hold"  # 0 points: available points are set aside
    REDEMPTION = "redemption"  # held points are spent
    HOLD_RELEASE = "hold-release"  # 0 points: a hold ends; what it still holds of living lots is available
    RESTORATION = "restoration"  # a redemption is undone, in whole or in part


class Bucket(StrEnum):
    """Where the points of a lot are."""

    PENDING = "pending"
    AVAILABLE = "available"
    HELD = "held"
    OUT = "out"  # spent, expired, reversed: no longer the member's


class Entry(NamedTuple):
    """One row of the journal. Instants are microseconds UTC; money is in minor units.

    The deficit's change is not stored because it follows: for an entry that opens no lot it is
    -points - (allocated to OUT) + (allocated from OUT); an opening never changes the deficit.
    """

    account: int
    seq: int  # 1, 2, 3 ... without gap in each account, over all its currencies
    currency: str
    kind: str  # an EntryKind
    points: int  # signed
    balance_after: int  # running sum of points in this currency
    effective_at: int
    counts_at: int  # the date for tier credits; a reversal has its purchase's instant
    recorded_at: int
    available_at: int | None = None  # of the lot it opens; None: opens no lot
    expires_at: int | None = None  # of the lot or hold it opens; None: never
    activity: int | None = None  # number of the activity in this account
    rulebook: int | None = None  # number of the pinned rulebook
    rule: str | None = None  # that granted it; of a hold and a redemption: the reward or tender
    mirrors: int | None = None  # seq of the award entry that this credit mirrors
    reverses: int | None = None  # seq of the award or redemption entry that this one undoes
    reversed_points: int | None = None  # how much of it is undone, what had expired included
    basis: int | None = None  # money the award was computed on, or that the points are worth
    actor: str | None = None
    reason: str | None = None
    request: str | None = None
    funder: str | None = None
    unit_price: str | None = None
    hold: int | None = None  # seq of the hold entry whose points this one spends, frees or lets expire
    digest: int = 0  # chained over this entry, its allocations and the account's entry before

    @property
    def opens_lot(self) -> bool:
        """Whether this entry opened a lot (whose number is this entry's seq)."""
        return self.available_at is not None


class Allocation(NamedTuple):
    """Which lot an entry moved points of, from which bucket to which."""

    account: int
    seq: int
    lot: int
    source: str  # a Bucket
    target: str  # a Bucket
    points: int  # > 0


def entry_id(account: int, seq: int) -> str:
    """The public name of an entry: account and sequence, zero-padded, so that text sorts as numbers do."""
    return f"{account:010d}-{seq:08d}"


def parse_entry_id(text: str) -> tuple[int, int] | None:
    """Account and sequence of an entry's public name; None when it is no such name."""
    account, dash, seq = text.partition("-")
    if not dash or not (account.isascii() and account.isdigit() and seq.isascii() and seq.isdigit()):
        return None
    if len(account) > 18 or len(seq) > 18:
        return None
    return int(account), int(seq)
