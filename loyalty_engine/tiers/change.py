"""A change of a member's tier: one row of his tier history, with its reason."""

from __future__ import annotations

from typing import NamedTuple


class TierChange(NamedTuple):
    """Append-only. Instants are microseconds UTC; credits are points of the ladder's currency."""

    number: int  # 1, 2, 3 ... in the account, in the order they were recorded
    effective_at: int
    recorded_at: int
    tier: str | None  # held from effective_at on; None: no tier
    until: int | None  # the end of its term, exclusive; None: no end
    reason: str  # reached | renewed | dropped | withdrawn | granted
    credits: int | None = None  # on which it was decided
    needed: int | None = None  # the line that they were compared with
    rulebook: int | None = None  # number of the version whose ladder decided
    activity: int | None = None  # number of the activity in the account that brought it about
    actor: str | None = None  # of a grant
    note: str | None = None  # of a grant: why
