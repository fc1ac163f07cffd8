"""What a tier rests on: whether the credits of its periods still carry what was decided on them."""

from __future__ import annotations

from loyalty_engine.tiers.change import Reason, TierChange
from loyalty_engine.tiers.credits import Credits
from loyalty_engine.tiers.ladder import Ladder
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.reaching import reach
from loyalty_engine.tiers.timeline import State, Timeline


def holds(timeline: Timeline, credits: Credits, decided_on: Credits, ladders: Ladders) -> bool:
    """Whether credits carry the earned tier: it was reached, then renewed, on no more than there are.

    `decided_on` are the credits as they were, to know by which of them it was reached. False of a tier that
    one landed on: it rests on all of history. Raises CreditsNotLoaded.
    """
    rows = timeline.earned
    for position in reversed(range(len(rows))):
        row, end = rows[position], rows[position - 1].until if position else None
        ladder = ladders.at(row.effective_at if end is None or row.reason != Reason.RENEWED else end)
        if ladder is None:
            return False
        if row.reason == Reason.REACHED:
            return _is_reached(row, credits, decided_on, ladder)
        if row.reason != Reason.RENEWED or end is None or row.needed is None:
            return False
        window = ladder.last_complete(end)
        if credits.of(ladder.count).total(*window, row.effective_at) < row.needed:
            return False
    return False


def _is_reached(row: TierChange, credits: Credits, decided_on: Credits, ladder: Ladder) -> bool:
    at = row.effective_at
    then, now = (book.of(ladder.count).gained(at - 1, at) for book in (decided_on, credits))
    if then and not now:
        return False  # it was reached by a credit that is gone
    reached = reach(State(), at, [dated for dated, _ in now] or [at], credits, ladder)
    rank, needed = ladder.rank(reached.tier) if reached else None, ladder.rank(row.tier)
    return rank is not None and needed is not None and rank >= needed
