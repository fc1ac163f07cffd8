"""The store in SQLite, inside a write transaction that its driver began."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from loyalty_adapters.program import chosen
from loyalty_adapters.sql import due_reads, loading, loading_tiers, reads, saving, shelf
from loyalty_adapters.sql.sqlite_executor import SqliteExecutor
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.engine.ports.store import Ask, Batch, Changes, Membership, TierRecord
from loyalty_engine.ledger.account import Account


class SqliteStore:
    """Opened for one program; the lock that the transaction began with is every account's lock."""

    def __init__(self, executor: SqliteExecutor, program: str | None) -> None:
        self._executor = executor
        self._program = program

    def load(self, asks: Sequence[Ask]) -> Batch:
        """See `Store.load`. Raises UnknownProgram when none is chosen."""
        return loading.load(self._executor, chosen(self._program), asks)

    def due_accounts(self, now: int, after: int, limit: int) -> Sequence[int]:
        """See `Store.due_accounts`."""
        return due_reads.due_accounts(self._executor, self._program, now, after, limit)

    def load_accounts(self, numbers: Iterable[int], now: int) -> Mapping[int, Account]:
        """See `Store.load_accounts`."""
        return loading.load_accounts(self._executor, numbers, now)

    def tier_accounts(self, after: int, limit: int) -> Sequence[int]:
        """See `Store.tier_accounts`."""
        rows = self._executor.rows(reads.page_of_accounts, program=self._program, after=after, limit=limit)
        return [number for (number,) in rows]

    def load_tiers(self, numbers: Iterable[int]) -> Mapping[int, tuple[Membership, TierRecord]]:
        """See `Store.load_tiers`."""
        return loading_tiers.load_tiers(self._executor, numbers)

    def save(self, changes: Changes) -> None:
        """See `Store.save`. Raises UnknownProgram when none is chosen."""
        saving.save(self._executor, chosen(self._program), changes)

    def latest(self) -> int:
        """See `RulebookShelf.latest`."""
        return shelf.latest(self._executor)

    def published(self, program: str | None = None) -> Sequence[PublishedRulebook]:
        """See `RulebookShelf.published`."""
        return shelf.published(self._executor, program)

    def publish(self, rulebook: PublishedRulebook) -> PublishedRulebook:
        """See `RulebookShelf.publish`."""
        return shelf.publish(self._executor, rulebook)
