"""Reads `lists:`, the values that conditions name as `$list`, and `types:`, the own types of activity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from loyalty_engine.activity.activity import BUILT_IN_TYPES
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.expect import block_of, distinct, is_name, named, texts_of
from loyalty_engine.rulebook.node import Member, Node
from loyalty_engine.rulebook.own_fields_reading import MOST_CHOICES

MOST_VALUES = 10_000

register(
    {
        "R031": (
            "list `{name}` is too long: {count} values",
            f"a list has at most {MOST_VALUES} values; carry the grouping as a field of your activities",
        ),
        "R117": ("`{name}` is a built-in type of activity", "use it without declaring it"),
        "R118": ("list `{name}` is empty", "list at least one value, or remove it and its uses"),
    }
)


class Lists(NamedTuple):
    """The lists that could be read, and the names of those that could not."""

    values: Mapping[str, tuple[str, ...]]
    broken: frozenset[str]


def read_lists(node: Node | None, report: Report) -> Lists:
    """Every list; mistakes are reported."""
    block = block_of(node, "`lists`", report)
    if block is None:
        return Lists({}, frozenset())
    read = {member.key: _list(member, report) for member in block}
    good = {name: values for name, values in read.items() if values is not None}
    return Lists(good, frozenset(read.keys() - good.keys()))


def _list(member: Member, report: Report) -> tuple[str, ...] | None:
    name_fits = named(member, report)
    texts = texts_of(member.node, f"list `{member.key}`", report)
    if texts is None:
        return None
    if not texts:
        report.error("R118", member.mark, name=member.key)
    if len(texts) > MOST_VALUES:
        report.error("R031", member.mark, name=member.key, count=len(texts))
    values = distinct(texts, f"list `{member.key}`", report)
    return values if name_fits and 0 < len(texts) <= MOST_VALUES else None


def read_types(node: Node | None, report: Report) -> tuple[str, ...]:
    """The program's own types of activity, those that are right."""
    texts = texts_of(node, "`types`", report) or ()
    if node is not None and len(texts) > MOST_CHOICES:
        report.error("R119", node.mark, what="`types`", count=len(texts))
        return ()
    for text in texts:
        if text.value in BUILT_IN_TYPES:
            report.error("R117", text.mark, name=text.value)
        elif not is_name(text.value):
            report.error("R028", text.mark, text=text.value)
    own = distinct(texts, "`types`", report)
    return tuple(name for name in own if is_name(name) and name not in BUILT_IN_TYPES)
