"""What a rule file says, as a tree of text with positions; every scalar is text until a schema types it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from loyalty_engine.rulebook.diagnostic import Mark


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `true` and `false` are text here too."""

    mark: Mark
    value: str


@dataclass(frozen=True, slots=True)
class Items:
    """A sequence."""

    mark: Mark
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One `key: value` of a block, with the key's own position."""

    key: str
    mark: Mark
    node: Node


@dataclass(frozen=True, slots=True)
class Block:
    """A mapping; keys are unique and in the file's order."""

    mark: Mark
    members: tuple[Member, ...]

    def get(self, key: str) -> Node | None:
        """The value under a key, None when it is not there."""
        return next((m.node for m in self.members if m.key == key), None)

    def member(self, key: str) -> Member | None:
        """Key and value, None when the key is not there."""
        return next((m for m in self.members if m.key == key), None)

    def __iter__(self) -> Iterator[Member]:
        return iter(self.members)


Node = Text | Items | Block
