"""A hold: points set aside from certain lots, until they are captured, released or time runs out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HoldStatus(StrEnum):
    """Where a hold stands; from any but open there is no way back."""

    OPEN = "open"
    CAPTURED = "captured"  # all of it, or a part, and the rest went back
    RELEASED = "released"
    TIMED_OUT = "timed out"


@dataclass(slots=True)
class Hold:
    """Points of one currency that only its own capture can spend. Instants are microseconds UTC."""

    number: int  # the seq of the entry that made it
    currency: str
    points: int  # set aside when it was made
    status: HoldStatus
    until: int | None  # it lives until, not at, this instant; None: until it is captured or released
    lots: tuple[tuple[int, int], ...]  # (lot, points) that it still holds, by lot; () once it is resolved
    reward: str | None  # what it is for: the name of a reward or tender
    worth: int | None  # minor units that all of it pays; None: it pays no money
    made_at: int
    captured: int = 0

    @property
    def due_at(self) -> int | None:
        """The instant at which time alone ends it; None: never, or it has ended."""
        return self.until if self.status is HoldStatus.OPEN else None

    def copy(self) -> Hold:
        """A hold that can change without this one changing."""
        return Hold(
            self.number,
            self.currency,
            self.points,
            self.status,
            self.until,
            self.lots,
            self.reward,
            self.worth,
            self.made_at,
            self.captured,
        )
