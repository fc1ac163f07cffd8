"""Contenders in turn, round after round, so that whatever else the machine does falls on all of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Contender:
    """Does the work of one round: so many items, the same ones for all that are compared."""

    name: str
    items: int
    run: Callable[[int], object]  # gets the number of the round, from 0


@dataclass(slots=True)
class Times:
    """Seconds an item took in each round, by the clock and of the processor."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Items a second, by the clock."""
        return 1 / median(self.wall)

    @property
    def microseconds(self) -> float:
        """Processor time an item."""
        return median(self.cpu) * 1e6


def interleaved(contenders: Sequence[Contender], rounds: int) -> dict[str, Times]:
    """The times of each contender, by name."""
    times = {contender.name: Times() for contender in contenders}
    for number in range(rounds):
        for contender in contenders:
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            contender.run(number)
            taken = times[contender.name]
            taken.wall.append((time.perf_counter() - wall) / contender.items)
            taken.cpu.append((time.process_time() - cpu) / contender.items)
    return times


def cpu_ratio(floor: Times, ours: Times) -> float:
    """How much of the floor's speed we reach, by processor time: the median of the rounds."""
    return median(low / own for low, own in zip(floor.cpu, ours.cpu, strict=True))


def wall_ratio(floor: Times, ours: Times) -> float:
    """The same by the clock."""
    return median(low / own for low, own in zip(floor.wall, ours.wall, strict=True))
