"""All ladders of a program over time: the one in force at the instant of a decision decides."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from loyalty_engine.tiers.ladder import Ladder


@dataclass(frozen=True, slots=True)
class Ladders:
    """Each in force from its start until the next one's; None: no tiers in that time."""

    starts: tuple[int, ...] = ()  # microseconds UTC, ascending
    ladders: tuple[Ladder | None, ...] = ()
    currencies: frozenset[str] = field(init=False, compare=False)  # that any of them counts

    def __post_init__(self) -> None:
        counted = frozenset(ladder.count for ladder in self.ladders if ladder is not None)
        object.__setattr__(self, "currencies", counted)

    @classmethod
    def of(cls, versions: Iterable[tuple[int, Ladder | None]]) -> Ladders:
        """From (start, ladder) of the versions in force; no two start together."""
        ordered = sorted(versions, key=lambda version: version[0])
        return cls(tuple(start for start, _ in ordered), tuple(ladder for _, ladder in ordered))

    def at(self, instant: int) -> Ladder | None:
        """The ladder in force at an instant; None: there is none."""
        position = bisect_right(self.starts, instant)
        return self.ladders[position - 1] if position else None

    def between(self, after: int, until: int) -> Sequence[tuple[Ladder, int, int]]:
        """Each ladder in force later than `after` and not later than `until`, with its part of that time.

        The parts are given the same way: from an instant on, which is left out, to one that is not.
        """
        if self.starts and self.starts[-1] <= after + 1:  # the newest has been in force all the time
            newest = self.ladders[-1]
            return [] if newest is None or until < self.starts[-1] else [(newest, after, until)]
        return list(self._parts(after, until))

    def _parts(self, after: int, until: int) -> Iterator[tuple[Ladder, int, int]]:
        first = max(bisect_right(self.starts, after + 1) - 1, 0)
        for position in range(first, len(self.starts)):
            start = self.starts[position]
            if start > until:
                return
            end = self.starts[position + 1] - 1 if position + 1 < len(self.starts) else until
            ladder = self.ladders[position]
            if ladder is not None:
                yield ladder, max(after, start - 1), min(until, end)
