"""Reservation: available points are set aside for one redemption, so that nothing else can spend them."""

from __future__ import annotations

from loyalty_engine.errors import InvalidCommand
from loyalty_engine.ledger.consumption import allocate, insufficient
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.entry import Bucket, EntryKind
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.occasion import Occasion


def post_hold(
    draft: Draft,
    currency: str,
    points: int,
    occasion: Occasion,
    *,
    until: int | None,
    reward: str | None = None,
    worth: int | None = None,
) -> Hold:
    """Hold points in order of consumption, until, not at, an instant (microseconds UTC; None: no end).

    `reward` names what they are for, `worth` is the money in minor units that all of them pay. It takes
    effect when its occasion did, yet never before the points were there. Every lot with available points
    must have been loaded and what is due posted. Raises InvalidCommand for no points or an end that is
    not ahead, InsufficientPoints with what is `available`: never a deficit.
    """
    if points <= 0:
        raise InvalidCommand("a hold needs points", points=points)
    if until is not None and until <= occasion.now:
        raise InvalidCommand("a hold must end later than it begins", until=until, now=occasion.now)
    there = [lot for lot in draft.each_lot() if lot.currency == currency and _there_from(lot) <= occasion.now]
    moves, lacking = allocate(there, points, Bucket.HELD)
    if lacking:
        raise insufficient(currency, points, points - lacking)
    taken = {move.lot for move in moves}
    at = max(occasion.effective_at, *[_there_from(lot) for lot in there if lot.number in taken])
    entry = draft.post(
        EntryKind.HOLD,
        currency,
        0,
        effective_at=at,
        counts_at=at,
        recorded_at=occasion.recorded_at,
        moves=moves,
        expires_at=until,
        activity=occasion.activity,
        rulebook=occasion.rulebook,
        rule=reward,
        basis=worth,
        actor=occasion.actor,
        request=occasion.request,
    )
    kept = tuple(sorted([(move.lot, move.points) for move in moves]))
    hold = Hold(entry.seq, currency, points, HoldStatus.OPEN, until, kept, reward, worth, at)
    draft.put_hold(hold)
    return hold


def _there_from(lot: Lot) -> int:
    """From when on the points of a lot are there to be taken."""
    return max(lot.earned_at, lot.available_at)
