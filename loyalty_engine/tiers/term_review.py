"""The review at a term's end: a tier is renewed by the last period's credits, or dropped after grace.

Where terms are shorter than periods, the credits of the present period may renew it when grace is over.
"""

from __future__ import annotations

from loyalty_engine.tiers.change import Change, Reason
from loyalty_engine.tiers.credits import Credits, DatedPoints
from loyalty_engine.tiers.ladder import NO_TIER, Ladder, Tier, Window
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.timeline import State


def due_review(state: State, credits: Credits, ladders: Ladders, now: int) -> Change | None:
    """What the review at the end of a state's term has decided by `now`; None: nothing, or there is no end.

    The ladder in force at the term's end conducts it, grace and landing included; when there is none, the
    tier ends. Raises CreditsNotLoaded.
    """
    end = state.until
    if end is None or end > now:
        return None
    ladder = ladders.at(end)
    if ladder is None:
        return Change(max(end, state.effective_at), None, None, Reason.DROPPED, decided_at=end)
    decided = _review(state, end, credits.of(ladder.count), ladder, now)
    return decided if decided.effective_at <= now else None


def _review(state: State, end: int, book: DatedPoints, ladder: Ladder, now: int) -> Change:
    window, tier = ladder.last_complete(end), tier_of(state, ladder)
    if tier is None:
        return _dropped(state, end, max(end, state.effective_at), book, ladder)
    kept_at = kept_from(book, window, tier.keep, end)
    if kept_at is not None:
        at = max(kept_at, state.effective_at)
        total = book.total(*window, at)
        return Change(at, tier.name, ladder.next_term_end(end), Reason.RENEWED, total, tier.keep, end)
    at = max(ladder.grace_end(end), state.effective_at)
    if at > now:
        return Change(at, None, None, Reason.DROPPED)
    return _dropped(state, end, at, book, ladder)


def tier_of(state: State, ladder: Ladder) -> Tier | None:
    """The tier of a state as the ladder has it; None: no tier, or one that is not on the ladder."""
    rank = None if state.tier is None else ladder.rank(state.tier)
    return None if rank is None else ladder.tiers[rank]


def kept_from(book: DatedPoints, window: Window, keep: int, end: int) -> int | None:
    """From when on the credits of a window keep a tier whose term ended; None: not even pending ones do.

    Raises CreditsNotLoaded.
    """
    for instant in (end, *book.awaited(*window, end)):
        if book.total(*window, instant) >= keep:
            return instant
    return None


def _dropped(state: State, end: int, at: int, book: DatedPoints, ladder: Ladder) -> Change:
    """The landing at an instant; never lower than what the credits of the current period reach."""
    window, rank = ladder.last_complete(end), None if state.tier is None else ladder.rank(state.tier)
    landing, until = _landing(rank, end, at, book, ladder)
    total, current = book.total(*window, at), book.total(*ladder.window(at), at)
    reached = ladder.reached(current)
    if reached >= landing:
        until = ladder.term_end(at, at)  # never sooner than the term that would follow the old one
    level = max(reached, landing)
    tier = None if level == NO_TIER else ladder.earned_name(level)
    if tier is not None and rank is not None and level >= rank:
        reason = Reason.RENEWED if level == rank else Reason.REACHED
        return Change(at, tier, until, reason, current, ladder.tiers[level].reach, end)
    needed = None if rank is None else ladder.tiers[rank].keep
    return Change(at, tier, until if tier else None, Reason.DROPPED, total, needed, end)


def _landing(rank: int | None, end: int, at: int, book: DatedPoints, ladder: Ladder) -> tuple[int, int]:
    """Where a tier of a rank lands: one level lower, or where the reviewed credits would keep a tier.

    With it the end of the new term. Where only pending credits would keep it, it is held for them in grace:
    its term is the one that ended.
    """
    if rank is not None and ladder.landing == "one level":
        return rank - 1, ladder.next_term_end(end)
    window = ladder.last_complete(end)
    for level in reversed(range(len(ladder.tiers) if rank is None else rank)):
        kept_at = kept_from(book, window, ladder.tiers[level].keep, end)
        if kept_at is not None:
            return level, ladder.next_term_end(end) if kept_at <= at else end
    return NO_TIER, end
