"""The `tiers` section of a rule file, as the family registers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.node import Block
from loyalty_engine.rulebook.section import Section, SectionInput
from loyalty_engine.tiers.describe import describe_tiers
from loyalty_engine.tiers.reading import read_tiers
from loyalty_engine.tiers.schema import tiers_schema
from loyalty_engine.tiers.wording import WORDING

register(WORDING)


def tier_field(given: SectionInput) -> Mapping[str, Field]:
    """With a ladder, `tier` is a choice among its names."""
    member = given.members["tiers"]
    ladder = member.node.get("ladder") if member and isinstance(member.node, Block) else None
    before = given.context.fields.when["tier"]
    if not isinstance(ladder, Block) or not ladder.members:
        return {}
    return {"tier": replace(before, type="choice", choices=tuple(entry.key for entry in ladder))}


TIERS = Section(
    keys=("tiers",), read=read_tiers, schema=tiers_schema, fields=tier_field, describe=describe_tiers
)
