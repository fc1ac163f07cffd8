"""The `tiers` section of a rule file: the ladder, whose names are the values of the field `tier`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.expect import block_of, known_keys, named, required, text_of, word_of
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.node import Block, Node, Text
from loyalty_engine.rulebook.program import Program
from loyalty_engine.rulebook.section import SchemaContext, Section, SectionInput

register(
    {
        "R500": ("cannot read `{text}`", "write how many credits reach the tier, such as `1000 credits`"),
        "R501": ("there is no currency of points `{name}`", "name one of the currencies under `points:`"),
        "R502": (
            "`{tier}` is reached with {points}, not more than the tier before it",
            "order the ladder upwards",
        ),
        "R504": (
            "this version does not compute tiers from credits",
            "until it does, `tier` is what the member's attribute `tier` says",
        ),
        "R503": ("the ladder has no tier", "write `ladder: {{silver: {{reach: 1000 credits}}}}`"),
    }
)

PERIODS = ("calendar year",)
_REACH = re.compile(r"([0-9]{1,12}) (\S+)")


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of the ladder: reached with so many tier credits in a qualification period."""

    name: str
    reach: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The tiers from the lowest up, and the currency and period that they are counted in."""

    count: str
    period: str
    tiers: tuple[Tier, ...]


def read_tiers(given: SectionInput) -> Ladder | None:
    """The ladder, None when there is none or it has mistakes; they go to the report."""
    member = given.members["tiers"]
    report = given.context.report
    block = block_of(member.node, "`tiers`", report) if member else None
    if member is None or block is None:
        return None
    known_keys(block, ("count", "period", "ladder"), "`tiers`", report)
    count = text_of(required(block, "count", "`tiers`", member.mark, report), "`count`", report)
    if count is not None:
        _check_currency(count, given.context.program, report)
    period = word_of(required(block, "period", "`tiers`", member.mark, report), PERIODS, "`period`", report)
    ladder = block_of(required(block, "ladder", "`tiers`", member.mark, report), "`ladder`", report)
    tiers = _tiers(ladder, given.context.program, report) if ladder else ()
    report.warning("R504", member.mark)
    return Ladder(count.value, period, tiers) if count and period else None


def _check_currency(count: Text, program: Program, report: Report) -> None:
    if program.currency_settings(count.value) is None:
        names = [currency.name for currency in program.currencies]
        report.error("R501", count.mark, name=count.value, help=did_you_mean(count.value, names))


def _tiers(ladder: Block, program: Program, report: Report) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    for entry in ladder:
        block = block_of(entry.node, f"tier `{entry.key}`", report) if named(entry, report) else None
        if block is None:
            continue
        known_keys(block, ("reach",), f"tier `{entry.key}`", report)
        reach = _reach(required(block, "reach", f"tier `{entry.key}`", entry.mark, report), program, report)
        if reach is None:
            continue
        if tiers and reach <= tiers[-1].reach:
            report.error("R502", entry.mark, tier=entry.key, points=reach)
        tiers.append(Tier(entry.key, reach))
    if not ladder.members:
        report.error("R503", ladder.mark)
    return tuple(tiers)


def _reach(node: Node | None, program: Program, report: Report) -> int | None:
    text = text_of(node, "`reach`", report)
    match = _REACH.fullmatch(text.value) if text else None
    if text is not None and match is None:
        report.error("R500", text.mark, text=text.value)
    if text is not None and match is not None and program.currency_settings(match[2]) is None:
        report.error("R501", text.mark, name=match[2])
    return int(match[1]) if match else None


def tier_field(given: SectionInput) -> Mapping[str, Field]:
    """With a ladder, `tier` is a choice among its names."""
    member = given.members["tiers"]
    ladder = member.node.get("ladder") if member and isinstance(member.node, Block) else None
    before = given.context.fields.when["tier"]
    if not isinstance(ladder, Block) or not ladder.members:
        return {}
    return {"tier": replace(before, type="choice", choices=tuple(entry.key for entry in ladder))}


def _schema(context: SchemaContext) -> Mapping[str, Any]:
    tier = {
        "type": "object",
        "required": ["reach"],
        "additionalProperties": False,
        "properties": {"reach": {"type": "string", "pattern": r"^\d+ \S+$"}},
    }
    return {
        "tiers": {
            "type": "object",
            "required": ["count", "period", "ladder"],
            "additionalProperties": False,
            "properties": {
                "count": {"type": "string"},
                "period": {"enum": list(PERIODS)},
                "ladder": {"type": "object", "minProperties": 1, "additionalProperties": tier},
            },
        }
    }


def _describe(ladder: Ladder | None, program: Program) -> Mapping[str, Any]:
    if ladder is None:
        return {}
    steps = [{"name": tier.name, "reach": f"{tier.reach} {ladder.count}"} for tier in ladder.tiers]
    return {"tiers": {"count": ladder.count, "period": ladder.period, "ladder": steps}}


TIERS = Section(keys=("tiers",), read=read_tiers, schema=_schema, fields=tier_field, describe=_describe)
