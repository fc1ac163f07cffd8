"""The store in memory, inside a write transaction: it works on a copy that its driver keeps or drops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from loyalty_adapters.memory import reading, saving
from loyalty_adapters.memory.state import State
from loyalty_adapters.program import chosen
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.engine.ports.store import Ask, Batch, Changes, Membership, TierRecord
from loyalty_engine.ledger.account import Account


class MemoryShelf:
    """The rulebooks of a state."""

    def __init__(self, state: State, program: str | None) -> None:
        self._state = state
        self._program = program

    def latest(self) -> int:
        """See `RulebookShelf.latest`."""
        return len(self._state.rulebooks)

    def published(self, program: str | None = None) -> Sequence[PublishedRulebook]:
        """See `RulebookShelf.published`."""
        return [one for one in self._state.rulebooks if program in (None, one.program)]


class MemoryStore(MemoryShelf):
    """Of one program, on a state of its own."""

    def load(self, asks: Sequence[Ask]) -> Batch:
        """See `Store.load`. Raises UnknownProgram when none is chosen."""
        return reading.load(self._state, chosen(self._program), asks)

    def due_accounts(self, now: int, after: int, limit: int) -> Sequence[int]:
        """See `Store.due_accounts`."""
        return reading.due_accounts(self._state, self._program, now, after, limit)

    def load_accounts(self, numbers: Iterable[int], now: int) -> Mapping[int, Account]:
        """See `Store.load_accounts`."""
        ledgers = self._state.ledgers
        return {n: reading.account_of(ledgers[n], now) for n in sorted(set(numbers)) if n in ledgers}

    def tier_accounts(self, after: int, limit: int) -> Sequence[int]:
        """See `Store.tier_accounts`."""
        ledgers = sorted(self._state.ledgers.items())
        ours = (n for n, ledger in ledgers if n > after and self._program in (None, ledger.program))
        return list(islice(ours, limit))

    def load_tiers(self, numbers: Iterable[int]) -> Mapping[int, tuple[Membership, TierRecord]]:
        """See `Store.load_tiers`."""
        asked = set(numbers)
        ledgers = [ledger for n, ledger in sorted(self._state.ledgers.items()) if n in asked]
        return {found[0].account: found for found in reading.tier_records(ledgers)}

    def save(self, changes: Changes) -> None:
        """See `Store.save`. Raises UnknownProgram when none is chosen."""
        saving.save(self._state, chosen(self._program), changes)

    def publish(self, rulebook: PublishedRulebook) -> PublishedRulebook:
        """See `RulebookShelf.publish`."""
        numbered = rulebook._replace(number=self.latest() + 1, files=dict(rulebook.files))
        self._state.rulebooks.append(numbered)
        return numbered
