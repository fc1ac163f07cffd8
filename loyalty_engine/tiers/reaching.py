"""Reaching a tier: credits that begin to count, together with the others of their period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loyalty_engine.calendar import Duration
from loyalty_engine.tiers.change import Change, Reason
from loyalty_engine.tiers.credits import Credits, DatedPoints
from loyalty_engine.tiers.ladder import Ladder
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.timeline import State


def occasions(
    credits: Credits, ladders: Ladders, after: int, now: int, looks: Iterable[int] = ()
) -> list[tuple[int, list[int]]]:
    """Each instant later than `after`, by `now`, at which a tier may be reached, with dates, in order.

    The dates are those of the credits that begin to count then. At the instants of `looks` where none does,
    the period of that very instant is looked at. Raises CreditsNotLoaded.
    """
    found: dict[int, list[int]] = {}
    for ladder, start, end in ladders.between(after, now):
        book = credits.of(ladder.count)
        book.require(start + 1)
        for dated, counts_from in book.gained(start, end):
            found.setdefault(counts_from, []).append(dated)
    for look in looks:
        if after < look <= now:
            found.setdefault(look, [look])
    return sorted(found.items())


def reach(
    state: State, instant: int, dates: Iterable[int], credits: Credits, ladder: Ladder | None
) -> Change | None:
    """The highest tier above the present one that the periods of these dates support at an instant.

    After the term's end, in grace, the present tier itself can be reached anew. A tier that is not on the
    ladder stays until its term's end. Raises CreditsNotLoaded.
    """
    rank = ladder.rank(state.tier) if ladder else None
    if ladder is None or rank is None:
        return None
    book = credits.of(ladder.count)
    in_grace = state.until is not None and state.until <= instant
    best: tuple[int, int, int] | None = None  # rank, end of term, credits
    for dated in set(_closing(ladder, book, dates, instant)):
        total = book.total(*ladder.window(dated), instant)
        reached = ladder.reached(total)
        if reached > rank or (in_grace and reached == rank):
            best = max(best or (NO_RANK, 0, 0), (reached, ladder.term_end(dated, instant), total))
    if best is None:
        return None
    reached, until, total = best
    tier = ladder.tiers[reached]
    return Change(instant, tier.name, until, Reason.REACHED, total, tier.reach, instant)


NO_RANK = -2  # below every rank


def _closing(ladder: Ladder, book: DatedPoints, dates: Iterable[int], instant: int) -> Iterator[int]:
    """For each window to look at an instant in it that names it: for rolling ones, of their last day.

    A credit that waited long may complete a rolling window that ends with a later credit.
    """
    for dated in dates:
        yield dated
        if isinstance(ladder.period, Duration):
            for later in book.days(dated, instant):
                if ladder.window(later)[0] > dated:
                    break
                yield later


def may_reach(state: State, credits: Credits, ladders: Ladders, after: int, now: int) -> bool:
    """Whether credits that begin to count later than `after`, by `now`, could lift a member not in grace.

    Cheap, and sure when it says no. Raises CreditsNotLoaded.
    """
    for ladder, start, end in ladders.between(after, now):
        if _may_reach(state, credits.of(ladder.count), ladder, start, end):
            return True
    return False


def _may_reach(state: State, book: DatedPoints, ladder: Ladder, after: int, until: int) -> bool:
    rank = ladder.rank(state.tier)
    if rank is None or rank + 1 >= len(ladder.tiers):
        return False
    book.require(after + 1)
    gained = book.gained(after, until)
    if not gained:
        return False
    needed = ladder.tiers[rank + 1].reach
    start, end = ladder.window(gained[0][0])
    last = book.latest
    if isinstance(ladder.period, Duration):
        return last is not None and book.most(start, last + 1) >= needed
    while last is not None and start <= last:
        if book.most(start, end) >= needed:
            return True
        start, end = ladder.window(end)
    return False
