"""A member's statement: every movement in order, with the running balance and the lots it touched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from loyalty_engine.ledger.entry import Allocation, Entry, entry_id


class LotOpened(NamedTuple):
    """The lot that an entry opened; instants are microseconds UTC."""

    number: int
    points: int
    available_at: int
    expires_at: int | None


class StatementRow(NamedTuple):
    """One entry as a member reads it."""

    id: str
    entry: Entry
    balance: int  # running sum of this currency: available + pending + held - deficit
    opened: LotOpened | None
    moved: tuple[Allocation, ...]  # which lots it moved points of


def statement(
    entries: Iterable[Entry], allocations: Iterable[Allocation], currency: str | None = None
) -> list[StatementRow]:
    """The rows of one account by sequence, of one currency or of all."""
    moved: dict[int, list[Allocation]] = {}
    for allocation in allocations:
        moved.setdefault(allocation.seq, []).append(allocation)
    rows = [entry for entry in entries if currency is None or entry.currency == currency]
    return [_row(entry, tuple(moved.get(entry.seq, ()))) for entry in sorted(rows, key=lambda row: row.seq)]


def _row(entry: Entry, moved: tuple[Allocation, ...]) -> StatementRow:
    opened = None
    if entry.available_at is not None:
        opened = LotOpened(entry.seq, entry.points, entry.available_at, entry.expires_at)
    return StatementRow(entry_id(entry.account, entry.seq), entry, entry.balance_after, opened, moved)
