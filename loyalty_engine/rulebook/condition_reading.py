"""Reads a `when:` or `lines:` block into a condition; every mistake is reported."""

from __future__ import annotations

from loyalty_engine.rulebook.condition import Condition
from loyalty_engine.rulebook.context import ReadingContext
from loyalty_engine.rulebook.node import Node

MOST_BOXES = 256


def read_condition(node: Node | None, scope: str, context: ReadingContext) -> Condition | None:
    """The condition of a block of scope `when` or `line`; ALWAYS when there is no block.

    None when it has mistakes; they are in the context's report.
    """
    raise NotImplementedError
