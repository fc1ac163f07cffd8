"""What a writer writes to: one connection, one transaction at a time."""

from __future__ import annotations

from typing import Protocol

from loyalty_engine.engine.ports.driver import WriteSession


class Ground(Protocol):
    """Used by one thread at a time."""

    @property
    def open(self) -> bool:
        """Whether a transaction has begun and is neither committed nor rolled back."""
        ...

    def begin(self) -> WriteSession:
        """Begin a transaction. Raises StoreFailure; then nothing was begun."""
        ...

    def commit(self) -> None:
        """Make it durable. Raises StoreFailure; then it is to be rolled back."""
        ...

    def rollback(self) -> None:
        """Undo it; nothing to undo is fine."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
