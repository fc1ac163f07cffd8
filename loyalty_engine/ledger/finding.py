"""A finding: one place where an account's stored state is not what its journal says."""

from __future__ import annotations

from typing import NamedTuple

Value = int | str | None


class Finding(NamedTuple):
    """What the proof expected somewhere, and what it found there.

    Codes: account-differs, account-missing, activity-unknown, allocation-orphan, balance-differs,
    balance-extra, balance-missing, balance-running, bucket-negative, bucket-unknown, column-type,
    credits-differ, deficit-beside-points, deficit-negative, digest-broken, entry-account, entry-law,
    guard-missing, hold-differs, hold-extra, hold-law, hold-missing, kind-unknown, lot-differs, lot-extra,
    lot-missing, lot-unknown, mirror-differs, order-of-consumption, overdrawn, recorded-backwards,
    restoration-law, restored-above-redeemed, reversal-law, reversed-above-granted, sequel-missing,
    sequence-gap.
    """

    code: str
    account: int  # 0: of none
    place: str  # "entry 5", "lot 3 available", "balance points deficit", "allocation 5 of lot 3"
    expected: Value
    found: Value


class Findings:
    """Collects what is wrong with one account."""

    def __init__(self, account: int) -> None:
        self.account = account
        self.all: list[Finding] = []

    def add(self, code: str, place: str, expected: Value, found: Value) -> None:
        """Note one finding."""
        self.all.append(Finding(code, self.account, place, expected, found))

    def check(self, code: str, place: str, expected: Value, found: Value) -> None:
        """Note a finding unless both are the same."""
        if expected != found:
            self.add(code, place, expected, found)

    def require(self, seq: int, law: str, expected: object, found: object) -> None:
        """Note a broken law of an entry unless both are the same."""
        if expected != found:
            self.add("entry-law", f"entry {seq}: {law}", str(expected), str(found))
