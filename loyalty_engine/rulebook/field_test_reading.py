"""What stands behind a field in a condition - a value, a list, `$list`, `{not: ...}` - as a tree of tests."""

from __future__ import annotations

from collections.abc import Iterable

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.boxes import TooManyBoxes, boxes_of
from loyalty_engine.rulebook.catalogue import register, render
from loyalty_engine.rulebook.context import MOST_EXPANDED, ReadingContext
from loyalty_engine.rulebook.diagnostic import Mark
from loyalty_engine.rulebook.expect import text_of
from loyalty_engine.rulebook.fields import bounds
from loyalty_engine.rulebook.node import Block, Items, Node, Text
from loyalty_engine.rulebook.node_text import written
from loyalty_engine.rulebook.single_test import Misfit, single_test
from loyalty_engine.rulebook.test import RangeTest, SetTest, Test
from loyalty_engine.rulebook.tree import AnyOf, Leaf, Not, Tree
from loyalty_engine.rulebook.witness import satisfiable

register(
    {
        "R205": ("an empty list can match nothing", "list at least one value, or remove the test"),
        "R207": (
            "list `${name}` does not fit `{field}`: {problem}",
            "correct the list, or test another field",
        ),
        "R208": (
            "the lists unfold to too many values",
            f"conditions may name at most {MOST_EXPANDED} values through lists; use a field of your own",
        ),
        "R211": ("`{field}` can never be `{text}`", "`{field}` has other values; correct the test"),
        "R218": (
            "a test of `{field}` cannot be a block of `{keys}`",
            "write a value, a list, or {{not: ...}}",
        ),
    }
)


def read_field_test(field: Field, node: Node, context: ReadingContext) -> Tree | None:
    """The tree of what is written for a field, None when it has mistakes; they are reported."""
    tree = _tree(field, node, context)
    if tree is not None and _never(field, tree, context):
        context.report.error("R211", node.mark, field=field.name, text=written(node))
        return None
    return tree


def _tree(field: Field, node: Node, context: ReadingContext) -> Tree | None:
    if isinstance(node, Block):
        inner = node.get("not")
        if inner is None or len(node.members) > 1:
            keys = ", ".join(member.key for member in node)
            context.report.error("R218", node.mark, field=field.name, keys=keys)
            return None
        tree = _tree(field, inner, context)
        return None if tree is None else Not(tree)
    return _alternatives(field, node, context)


def _alternatives(field: Field, node: Text | Items, context: ReadingContext) -> Tree | None:
    items = node.items if isinstance(node, Items) else (node,)
    if not items:
        context.report.error("R205", node.mark)
    tests: list[Test] = []
    whole = bool(items)
    for item in items:
        read = _item(field, item, context)
        whole = whole and read is not None
        tests.extend(read or ())
    if len(items) > 1:
        named = sum(len(test.values) for test in tests if isinstance(test, SetTest))
        whole = whole and _may_unfold(named, node.mark, context)
    return _joined(field, tests, written(node)) if whole else None


def _item(field: Field, node: Node, context: ReadingContext) -> tuple[Test, ...] | None:
    text = text_of(node, f"a test of `{field.name}`", context.report)
    if text is None:
        return None
    if text.value.startswith("$"):
        return _list_tests(field, text, context)
    try:
        return (single_test(field, text.value, context.program),)
    except Misfit as misfit:
        context.report.error(misfit.code, text.mark, help=misfit.advice, **misfit.parameters)
        return None


def _list_tests(field: Field, text: Text, context: ReadingContext) -> tuple[Test, ...] | None:
    name = text.value[1:].strip()
    values = context.list_values(name, text.mark)
    if values is None:
        return None
    key = (field.name, field.scope, name)
    if key not in context.list_tests:
        if not _may_unfold(len(values), text.mark, context):
            return None
        context.list_tests[key] = _read_list(field, name, values, text, context)
    return context.list_tests[key]


def _may_unfold(count: int, mark: Mark, context: ReadingContext) -> bool:
    context.expansion_left -= count
    if context.expansion_left < 0:
        context.report.error("R208", mark)
    return context.expansion_left >= 0


def _read_list(
    field: Field, name: str, values: Iterable[str], text: Text, context: ReadingContext
) -> tuple[Test, ...] | None:
    tests: list[Test] = []
    for value in values:
        try:
            tests.append(single_test(field, value, context.program))
        except Misfit as misfit:
            problem, _ = render(misfit.code, misfit.parameters)
            help_text = None if misfit.code == "R202" else misfit.advice  # that is for a single test
            context.report.error(
                "R207", text.mark, name=name, field=field.name, problem=problem, help=help_text
            )
            return None
    return tuple(_merged(tests, text.value))


def _joined(field: Field, tests: list[Test], text: str) -> Tree:
    merged = _merged(tests, text)
    leaves = tuple(Leaf(field.name, test) for test in merged)
    return leaves[0] if len(leaves) == 1 else AnyOf(leaves)


def _merged(tests: list[Test], text: str) -> list[Test]:
    """All sets as one; a list of ten thousand values is one look-up."""
    sets = [test for test in tests if isinstance(test, SetTest)]
    ranges = [test for test in tests if isinstance(test, RangeTest)]
    if not sets:
        return list(ranges)
    if len(sets) == 1:
        values: frozenset[Value] = sets[0].values
    else:
        values = frozenset().union(*(test.values for test in sets))
    prefixes = tuple(dict.fromkeys(prefix for test in sets for prefix in test.prefixes))
    return [SetTest(values, prefixes, text=text), *ranges]


def _never(field: Field, tree: Tree, context: ReadingContext) -> bool:
    """Whether no value that the field can have passes; asked only where the field's values are bounded."""
    if not field.choices and field.type != "boolean" and bounds(field) == (None, None):
        return False
    try:
        boxes = [box[field.name] for box in boxes_of((tree,))]
    except TooManyBoxes:
        return False
    if not all(context.may_decide(tests, len(field.choices)) for tests in boxes):
        return False
    return not any(satisfiable(field, tests) for tests in boxes)
