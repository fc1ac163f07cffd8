"""Reading the `ladder:` of the `tiers:` section: its steps from the lowest up."""

from __future__ import annotations

import re

from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.expect import block_of, known_keys, named, required, text_of, titles_of
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.node import Block, Items, Member, Node
from loyalty_engine.rulebook.program import CurrencySettings, Program
from loyalty_engine.tiers.ladder import Tier

NO_TIER_NAMES = ("none", "null")
"""Words that stand for no tier, on the command line and in examples."""

_LATER_KEYS = ("benefits",)
_AMOUNT = re.compile(r"([0-9]{1,12}) +(\S+)", re.ASCII)


def read_steps(
    ladder: Block, count: CurrencySettings | None, program: Program, report: Report
) -> tuple[Tier, ...]:
    """Every tier without a mistake of its own, in file order; `count` None: its mistake is reported."""
    tiers: list[Tier] = []
    for entry in ladder:
        if entry.key in NO_TIER_NAMES:
            report.error("R514", entry.mark, name=entry.key)
        tier = _step(entry, count, program, report) if named(entry, report) else None
        if tier is None:
            continue
        if tiers and tier.reach <= tiers[-1].reach:
            report.error("R502", entry.mark, tier=entry.key, points=tier.reach)
        elif tiers and tier.keep < tiers[-1].keep:
            report.error("R510", entry.mark, tier=entry.key, points=tier.keep)
        tiers.append(tier)
    if not ladder.members:
        report.error("R503", ladder.mark)
    return tuple(tiers)


def _step(entry: Member, count: CurrencySettings | None, program: Program, report: Report) -> Tier | None:
    what = f"tier `{entry.key}`"
    block = block_of(entry.node, what, report)
    if block is None:
        return None
    check_tier_keys(block, ("reach", "keep", "title"), what, report)
    given = required(block, "reach", what, entry.mark, report)
    reach = _amount(given, "`reach`", count, program, report)
    keep_node = block.get("keep")
    keep = _amount(keep_node, "`keep`", count, program, report)
    title = titles_of(block.get("title"), report)
    if reach is None or (keep is None and keep_node is not None):
        return None
    if keep is not None and keep_node is not None and keep > reach:
        report.error("R509", keep_node.mark, tier=entry.key, keep=keep, reach=reach)
    return Tier(entry.key, reach, reach if keep is None else min(keep, reach), title)


def check_tier_keys(block: Block, keys: tuple[str, ...], what: str, report: Report) -> None:
    """Report every key of a block that is not among these; of a later version's it is said that they are."""
    later = tuple(member for member in block if member.key in _LATER_KEYS)
    for member in later:
        report.error("R515", member.mark, key=member.key)
    rest = tuple(member for member in block if member not in later)
    known_keys(Block(block.mark, rest), keys, what, report)


def _amount(
    node: Node | None, what: str, count: CurrencySettings | None, program: Program, report: Report
) -> int | None:
    """A number of credits such as `1000 credits`, in the currency that the ladder counts."""
    if node is not None and _several(node):
        report.error("R516", node.mark, what=what)
        return None
    text = text_of(node, what, report)
    match = _AMOUNT.fullmatch(text.value.strip()) if text else None
    if text is None or match is None:
        if text is not None:
            report.error("R500", text.mark, text=text.value)
        return None
    points, name = int(match[1]), match[2]
    if program.currency_settings(name) is None:
        names = [currency.name for currency in program.currencies]
        report.error("R501", text.mark, name=name, help=did_you_mean(name, names))
    elif count is not None and name != count.name:
        report.error("R506", text.mark, name=name, count=count.name, points=points)
    return points


def _several(node: Node) -> bool:
    return isinstance(node, Items) or (isinstance(node, Block) and any(m.key in ("any", "all") for m in node))
