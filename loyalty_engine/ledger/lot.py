"""A lot: points that came in together and expire together."""

from __future__ import annotations

from dataclasses import dataclass

NEVER = 1 << 62  # sorts after every instant; only for comparing, never stored


@dataclass(slots=True)
class Lot:
    """Points are counted in exactly one of the three buckets; what is missing from `original` is out."""

    number: int  # the seq of the entry that opened it
    currency: str
    original: int
    pending: int
    available: int
    held: int
    earned_at: int  # microseconds UTC, as all instants here
    available_at: int
    expires_at: int | None

    @property
    def remaining(self) -> int:
        """Points still the member's, in any bucket."""
        return self.pending + self.available + self.held

    @property
    def gone(self) -> int:
        """Points that are out: spent, expired or reversed."""
        return self.original - self.pending - self.available - self.held

    @property
    def due_at(self) -> int | None:
        """The next instant at which time alone changes this lot: its release, else its expiry."""
        if not self.pending:
            return self.expires_at if self.available else None
        return self.expires_at if self.dead_at(self.available_at) else self.available_at

    def dead_at(self, instant: int) -> bool:
        """Whether its life is over at an instant: it is dead at, not only after, its expiry."""
        return self.expires_at is not None and self.expires_at <= instant

    @property
    def consumption_order(self) -> tuple[int, int, int]:
        """Soonest expiry first, never-expiring last, then earned time, then number."""
        return (NEVER if self.expires_at is None else self.expires_at, self.earned_at, self.number)

    def copy(self) -> Lot:
        """A lot that can change without this one changing."""
        return Lot(
            self.number,
            self.currency,
            self.original,
            self.pending,
            self.available,
            self.held,
            self.earned_at,
            self.available_at,
            self.expires_at,
        )
