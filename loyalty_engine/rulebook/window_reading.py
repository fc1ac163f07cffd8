"""Reads an `active:` window: a day or time, a comparison or a range of them."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_engine.rulebook.condition_reading import read_condition
from loyalty_engine.rulebook.context import ReadingContext
from loyalty_engine.rulebook.expect import text_of
from loyalty_engine.rulebook.fields import WHEN
from loyalty_engine.rulebook.node import Block, Member, Node
from loyalty_engine.rulebook.test import Test


class Window(NamedTuple):
    """When something is active: tests of an instant that must all hold; none: always."""

    tests: tuple[Test, ...] = ()
    text: str | None = None  # as written

    def holds(self, at: int) -> bool:
        """Whether an instant (microseconds UTC) lies in the window."""
        return all(test.holds(at) for test in self.tests)


ALWAYS_ACTIVE = Window()


def read_window(node: Node | None, context: ReadingContext) -> Window:
    """The window of an `active:` setting, ALWAYS_ACTIVE without one; mistakes are reported."""
    text = text_of(node, "`active`", context.report)
    if text is None:
        return ALWAYS_ACTIVE
    condition = read_condition(Block(text.mark, (Member("at", text.mark, text),)), WHEN, context)
    if condition is None or len(condition.boxes) != 1:
        return ALWAYS_ACTIVE
    return Window(condition.boxes[0].get("at", ()), text.value)
