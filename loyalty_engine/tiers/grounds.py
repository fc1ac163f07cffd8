"""What a tier rests on: whether the credits of its periods still carry what was decided on them."""

from __future__ import annotations

from loyalty_engine.tiers.change import Reason, TierChange
from loyalty_engine.tiers.credits import Credits
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.reaching import reach
from loyalty_engine.tiers.timeline import State, Timeline


def holds(timeline: Timeline, credits: Credits, decided_on: Credits, ladders: Ladders) -> bool:
    """Whether credits carry the earned tier: it was reached, then renewed, on no more than there are.

    `decided_on` are the credits as they were, to know by which of them it was reached. False of a tier that
    one landed on: it rests on all of history. Raises CreditsNotLoaded.
    """
    rows = list(timeline.earned)
    while len(rows) > 1 and rows[-1].reason == Reason.RENEWED:
        row, end = rows.pop(), rows[-1].until
        if end is None or not _is_kept(row, end, credits, ladders):
            return False
    return rows[-1].reason == Reason.REACHED and _is_reached(rows[-1], credits, decided_on, ladders)


def _is_kept(row: TierChange, end: int, credits: Credits, ladders: Ladders) -> bool:
    ladder = ladders.at(end)
    if ladder is None or row.needed is None:
        return False
    return credits.of(ladder.count).total(*ladder.last_complete(end), row.effective_at) >= row.needed


def _is_reached(row: TierChange, credits: Credits, decided_on: Credits, ladders: Ladders) -> bool:
    at = row.effective_at
    ladder = ladders.at(at)
    if ladder is None:
        return False
    then, now = (book.of(ladder.count).gained(at - 1, at) for book in (decided_on, credits))
    if then and not now:
        return False  # it was reached by a credit that is gone
    reached = reach(State(), at, [dated for dated, _ in now] or [at], credits, ladder)
    rank, needed = ladder.rank(reached.tier) if reached else None, ladder.rank(row.tier)
    return rank is not None and needed is not None and rank >= needed
