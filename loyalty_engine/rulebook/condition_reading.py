"""Reads a `when:` or `lines:` block into a condition; every mistake is reported."""

from __future__ import annotations

from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.boxes import MOST_BOXES, MOST_TESTS, TooManyBoxes, boxes_of
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.condition import ALWAYS, Condition, Written
from loyalty_engine.rulebook.context import MOST_ALTERNATIVES, ReadingContext
from loyalty_engine.rulebook.expect import block_of
from loyalty_engine.rulebook.field_test_reading import read_field_test
from loyalty_engine.rulebook.node import Block, Items, Member, Node
from loyalty_engine.rulebook.node_text import written
from loyalty_engine.rulebook.test import Box
from loyalty_engine.rulebook.tree import AllOf, AnyOf, Not, Tree
from loyalty_engine.rulebook.witness import satisfiable

register(
    {
        "R213": ("`any` must be a list of blocks, with at least one", "write any: [{{a: 1}}, {{b: 2}}]"),
        "R214": ("an empty block would always hold here", "write at least one test in it, or remove it"),
        "R215": (
            "the condition is too large",
            f"at most {MOST_TESTS} tests and {MOST_BOXES} alternatives; use a list, or several rules",
        ),
        "R216": (
            "{part} can never hold: its tests of `{field}` contradict each other",
            "correct one of them",
        ),
        "R219": (
            "the conditions of all rules together have too many alternatives",
            f"at most {MOST_ALTERNATIVES} after `any` and `not` are resolved; list values instead",
        ),
    }
)

_WHAT = {"when": "`when`", "line": "`lines`"}


def read_condition(node: Node | None, scope: str, context: ReadingContext) -> Condition | None:
    """The condition of a block of scope `when` or `line`; ALWAYS when there is no block.

    None when it has mistakes; they are in the context's report.
    """
    if node is None:
        return ALWAYS
    block = block_of(node, _WHAT[scope], context.report)
    if block is None:
        return None
    entries = _Reader(scope, context).entries(block)
    if entries is None:
        return None
    return _normalised(entries, block, scope, context)


class _Reader:
    """Reads the entries of one block and of the blocks inside it."""

    def __init__(self, scope: str, context: ReadingContext) -> None:
        self._scope = scope
        self._context = context
        self._report = context.report

    def entries(self, block: Block) -> tuple[Written, ...] | None:
        """Every entry, None when one has a mistake."""
        read = [self._entry(member) for member in block]
        found = tuple(entry for entry in read if entry is not None)
        return found if len(found) == len(read) else None

    def _entry(self, member: Member) -> Written | None:
        name: str | None = None
        tree: Tree | None
        if member.key == "any":
            tree = self._any(member.node)
        elif member.key == "not":
            part = self._inner(member.node, "`not`")
            tree = None if part is None else Not(part)
        else:
            name = member.key
            tree = self._field(member)
        text = written(member.node)
        return None if tree is None else Written(name, text if name else f"{member.key}: {text}", tree)

    def _field(self, member: Member) -> Tree | None:
        field = self._context.find_field(member.key, self._scope, member.mark)
        return None if field is None else read_field_test(field, member.node, self._context)

    def _any(self, node: Node) -> Tree | None:
        if not isinstance(node, Items) or not node.items:
            self._report.error("R213", node.mark)
            return None
        read = [self._inner(item, "an alternative of `any`") for item in node.items]
        found = tuple(tree for tree in read if tree is not None)
        return AnyOf(found) if len(found) == len(read) else None

    def _inner(self, node: Node, what: str) -> Tree | None:
        block = block_of(node, what, self._report)
        if block is None:
            return None
        if not block.members:
            self._report.error("R214", block.mark)
            return None
        entries = self.entries(block)
        return None if entries is None else AllOf(tuple(entry.tree for entry in entries))


def _normalised(
    entries: tuple[Written, ...], block: Block, scope: str, context: ReadingContext
) -> Condition | None:
    try:
        boxes = boxes_of([entry.tree for entry in entries])
    except TooManyBoxes:
        context.report.error("R215", block.mark)
        return None
    if not _may_add(len(boxes), block, context):
        return None
    _warn_of_dead(boxes, block, scope, context)
    return Condition(entries, boxes)


def _may_add(count: int, block: Block, context: ReadingContext) -> bool:
    """Whether so many alternatives still fit; where they first do not, the report says so, once."""
    fitted = context.alternatives_left >= 0
    context.alternatives_left -= count
    if fitted and context.alternatives_left < 0:
        context.report.error("R219", block.mark)
    return context.alternatives_left >= 0


def _warn_of_dead(boxes: tuple[Box, ...], block: Block, scope: str, context: ReadingContext) -> None:
    """One warning a condition: with a field whose tests exclude each other in some alternative."""
    fields = [_contradiction(box, scope, context) for box in boxes]
    dead = [field for field in fields if field is not None]
    if dead:
        part = "the condition" if len(dead) == len(boxes) else "a part of the condition"
        context.report.warning("R216", block.mark, part=part, field=dead[0].name)


def _contradiction(box: Box, scope: str, context: ReadingContext) -> Field | None:
    for name, tests in box.items():
        field = context.fields.find(name, scope)
        if field is None or len(tests) < 2 or not context.may_decide(tests, len(field.choices)):
            continue
        if not satisfiable(field, tests):
            return field
    return None
