"""A written condition as a tree of three-valued logic: True, False, or None where a value is missing.

The logic is Kleene's: what is unknown decides nothing that the known parts leave open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from loyalty_engine.activity.activity import Value
from loyalty_engine.rulebook.test import Test

Values = Callable[[str], Value | None]
"""Gives a field's value by name, None when it is missing."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One test of one field."""

    field: str
    test: Test

    def truth(self, values: Values) -> bool | None:
        """Whether the test holds; unknown when the value is missing."""
        value = values(self.field)
        return None if value is None else self.test.holds(value)

    def leaves(self) -> Iterator[Leaf]:
        """Itself."""
        yield self


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must hold; without parts it always holds."""

    parts: tuple[Tree, ...]

    def truth(self, values: Values) -> bool | None:
        """False as soon as one part is false; else unknown if any is."""
        seen = [part.truth(values) for part in self.parts]
        return False if False in seen else None if None in seen else True

    def leaves(self) -> Iterator[Leaf]:
        """Every test below, in the file's order."""
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part must hold; without parts it never holds."""

    parts: tuple[Tree, ...]

    def truth(self, values: Values) -> bool | None:
        """True as soon as one part is true; else unknown if any is."""
        seen = [part.truth(values) for part in self.parts]
        return True if True in seen else None if None in seen else False

    def leaves(self) -> Iterator[Leaf]:
        """Every test below, in the file's order."""
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class Not:
    """The part must be known not to hold."""

    part: Tree

    def truth(self, values: Values) -> bool | None:
        """The opposite; unknown stays unknown."""
        seen = self.part.truth(values)
        return None if seen is None else not seen

    def leaves(self) -> Iterator[Leaf]:
        """Every test below, in the file's order."""
        yield from self.part.leaves()


Tree = Leaf | AllOf | AnyOf | Not
