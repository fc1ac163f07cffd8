"""The use cases in a transaction that a host has under way."""

from __future__ import annotations

from types import TracebackType

from loyalty_engine.engine.loyalty_engine import LoyaltyEngine, Rules
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.errors import InvalidCommand


class HostedEngine(LoyaltyEngine):
    """Made by `LoyaltyEngine.within`, for as long as the host's transaction lasts.

    What it writes is there when the host commits and gone when the host rolls back. A refusal or failure
    undoes its own command only. Raises UnsafeHost when the host's transaction is none, and RetryTransaction
    when the host has to roll back and do all of it again. Leaving a `with` block of it ends nothing.
    """

    def publish(
        self, rules: Rules, *, actor: str | None = None, again: bool = True
    ) -> PublishedRulebook | None:
        """Raises InvalidCommand: every engine decides by published rules, which no rollback could recall."""
        raise InvalidCommand("rules are not published in a host's transaction; publish them by the engine")

    def try_out(self, rules: Rules) -> None:
        """Raises InvalidCommand: what is tried out would outlive the transaction."""
        raise InvalidCommand("rules are not tried out in a host's transaction; do that by the engine")

    def close(self) -> None:
        """Raises InvalidCommand: the transaction and its connection are the host's to end."""
        raise InvalidCommand("the transaction is the host's: commit it or roll it back there")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End nothing: the transaction is the host's."""
