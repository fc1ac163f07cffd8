"""Where a member stands on the ladder: what he has, what the next tier takes, what keeping his takes."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_engine.tiers.credits import Credits, DatedPoints
from loyalty_engine.tiers.ladder import Ladder, Window
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.term_review import kept_from, tier_of
from loyalty_engine.tiers.timeline import State, Timeline


class TierStanding(NamedTuple):
    """At one instant, by the ladder in force. Instants are microseconds UTC."""

    tier: str | None  # what he has: the higher of earned, granted and base
    earned: str | None
    until: int | None  # the end of the earned tier's term; past, while in grace
    grace_until: int | None  # in grace: until when; None: not in grace
    floor: str | None  # granted by hand
    floor_until: int | None
    window: Window  # the period that credits are counted in now
    credits: int  # dated in it, and counting
    pending: int  # dated in that period, not counting yet
    next_tier: str | None  # the one above the earned tier; None: there is none
    missing: int | None  # credits up to it
    keep: int | None  # credits that the next review will ask for; None: no review comes
    kept: int | None  # how many of those there are


def tier_standing(timeline: Timeline, credits: Credits, ladders: Ladders, at: int) -> TierStanding | None:
    """The standing at an instant that the timeline is advanced to; None: no ladder is in force.

    Raises CreditsNotLoaded.
    """
    ladder = ladders.at(at)
    if ladder is None:
        return None
    book, state, floor = credits.of(ladder.count), timeline.state_at(at), timeline.floor_at(at)
    window = ladder.window(at)
    total = book.total(*window, at)
    next_tier, missing = _next(state, total, ladder)
    keep, kept = _keep(state, book, ladder, at)
    return TierStanding(
        tier=timeline.tier_at(at, ladder),
        earned=state.tier,
        until=state.until,
        grace_until=_grace_until(state, credits, ladders, at),
        floor=floor.tier if floor else None,
        floor_until=floor.until if floor else None,
        window=window,
        credits=total,
        pending=book.dated(*window) - total,
        next_tier=next_tier,
        missing=missing,
        keep=keep,
        kept=kept,
    )


def _next(state: State, total: int, ladder: Ladder) -> tuple[str | None, int | None]:
    rank = ladder.rank(state.tier)
    if rank is None or rank + 1 >= len(ladder.tiers):
        return None, None
    above = ladder.tiers[rank + 1]
    return above.name, max(above.reach - total, 0)


def _keep(state: State, book: DatedPoints, ladder: Ladder, at: int) -> tuple[int | None, int | None]:
    tier = tier_of(state, ladder)
    if tier is None or state.until is None:
        return None, None
    return tier.keep, book.total(*ladder.last_complete(state.until), at)


def _grace_until(state: State, credits: Credits, ladders: Ladders, at: int) -> int | None:
    """The end of grace, or the later instant at which pending credits will keep the tier."""
    end = state.until
    ladder = ladders.at(end) if end is not None and end <= at else None
    tier = tier_of(state, ladder) if ladder else None
    if end is None or ladder is None or tier is None:
        return None
    kept_at = kept_from(credits.of(ladder.count), ladder.last_complete(end), tier.keep, end)
    return ladder.grace_end(end) if kept_at is None else kept_at
