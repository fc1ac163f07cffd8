"""Capture: held points are spent; what the capture leaves of its hold is released with it."""

from __future__ import annotations

from loyalty_engine.errors import InvalidCommand, RedemptionNotPermitted
from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.due import post_due
from loyalty_engine.ledger.entry import Bucket, Entry, EntryKind
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.hold_release import HoldEnd, lots_of, open_hold, post_hold_release
from loyalty_engine.ledger.occasion import Occasion


def post_capture(draft: Draft, hold: Hold, points: int, occasion: Occasion) -> Entry:
    """Spend points of an open hold, soonest expiry first; gives the redemption entry.

    It takes effect when its occasion did, yet never before the hold was made; points whose lot has died
    since are spent all the same. What is due at `occasion.now` must have been posted. Raises HoldResolved,
    InvalidCommand for no points, RedemptionNotPermitted for more points than are held.
    """
    hold = open_hold(draft, hold)
    if points <= 0:
        raise InvalidCommand("a capture needs points", points=points)
    if points > hold.points:
        raise RedemptionNotPermitted(
            f"{points} points are to be captured and {hold.points} are held",
            points=points,
            least=1,
            most=hold.points,
            permitted=hold.points,
        )
    at = max(occasion.effective_at, hold.made_at)
    moves = _moves(draft, hold, points)
    entry = draft.post(
        EntryKind.REDEMPTION,
        hold.currency,
        -points,
        effective_at=at,
        counts_at=at,
        recorded_at=occasion.recorded_at,
        moves=moves,
        activity=occasion.activity,
        rulebook=occasion.rulebook,
        rule=hold.reward,
        basis=paid_by(hold, points),
        actor=occasion.actor,
        request=occasion.request,
        hold=hold.number,
    )
    rest = _rest(hold, moves)
    captured = hold.copy()
    captured.captured, captured.lots = points, rest
    if not rest:
        captured.status = HoldStatus.CAPTURED
    draft.put_hold(captured)
    if rest:
        _release(draft, captured, at, occasion)
    return entry


def paid_by(hold: Hold, points: int) -> int | None:
    """Minor units that points of a hold pay: its worth in proportion, rounded down; None: it has none."""
    return None if hold.worth is None else hold.worth * points // hold.points


def _moves(draft: Draft, hold: Hold, points: int) -> list[Movement]:
    moves = []
    for lot, held in lots_of(draft, hold):
        taken = min(points, held)
        points -= taken
        if taken:
            moves.append(Movement(lot.number, Bucket.HELD, Bucket.OUT, taken))
    return moves


def _rest(hold: Hold, moves: list[Movement]) -> tuple[tuple[int, int], ...]:
    taken = {move.lot: move.points for move in moves}
    left = [(lot, points - taken.get(lot, 0)) for lot, points in hold.lots]
    return tuple([(lot, points) for lot, points in left if points])


def _release(draft: Draft, hold: Hold, at: int, occasion: Occasion) -> None:
    post_hold_release(
        draft,
        hold,
        at,
        occasion.recorded_at,
        HoldEnd.CAPTURED_IN_PART,
        activity=occasion.activity,
        actor=occasion.actor,
        request=occasion.request,
    )
    if at < occasion.now:  # a lot that lived then may be dead by now
        post_due(draft, occasion.now, occasion.recorded_at)
