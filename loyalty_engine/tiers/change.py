"""A change of a member's tier: what was decided, and the row of his tier history that it becomes."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why a tier changed."""

    REACHED = "reached"  # the credits of a period reached its line
    RENEWED = "renewed"  # at its term's end the credits of the last period kept it
    DROPPED = "dropped"  # they did not, and grace is over
    WITHDRAWN = "withdrawn"  # without what was returned it would not have been reached
    GRANTED = "granted"  # by hand: a floor until a date, or its removal


class TierChange(NamedTuple):
    """Append-only. Instants are microseconds UTC; credits are points of the ladder's currency."""

    number: int  # 1, 2, 3 ... in the account, in the order they were recorded
    effective_at: int
    recorded_at: int
    tier: str | None  # held from effective_at on; None: no tier but the ladder's base
    until: int | None  # the end of its term, exclusive; None: no end
    reason: str  # reached | renewed | dropped | withdrawn | granted
    credits: int | None = None  # on which it was decided
    needed: int | None = None  # the line that they were compared with
    rulebook: int | None = None  # number of the version whose ladder decided
    activity: int | None = None  # number of the activity in the account that brought it about
    actor: str | None = None  # of a grant
    note: str | None = None  # of a grant: why


class Change(NamedTuple):
    """What was decided, before it is numbered. Instants are microseconds UTC."""

    effective_at: int
    tier: str | None  # held from effective_at on; None: no tier but the ladder's base
    until: int | None  # the end of its term, exclusive; None: no end
    reason: str  # a Reason
    credits: int | None = None  # on which it was decided
    needed: int | None = None  # the line that they were compared with
    decided_at: int | None = None  # the instant whose ladder decided
    restates: TierChange | None = None  # the earlier row that this one says again
