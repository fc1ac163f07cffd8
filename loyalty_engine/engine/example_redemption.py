"""From an example's redemption, written flat, to a command and the member's stated fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.activity.activity import MemberRef, Value
from loyalty_engine.engine.example_activity import MEMBER, instant_of, stated_field, whole_number
from loyalty_engine.engine.redeem import Redeem
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.engine.spend import Spend
from loyalty_engine.engine.wanted import wanted_of
from loyalty_engine.errors import InvalidActivity, InvalidCommand
from loyalty_engine.members.member import OWN_ID

WANTED_KEYS = ("points", "up_to", "reward", "total", "currency", "channel", "store")
_POINTS_KEYS = ("points", "up_to")


def redemption_keys(rulebook: CompiledRulebook) -> tuple[str, ...]:
    """What may stand in a redemption: what is wanted, when, and the fields of the member."""
    members = [name for name, field in rulebook.rulebook.fields.when.items() if field.scope == "member"]
    return (*WANTED_KEYS, "at", *members)


def redemption_of(
    written: Mapping[str, Any], rulebook: CompiledRulebook, before: int | None
) -> tuple[Redeem, dict[str, Value | None]]:
    """The command, and the member's fields that were written.

    Without `at` it happens at the instant `before`, that of the step before it, or when the rules start.
    Raises InvalidCommand for what cannot be read.
    """
    try:
        return _redemption(written, rulebook, before)
    except InvalidActivity as error:
        raise InvalidCommand(error.message) from None


def _redemption(
    written: Mapping[str, Any], rulebook: CompiledRulebook, before: int | None
) -> tuple[Redeem, dict[str, Value | None]]:
    fields, places = rulebook.rulebook.fields.when, rulebook.program.places
    now = before if "at" not in written and before is not None else instant_of(written.get("at"), rulebook)
    said = {name: written.get(name) for name in WANTED_KEYS}
    said |= {name: whole_number(said[name]) for name in _POINTS_KEYS}
    stated = {
        name: stated_field(name, value, fields[name], places)
        for name, value in written.items()
        if name in fields and fields[name].scope == "member" and isinstance(value, str | None)
    }
    member = MemberRef(OWN_ID, MEMBER)
    return Redeem(Spend(member, wanted_of(rulebook, **said), rulebook, now)), stated
