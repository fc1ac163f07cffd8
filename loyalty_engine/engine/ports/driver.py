"""The port that runs work in transactions: who calls, and how many share a commit, is its business."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from loyalty_engine.engine.ports.reader import Reader
from loyalty_engine.engine.ports.rulebook_shelf import RulebookShelf
from loyalty_engine.engine.ports.store import Store

Result = TypeVar("Result")


class WriteSession(Store, RulebookShelf, Protocol):
    """What work inside a write transaction may use."""


class ReadSession(Reader, Protocol):
    """What work inside a read transaction may use."""

    def latest(self) -> int:
        """See RulebookShelf.latest."""
        ...

    def published(self, program: str | None = None) -> Sequence[Any]:
        """See RulebookShelf.published."""
        ...


Settle = Callable[[WriteSession, Sequence[Any]], list[Any]]
"""load - decide - save over a batch of commands: one outcome each, in order. A refusal is an outcome (an
exception object), not raised; only a failing store raises."""


class Driver(Protocol):
    """Owns the connections. After `close` every call raises StoreFailure.

    Calls may come from any thread. A call made inside a transaction of the same driver (from `settle` or
    `work`) raises InvariantViolation: it would wait for itself.
    """

    program: str | None
    """Whose members, keys and accounts the sessions see. None: no program chosen yet; then the journal of
    every program can be read, and whatever names a member or a key raises UnknownProgram."""

    def submit(self, settle: Settle, command: Any) -> Any:
        """Settle one command, in one commit with whatever else is waiting; gives its outcome."""
        ...

    def submit_many(self, settle: Settle, commands: Sequence[Any]) -> list[Any]:
        """Settle commands in one commit; when the store fails, each is tried alone."""
        ...

    def transact(self, work: Callable[[WriteSession], Result]) -> Result:
        """Run work in one write transaction of its own."""
        ...

    def reading(self) -> AbstractContextManager[ReadSession]:
        """One consistent snapshot, for whoever may block its thread for as long as the block lasts."""
        ...

    def read(self, work: Callable[[ReadSession], Result]) -> Result:
        """Run work on one consistent snapshot: the way for commands, which a task may have sent."""
        ...

    def within(self, host: object) -> Driver:
        """The same store, in the transaction that a host has under way and will end itself.

        Raises InvalidCommand for a host of a kind that is not supported, UnsafeHost for one whose
        transaction does not give what a ledger needs.
        """
        ...

    def close(self) -> None:
        """Wait for what is under way, then let go of the database."""
        ...
