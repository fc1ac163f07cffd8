"""Everything that a memory store holds at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from loyalty_adapters.memory.ledger import Ledger
from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.engine.ports.store import Known


class KnownKey(NamedTuple):
    """An idempotency key's outcome, and the number of the activity it recorded, if any, in its account."""

    known: Known
    activity: int | None


@dataclass(slots=True)
class State:
    """Never changed once committed: a transaction works on a copy, a reader keeps the one it found."""

    ledgers: dict[int, Ledger] = field(default_factory=dict)
    members: dict[tuple[str, str], int] = field(default_factory=dict)  # (program, own id) -> account
    identities: dict[tuple[str, str, str], int] = field(default_factory=dict)  # those in force -> account
    keys: dict[tuple[str, ActivityKey], KnownKey] = field(default_factory=dict)
    named: dict[tuple[str, str], list[ActivityKey]] = field(default_factory=dict)  # activities by id alone
    rulebooks: list[PublishedRulebook] = field(default_factory=list)

    def copy(self) -> State:
        """A state that can change; its ledgers are shared until they are replaced."""
        return State(
            dict(self.ledgers),
            dict(self.members),
            dict(self.identities),
            dict(self.keys),
            dict(self.named),
            list(self.rulebooks),
        )
