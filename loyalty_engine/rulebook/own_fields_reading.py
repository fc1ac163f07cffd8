"""Reads `fields:`, what a program's activities, lines and members carry beyond the built-in fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from loyalty_engine.activity.field import FIELD_TYPES, SCOPES, Field
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.expect import (
    block_of,
    boolean_of,
    distinct,
    known_keys,
    named,
    required,
    texts_of,
    word_of,
)
from loyalty_engine.rulebook.fields import BUILT_IN_NAMES, RESERVED
from loyalty_engine.rulebook.node import Block, Member, Node

TYPES = tuple(name for name in FIELD_TYPES if name != "quantity")
"""The types that an own field can have."""

MOST_CHOICES = 1000

_KEYS = ("type", "of", "on", "personal")

register(
    {
        "R113": ("`{name}` is a word of the language or of activities", "give the field another name"),
        "R114": ("`{name}` is a built-in field", "use it without declaring it, or give yours another name"),
        "R115": ("the choice `{name}` has no values", "list them: of: [a, b]"),
        "R119": ("{what} has too many values: {count}", f"write at most {MOST_CHOICES}"),
        "R116": ("`{name}` is no choice, so `of` has no meaning", "write `type: choice`, or remove `of`"),
    }
)


class OwnFields(NamedTuple):
    """The fields that could be read, and the names of those that could not."""

    fields: Mapping[str, Field]
    broken: frozenset[str]


def read_own_fields(node: Node | None, report: Report) -> OwnFields:
    """Every declared field; mistakes are reported."""
    block = block_of(node, "`fields`", report)
    if block is None:
        return OwnFields({}, frozenset())
    read = {member.key: _field(member, report) for member in block}
    good = {name: field for name, field in read.items() if field is not None}
    return OwnFields(good, frozenset(read.keys() - good.keys() - BUILT_IN_NAMES))


def _field(member: Member, report: Report) -> Field | None:
    block = block_of(member.node, f"field `{member.key}`", report)
    name_fits = named(member, report) and _is_free(member, report)
    if block is None:
        return None
    known_keys(block, _KEYS, f"field `{member.key}`", report)
    type_node = required(block, "type", f"field `{member.key}`", member.mark, report)
    type_ = word_of(type_node, TYPES, "`type`", report)
    scope = word_of(block.get("on"), SCOPES, "`on`", report)
    choices = _choices(member, block, type_, report)
    personal = boolean_of(block.get("personal"), "`personal`", report) or False
    if type_ is None or choices is None or not name_fits:
        return None
    return Field(member.key, type_, scope or "activity", choices, personal)


def _is_free(member: Member, report: Report) -> bool:
    if member.key in BUILT_IN_NAMES:
        report.error("R114", member.mark, name=member.key)
    elif member.key in RESERVED:
        report.error("R113", member.mark, name=member.key)
    return member.key not in BUILT_IN_NAMES | RESERVED


def _choices(member: Member, block: Block, type_: str | None, report: Report) -> tuple[str, ...] | None:
    """The values of a choice, nothing for other types; None when they have a mistake."""
    texts = texts_of(block.get("of"), "`of`", report)
    if type_ == "choice":
        if not texts and (block.get("of") is None or texts is not None):
            report.error("R115", member.mark, name=member.key)
        if len(texts or ()) > MOST_CHOICES:
            report.error("R119", member.mark, what=f"the choice `{member.key}`", count=len(texts or ()))
            return None
        return distinct(texts, "`of`", report) if texts else None
    if texts is not None and type_ is not None:
        report.error("R116", member.mark, name=member.key)
    return ()
