"""A command: what it needs loaded, and what it decides on what was loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import BadInput, Refusal

if TYPE_CHECKING:
    from loyalty_engine.engine.desk import Desk


class Outdated:
    """Not decided: other rules were published since the command was made, so it is to be made again."""


OUTDATED = Outdated()
Outcome = Receipt | Refusal | BadInput | Outdated
"""What a settled command gives: a refusal is a value here, raised only to the caller who brought it.

So is bad input that only what was loaded shows, such as points that are worth less than they are to pay.
"""


class Command(Protocol):
    """One request that may change an account."""

    def ask(self) -> Ask:
        """What must be loaded before it can be decided."""
        ...

    def decide(self, desk: Desk) -> Receipt:
        """Decide on the loaded state and hand the changes to the desk.

        Raises a Refusal or BadInput, and has changed nothing then.
        """
        ...
