"""The port that keeps published rulebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class PublishedRulebook(NamedTuple):
    """One publication of a program's rule files."""

    number: int  # 1, 2, 3 ... over the whole store; entries pin it
    program: str
    hash: str  # of the meaning; hex
    effective_at: int  # microseconds UTC; decides activities that occurred at or after it
    published_at: int
    actor: str | None
    files: Mapping[str, str]  # file name -> text, as published


class RulebookShelf(Protocol):
    """Opened inside a write transaction to publish, inside a read one to list."""

    def latest(self) -> int:
        """The highest number published in the store; 0 when there is none. Cheap: asked for each batch."""
        ...

    def published(self, program: str | None = None) -> Sequence[PublishedRulebook]:
        """Every publication, of one program or of all, by number."""
        ...

    def publish(self, rulebook: PublishedRulebook) -> PublishedRulebook:
        """Store a rulebook under the next number (the given one is ignored); gives it back numbered."""
        ...
