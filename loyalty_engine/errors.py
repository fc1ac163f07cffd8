"""What can go wrong, as types a caller can catch; each has a stable code, its class name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loyalty_engine.rulebook.diagnostic import Diagnostic


class LoyaltyError(Exception):
    """The root of every error that loyalty_engine raises on purpose.

    `message` is a whole sentence for a person; `parameters` the values in it, for a machine.
    """

    def __init__(self, message: str, **parameters: Any) -> None:
        super().__init__(message)
        self.message = message
        self.parameters: Mapping[str, Any] = parameters

    @property
    def code(self) -> str:
        """The stable name of this kind of error: its class name."""
        return type(self).__name__


class Refusal(LoyaltyError):
    """The command was understood and is refused; nothing changed and its key stays free."""


class UnknownMember(Refusal):
    """Nobody is enrolled under this id or identity, and this command does not enrol."""


class UnknownActivity(Refusal):
    """A return names an activity that was never recorded."""


class AmbiguousActivity(Refusal):
    """A return names its activity by an id that several sources or types use."""


class UnknownLine(Refusal):
    """A return names a line that the original activity does not have."""


class UnknownEntry(Refusal):
    """No entry has this id."""


class UnknownCurrency(Refusal):
    """The program has no such currency of points."""


class ActivityConflict(Refusal):
    """The key was used before, with other content or by another member."""


class OverReturn(Refusal):
    """More would be returned than was bought and is left."""


class ReturnRefused(Refusal):
    """This activity cannot be returned: wrong kind, before its purchase, or too late."""


class InsufficientPoints(Refusal):
    """The debit needs more points than are available, and the program does not allow a deficit."""


class NotEligible(Refusal):
    """The member does not meet the conditions of this redemption."""


class UnknownReward(Refusal):
    """No reward has this name."""


class UnknownHold(Refusal):
    """No hold has this id."""


class HoldResolved(Refusal):
    """The hold was captured, released or timed out before."""


class RedemptionNotPermitted(Refusal):
    """The amount of points is outside what may be redeemed; `permitted` is the nearest that may."""


class LimitReached(Refusal):
    """The reward was redeemed as often as its limit allows."""


class UnknownTier(Refusal):
    """The program has no such tier."""


class IdentityTaken(Refusal):
    """The identity belongs to another member."""


class NoRulebook(Refusal):
    """No version of the rules was in force at the activity's instant."""


class UnknownProgram(Refusal):
    """The store has no such program, or several and none was named."""


class BadInput(LoyaltyError):
    """The input cannot be understood; nothing was looked up and nothing changed."""


class InvalidActivity(BadInput):
    """The activity breaks the wire format; `problems` lists every place and what is wrong there."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        text = "; ".join(f"{place}: {what}" if place else what for place, what in problems)
        super().__init__(text, problems=[{"at": place, "message": what} for place, what in problems])
        self.problems = tuple(problems)


class InvalidCommand(BadInput):
    """An argument of a call is out of its range."""


class UnsafeHost(BadInput):
    """The host's transaction does not give the guarantees that a ledger needs."""


class InvalidFile(BadInput):
    """A file cannot be read at all: missing, truncated, or not of the format its name says."""


class InvalidRulebook(BadInput):
    """The rule files do not load; `diagnostics` carries every mistake with its position."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        errors = [d for d in diagnostics if d.severity == "error"]
        first = errors[0].message if errors else "no diagnostics"
        super().__init__(f"{len(errors)} mistake(s) in the rule files, the first: {first}")
        self.diagnostics = tuple(diagnostics)


class StoreFailure(LoyaltyError):
    """The store could not do its part; the command may be tried again with the same key."""


class DatabaseBusy(StoreFailure):
    """Another connection holds the database's write lock for longer than we wait."""


class RetryTransaction(StoreFailure):
    """The host's transaction must be rolled back and tried again as a whole."""


class SchemaMismatch(StoreFailure):
    """The database holds tables of another version of this package."""


class InvariantViolation(LoyaltyError):
    """A promise of ours is broken: a bug. Please report it."""
