"""Which fields the conditions of an offer may test: there is no activity yet when points are spent."""

from __future__ import annotations

from loyalty_engine.rulebook.fields import FieldRegistry
from loyalty_engine.rulebook.values import CLOCK

OF_REDEMPTION = (*CLOCK, "at", "channel", "store", "total")
"""The built-in fields that a redemption has beside its member's: the clock, and what the caller says."""

_HISTORY = ("first_of_type",)


def testable(fields: FieldRegistry) -> frozenset[str]:
    """The names of the fields of the member, its history left out, and of the redemption itself."""
    of_member = {name for name, field in fields.when.items() if field.scope == "member"}
    return frozenset(of_member.difference(_HISTORY).union(OF_REDEMPTION))
