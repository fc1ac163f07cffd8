"""A `when:` or `lines:` block after reading: what was written, and the same as a disjunction of boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from loyalty_engine.activity.activity import Value
from loyalty_engine.rulebook.test import Box
from loyalty_engine.rulebook.tree import Tree, Values


class Failure(NamedTuple):
    """The first written condition that did not hold, for an explanation."""

    field: str | None  # None: a block `any:` or `not:`
    text: str  # the test, or the whole block, as written
    value: Value | None  # what was seen; None: missing, or a block


class Written(NamedTuple):
    """One entry of the block: a field with its test, or a block `any:` or `not:`."""

    field: str | None
    text: str
    tree: Tree


@dataclass(frozen=True, slots=True)
class Condition:
    """Entries that must all hold. `boxes` says the same as alternatives; one empty box: always."""

    written: tuple[Written, ...]
    boxes: tuple[Box, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that are tested."""
        return frozenset(leaf.field for entry in self.written for leaf in entry.tree.leaves())

    @property
    def text(self) -> str:
        """The condition on one line, for explanations."""
        return ", ".join(_line(entry) for entry in self.written) or "always"

    def holds(self, values: Values) -> bool:
        """Whether the condition is known to hold: the plain way, over what was written."""
        return self.failure(values) is None

    def failure(self, values: Values) -> Failure | None:
        """The first entry, in the file's order, that is not known to hold; None when all do."""
        for entry in self.written:
            if entry.tree.truth(values) is not True:
                seen = None if entry.field is None else values(entry.field)
                return Failure(entry.field, entry.text, seen)
        return None


def _line(entry: Written) -> str:
    return entry.text if entry.field is None else f"{entry.field}: {entry.text}"


ALWAYS = Condition((), ({},))
"""The condition of a block that is not there."""
