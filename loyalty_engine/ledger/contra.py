"""The contra side: where the points of an entry come from or go to. Derived, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from loyalty_engine.ledger.entry import Entry, EntryKind

MEMBERS = "members"
CONTRA_ACCOUNTS = {
    EntryKind.ACCRUAL: "issuance",
    EntryKind.RELEASE: "issuance",
    EntryKind.EXPIRY: "expiry",
    EntryKind.REVERSAL: "returns",
    EntryKind.ADJUSTMENT: "adjustments",
    EntryKind.ABSORPTION: "issuance",
    EntryKind.HOLD: "redemption",
    EntryKind.REDEMPTION: "redemption",
    EntryKind.HOLD_RELEASE: "redemption",
    EntryKind.RESTORATION: "redemption",
}


class ContraEntry(NamedTuple):
    """The other side of an entry."""

    account: str  # one of the values of CONTRA_ACCOUNTS
    currency: str
    points: int  # the entry's points with the other sign


def contra(entry: Entry) -> ContraEntry:
    """The other side of an entry: with it the sum of points is zero."""
    return ContraEntry(CONTRA_ACCOUNTS[EntryKind(entry.kind)], entry.currency, -entry.points)


def trial_balance(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """The sum of points of each (account, currency), members' side included; each currency sums to zero."""
    sums: dict[tuple[str, str], int] = {}
    for entry in entries:
        other = contra(entry)
        for key, points in (
            ((MEMBERS, entry.currency), entry.points),
            ((other.account, other.currency), other.points),
        ):
            sums[key] = sums.get(key, 0) + points
    return sums
