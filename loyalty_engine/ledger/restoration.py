"""Restoration: a redemption is undone, in whole or in part, and its points go back where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from loyalty_engine.errors import InvalidCommand, OverReturn
from loyalty_engine.ledger.absorption import absorb
from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.due import post_due
from loyalty_engine.ledger.entry import Bucket, Entry, EntryKind
from loyalty_engine.ledger.expiry_posting import expire_rest
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.terms import CurrencyTerms

Parts = tuple[tuple[int, int], ...]
"""Points by lot, as (lot, points)."""


class Payment(NamedTuple):
    """Points that paid for an activity: what they were taken from, and what came back of them so far."""

    entry: Entry  # of kind redemption
    lots: Parts  # that it took, by lot; those lots are in the account
    restored: list[tuple[Entry, Parts]]  # entries of kind restoration, and what went back to which lot

    @property
    def left(self) -> int:
        """Points of it that have not come back."""
        return -self.entry.points - sum(entry.points for entry, _ in self.restored)


def post_restoration(
    draft: Draft, payment: Payment, points: int, occasion: Occasion, reissue_terms: CurrencyTerms | None
) -> Entry:
    """Give points of a redemption back to the lots they were taken of, latest expiry first.

    Points of a lot that has died expire at once. With `reissue_terms`, the terms of the currency, they
    come as a new lot that lives as if earned now. A deficit is paid off from what comes back alive. What is
    due at `occasion.now` must have been posted; the payment stays as it is. Gives the entry. Raises
    InvalidCommand for no points, OverReturn for more than is left of the redemption.
    """
    if points <= 0:
        raise InvalidCommand("a restoration needs points", points=points)
    if points > payment.left:
        raise OverReturn(
            f"{points} points are to come back and {payment.left} are left of what was redeemed",
            points=points,
            left=payment.left,
        )
    at = max(occasion.effective_at, payment.entry.effective_at)
    if reissue_terms is None:
        entry = _restore(draft, payment, points, at, occasion)
    else:
        entry = _post(draft, payment, points, at, occasion, (), at, reissue_terms.expiry(at))
        absorb(draft, entry.seq, entry.currency, at, occasion.recorded_at)
    if at < occasion.now:  # a lot that lived then may be dead by now
        post_due(draft, occasion.now, occasion.recorded_at)
    return entry


def _restore(draft: Draft, payment: Payment, points: int, at: int, occasion: Occasion) -> Entry:
    back = _lots_back(draft, payment, points)
    moves = [Movement(lot.number, Bucket.OUT, Bucket.AVAILABLE, given) for lot, given in back]
    entry = _post(draft, payment, points, at, occasion, moves, None, None)
    for lot, _ in back:
        if lot.dead_at(at):
            expire_rest(draft, _lot(draft, lot.number), at, occasion.recorded_at)
    for lot, _ in back:
        if not lot.dead_at(at):
            absorb(draft, lot.number, entry.currency, at, occasion.recorded_at)
    return entry


def _lots_back(draft: Draft, payment: Payment, points: int) -> list[tuple[Lot, int]]:
    """Which lots get how many points back, in order of consumption; none more than it gave.

    What was reissued before came of the lots that were then to be restored: each point comes back once.
    """
    lots = [_lot(draft, number) for number, _ in payment.lots]
    lots.sort(key=lambda lot: lot.consumption_order, reverse=True)
    left = dict(payment.lots)
    for entry, parts in payment.restored:
        for number, given in parts or _first(lots, left, entry.points):
            left[number] -= given
    back = dict(_first(lots, left, points))
    return [(lot, back[lot.number]) for lot in reversed(lots) if lot.number in back]


def _first(lots: list[Lot], left: Mapping[int, int], points: int) -> Parts:
    """Points of the first lots that have any left."""
    parts = []
    for lot in lots:
        given = min(points, left[lot.number])
        points -= given
        if given:
            parts.append((lot.number, given))
    return tuple(parts)


def _post(
    draft: Draft,
    payment: Payment,
    points: int,
    at: int,
    occasion: Occasion,
    moves: tuple[Movement, ...] | list[Movement],
    available_at: int | None,
    expires_at: int | None,
) -> Entry:
    paid = payment.entry
    return draft.post(
        EntryKind.RESTORATION,
        paid.currency,
        points,
        effective_at=at,
        counts_at=at,
        recorded_at=occasion.recorded_at,
        moves=moves,
        available_at=available_at,
        expires_at=expires_at,
        activity=occasion.activity,
        rulebook=paid.rulebook,
        rule=paid.rule,
        reverses=paid.seq,
        reversed_points=points,
        actor=occasion.actor,
        request=occasion.request,
    )


def _lot(draft: Draft, number: int) -> Lot:
    lot = draft.lot(number)
    assert lot is not None  # a payment is loaded with its lots
    return lot
