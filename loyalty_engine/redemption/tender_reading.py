"""Reads an offer with `worth:`, the way to pay with points."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from loyalty_engine.redemption.phrase import parse_bound, parse_points, parse_worth, points_text
from loyalty_engine.redemption.shared_reading import SHARED_KEYS, Shared
from loyalty_engine.redemption.tender import PointsTender
from loyalty_engine.rulebook.context import ReadingContext
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.expect import parsed
from loyalty_engine.rulebook.node import Block, Items, Node
from loyalty_engine.rulebook.node_text import written

TENDER_KEYS = ("worth", "step", "at_least", "at_most", *SHARED_KEYS)


def read_tender(
    name: str, worth_node: Node, block: Block, shared: Shared, context: ReadingContext
) -> PointsTender | None:
    """The tender of a block with `worth`, None when it has mistakes; they are reported."""
    report, places = context.report, context.program.places
    worth = parsed(worth_node, lambda text: parse_worth(text, places), "`worth`", report, "R602")
    step = parsed(block.get("step"), parse_points, "`step`", report, "R604") or 1
    share, most = _bounds(block.get("at_most"), report)
    least = None if worth is None else _least(block.get("at_least"), worth, step, report)
    if least is not None and most is not None and most < least:
        report.error("R613", (block.get("at_most") or block).mark, least=points_text(least))
    if worth is None or least is None or shared.condition is None or shared.currency is None:
        return None
    return PointsTender(
        name=name,
        currency=shared.currency,
        worth=worth,
        step=step,
        at_least=least,
        at_most_share=share,
        at_most_points=most,
        condition=shared.condition,
        active=shared.active,
        hold=shared.hold,
        title=shared.title,
        worth_text=written(worth_node),
    )


def _least(node: Node | None, worth: Fraction, step: int, report: Report) -> int | None:
    """The least that can be paid: unless said, the first step that is worth something."""
    first = ceil(1 / (worth * step)) * step
    least = parsed(node, parse_points, "`at_least`", report, "R604")
    if node is None or least is None:
        return first if node is None else None
    if least % step:
        following = max(-(-least // step) * step, first)
        report.error(
            "R612", node.mark, points=points_text(least), step=points_text(step), next=points_text(following)
        )
    elif least < first:
        report.error("R614", node.mark, points=points_text(least), first=points_text(first))
    return least


def _bounds(node: Node | None, report: Report) -> tuple[Fraction | None, int | None]:
    """The share of the total and the number of points that `at_most` says, each at most once."""
    shares: list[Fraction] = []
    points: list[int] = []
    if isinstance(node, Items) and not node.items:
        report.error("R605", node.mark, what="`at_most`", problem="it says nothing")
    for item in node.items if isinstance(node, Items) else (node,):
        bound = parsed(item, parse_bound, "`at_most`", report, "R605")
        if isinstance(bound, Fraction):
            shares.append(bound)
        elif bound is not None:
            points.append(bound)
    if node is not None and max(len(shares), len(points)) > 1:
        what = "the share" if len(shares) > 1 else "the number of points"
        report.error("R605", node.mark, what="`at_most`", problem=f"it says {what} twice")
    return next(iter(shares), None), next(iter(points), None)
