"""The end of a hold: what it still holds of living lots is available again, the rest dies with its lots."""

from __future__ import annotations

from enum import StrEnum

from loyalty_engine.errors import HoldResolved
from loyalty_engine.ledger.absorption import absorb
from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.entry import Bucket, Entry, EntryKind, entry_id
from loyalty_engine.ledger.expiry_posting import expire_held
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.lot import Lot


class HoldEnd(StrEnum):
    """Why a hold ended with points in it; the reason of the entry."""

    RELEASED = "released"
    TIMED_OUT = "timed out"
    CAPTURED_IN_PART = "captured in part"


STATUS_AFTER = {
    HoldEnd.RELEASED: HoldStatus.RELEASED,
    HoldEnd.TIMED_OUT: HoldStatus.TIMED_OUT,
    HoldEnd.CAPTURED_IN_PART: HoldStatus.CAPTURED,
}


def post_hold_release(
    draft: Draft,
    hold: Hold,
    at: int,
    recorded_at: int,
    end: HoldEnd,
    *,
    activity: int | None = None,
    actor: str | None = None,
    request: str | None = None,
) -> Entry:
    """End a hold at an instant, microseconds UTC; gives the entry, which may allocate nothing.

    Living lots get their points back, in order of consumption, and a deficit is paid off from them; then
    points of lots that have died expire. `at` is the business clock or the hold's time-out, and what was
    due before it must have been posted. Raises HoldResolved unless the hold is open.
    """
    hold = open_hold(draft, hold)
    kept = lots_of(draft, hold)
    alive = [(lot, points) for lot, points in kept if not lot.dead_at(at)]
    entry = draft.post(
        EntryKind.HOLD_RELEASE,
        hold.currency,
        0,
        effective_at=at,
        counts_at=at,
        recorded_at=recorded_at,
        moves=[Movement(lot.number, Bucket.HELD, Bucket.AVAILABLE, points) for lot, points in alive],
        activity=activity,
        actor=actor,
        reason=str(end),
        request=request,
        hold=hold.number,
    )
    for lot, _ in alive:
        absorb(draft, lot.number, hold.currency, at, recorded_at)
    for lot, points in kept:
        if lot.dead_at(at):
            expire_held(draft, lot, points, hold.number, at, recorded_at)
    ended = hold.copy()
    ended.status, ended.lots = STATUS_AFTER[end], ()
    draft.put_hold(ended)
    return entry


def open_hold(draft: Draft, hold: Hold) -> Hold:
    """The hold as the draft sees it. Raises HoldResolved when it has ended."""
    seen = draft.hold(hold.number) or hold
    if seen.status is not HoldStatus.OPEN:
        name = entry_id(draft.account.number, hold.number)
        raise HoldResolved(
            f"hold `{name}` is resolved: {seen.status}",
            hold=name,
            status=str(seen.status),
            captured=seen.captured,
        )
    return seen


def lots_of(draft: Draft, hold: Hold) -> list[tuple[Lot, int]]:
    """The lots that a hold holds points of, and how many, soonest expiry first."""
    kept = []
    for number, points in hold.lots:
        lot = draft.lot(number)
        assert lot is not None  # lots with held points are loaded with their hold
        kept.append((lot, points))
    return sorted(kept, key=lambda one: one[0].consumption_order)
