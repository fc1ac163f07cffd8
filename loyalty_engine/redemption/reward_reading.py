"""Reads an offer with `cost:`, a fixed reward."""

from __future__ import annotations

from loyalty_engine.accrual.cap import Limit, parse_limit
from loyalty_engine.redemption.phrase import parse_cost, parse_gives
from loyalty_engine.redemption.reward import Reward
from loyalty_engine.redemption.shared_reading import SHARED_KEYS, Shared
from loyalty_engine.rulebook.context import ReadingContext
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.expect import parsed, text_of
from loyalty_engine.rulebook.node import Block, Node

REWARD_KEYS = ("cost", "gives", "limit", *SHARED_KEYS)


def read_reward(name: str, block: Block, shared: Shared, context: ReadingContext) -> Reward | None:
    """The reward of a block with `cost`, None when it has mistakes; they are reported."""
    report, program = context.report, context.program
    cost = parsed(block.get("cost"), lambda text: parse_cost(text, program.places), "`cost`", report, "R603")
    gives = parsed(block.get("gives"), lambda text: parse_gives(text, program), "`gives`", report, "R606")
    limit = _limit(block.get("limit"), report)
    if cost is None or shared.condition is None or shared.currency is None:
        return None
    return Reward(
        name=name,
        currency=shared.currency,
        points=cost.points,
        money=cost.money,
        gives=gives.words if gives else "",
        gives_amount=gives.amount if gives else None,
        condition=shared.condition,
        active=shared.active,
        limit=limit,
        hold=shared.hold,
        title=shared.title,
    )


def _limit(node: Node | None, report: Report) -> Limit | None:
    text = text_of(node, "`limit`", report)
    limit = parse_limit(text.value) if text else None
    if text is not None and limit is None:
        report.error("R607", text.mark, text=text.value)
    return limit
