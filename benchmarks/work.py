"""What is done in each round: items that stand ready, and when they are done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from benchmarks.doors import Door
from benchmarks.prepared import Opened
from benchmarks.raw_floor import Posting, written_rows
from benchmarks.rounds import Contender

Item = TypeVar("Item")


class Work(Generic[Item]):
    """Items by round; `ends` says when a round is, for the clocks of the engines."""

    def __init__(self, rounds: Sequence[Sequence[Item]], ends: Sequence[datetime]) -> None:
        self.rounds, self._ends = rounds, ends
        self.each = len(rounds[0])

    def begin(self, opened: Opened, number: int) -> Sequence[Item]:
        """Turn the clock to the end of a round and give its items."""
        opened.clock.set(self._ends[number])
        return self.rounds[number]

    def contender(self, door: Door) -> Contender:
        """All items of a round by a door."""

        def run(number: int) -> None:
            door.use(self.begin(door.opened, number))

        return Contender(door.name, self.each, run)

    def postings(self, door: Door) -> list[list[Posting]]:
        """What the engine writes for each item, by round, one item a transaction."""
        return [
            [_posting(door, [item]) for item in self.begin(door.opened, number)]
            for number in range(len(self.rounds))
        ]

    def joint_postings(self, door: Door) -> list[list[Posting]]:
        """The same, all items of a round in one transaction."""
        return [[_posting(door, self.begin(door.opened, number))] for number in range(len(self.rounds))]


def _posting(door: Door, items: Sequence[Any]) -> Posting:
    with written_rows() as posting:
        door.use(items)
    return posting
