"""A tree of conditions as a disjunction of boxes: the form that sets of rules are compared and matched in.

De Morgan's laws and distribution hold in Kleene's logic too, so a box holds exactly when the tree is
known to: a missing value passes no test, neither one nor its negation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from loyalty_engine.rulebook.test import Box, Test
from loyalty_engine.rulebook.tree import AllOf, Leaf, Not, Tree

MOST_BOXES = 256
MOST_TESTS = 1000


class TooManyBoxes(Exception):
    """The condition has more than MOST_TESTS tests, or would have more than MOST_BOXES alternatives."""


def boxes_of(trees: Sequence[Tree]) -> tuple[Box, ...]:
    """The alternatives under which all the trees hold, each once. Raises TooManyBoxes."""
    whole = AllOf(tuple(trees))
    if len(list(islice(whole.leaves(), MOST_TESTS + 1))) > MOST_TESTS:
        raise TooManyBoxes
    found = _boxes(whole, negated=False)
    return tuple({frozenset(box.items()): box for box in found}.values())


def _boxes(tree: Tree, *, negated: bool) -> list[Box]:
    if isinstance(tree, Leaf):
        return [{tree.field: (tree.test.negation() if negated else tree.test,)}]
    if isinstance(tree, Not):
        return _boxes(tree.part, negated=not negated)
    parts = [_boxes(part, negated=negated) for part in tree.parts]
    return (
        _crossed(parts)
        if isinstance(tree, AllOf) is not negated
        else _limited(list(chain.from_iterable(parts)))
    )


def _crossed(parts: Iterable[list[Box]]) -> list[Box]:
    """Every way to take one box of each part, joined. Fewest alternatives first: the limit trips early."""
    found: list[Box] = [{}]
    for alternatives in sorted(parts, key=len):
        if len(found) * len(alternatives) > MOST_BOXES:
            raise TooManyBoxes
        found = [_joined(box, other) for box in found for other in alternatives]
    return found


def _limited(found: list[Box]) -> list[Box]:
    if len(found) > MOST_BOXES:
        raise TooManyBoxes
    return found


def _joined(one: Box, other: Box) -> Box:
    both: dict[str, tuple[Test, ...]] = dict(one)
    for field, tests in other.items():
        both[field] = tuple(dict.fromkeys(both.get(field, ()) + tests))
    return both
