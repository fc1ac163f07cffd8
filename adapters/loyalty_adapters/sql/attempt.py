"""A transaction's hold on the calls that it settles."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, Self

from loyalty_adapters.sql.call import Call, Failed, tell
from loyalty_engine.engine.ports.driver import WriteSession
from loyalty_engine.errors import InvariantViolation


class Attempt:
    """A transaction for calls of one kind. Its outcomes stand just before it commits, unless it fails."""

    __slots__ = ("calls", "outcomes")

    def __init__(self, calls: Sequence[Call], outcomes: list[Any] | None = None) -> None:
        self.calls = calls
        self.outcomes = outcomes

    @classmethod
    def failed(cls, calls: Sequence[Call], error: BaseException) -> Self:
        """One that has come to nothing: each call gets the error, as an exception of its own."""
        return cls(calls, [Failed(copy(error) if place else error) for place in range(len(calls))])

    def settle(self, session: WriteSession) -> None:
        """Settle the calls' commands. Raises whatever settling raises."""
        settle = self.calls[0].settle
        assert settle is not None
        outcomes = settle(session, [call.command for call in self.calls])
        if len(outcomes) != len(self.calls):
            raise InvariantViolation(f"{len(self.calls)} commands were settled with {len(outcomes)} outcomes")
        self.outcomes = outcomes

    def deliver(self) -> None:
        """Give each caller its outcome, if there are any; may be repeated."""
        if self.outcomes is not None:
            for call, outcome in zip(self.calls, self.outcomes, strict=True):
                call.conclude(outcome)
            tell(self.calls)
