"""The member's fields, typed, as a command that works on his account may test them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import Field
from loyalty_engine.engine.desk import Desk, Work
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.members.member import attributes_at
from loyalty_engine.members.member_fields import member_fields

TIER = "tier"


def member_values(
    desk: Desk,
    work: Work,
    rulebook: CompiledRulebook,
    wanted: Collection[str],
    types: Mapping[str, Field],
    at: int,
) -> dict[str, Value]:
    """Those of the wanted fields that have a value as of an instant, microseconds UTC; `types` by name.

    Where the version has tiers, `tier` is what the member had then; elsewhere it is an attribute. The
    member's attributes must have been loaded where a wanted field is read from them.
    """
    if not wanted:
        return {}
    membership, program = work.membership, rulebook.program
    attributes = [*desk.attributes(membership.account), *work.attributes]
    found = member_fields(
        wanted,
        attributes_at(attributes, at),
        types,
        membership.enrolled_at,
        at,
        program.calendar,
        program.places,
    )
    if TIER in wanted and rulebook.ladder is not None:
        tier = work.tier.at(at) if work.tier else None
        found.pop(TIER, None)
        if tier is not None:
            found[TIER] = tier
    return found
