"""The occasion of a command: what all entries share that it posts."""

from __future__ import annotations

from typing import NamedTuple


class Occasion(NamedTuple):
    """When a command takes place and on whose account; instants are microseconds UTC."""

    now: int  # the business clock: what is due, released and dead
    recorded_at: int  # the second clock; a draft never lets it run back
    at: int  # when it happened: the activity's own instant
    activity: int | None = None  # number of the activity in this account
    rulebook: int | None = None
    actor: str | None = None
    request: str | None = None

    @property
    def effective_at(self) -> int:
        """When its entries take effect: when it happened, yet never after the business clock.

        What a source dates ahead of our clock is in the account at once, and counts from its own date.
        """
        return min(self.at, self.now)
