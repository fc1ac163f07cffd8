"""Consumption: which lots a debit takes, in which order, and what happens when they do not suffice."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from loyalty_engine.errors import InsufficientPoints
from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.entry import Bucket
from loyalty_engine.ledger.lot import Lot


class DeficitPolicy(StrEnum):
    """What a return or a negative adjustment does when the points are no longer there."""

    ALLOW = "allow"  # the account goes below zero; later credits absorb it
    CLAMP = "clamp"  # what cannot be taken is forgiven
    REFUSE = "refuse"  # the whole command is refused


class Debit(NamedTuple):
    """How a debit is met: from lots, and the rest as deficit."""

    moves: tuple[Movement, ...]
    deficit: int

    @property
    def points(self) -> int:
        """What the account loses in all."""
        return self.deficit + sum(move.points for move in self.moves)


def debit(
    draft: Draft, currency: str, points: int, policy: DeficitPolicy, without: int | None = None
) -> Debit:
    """Meet a debit of `points` from the open lots of a currency (but one), soonest expiry first.

    Every lot with available points must have been loaded and what is due posted. Raises
    InsufficientPoints when the lots do not suffice and the policy refuses.
    """
    if points <= 0:
        return Debit((), 0)
    lots = [lot for lot in draft.each_lot() if lot.currency == currency and lot.number != without]
    moves, lacking = allocate(lots, points)
    if lacking and policy is DeficitPolicy.REFUSE:
        raise insufficient(currency, points, points - lacking)
    return Debit(moves, lacking if policy is DeficitPolicy.ALLOW else 0)


def insufficient(currency: str, points: int, available: int) -> InsufficientPoints:
    """The refusal of a debit that needs more than there is."""
    return InsufficientPoints(
        f"{points} points of `{currency}` are to be taken and {available} are available",
        currency=currency,
        points=points,
        available=available,
    )


def allocate(
    lots: Iterable[Lot], points: int, target: Bucket = Bucket.OUT
) -> tuple[tuple[Movement, ...], int]:
    """Take points from available ones in order of consumption; gives the movements and what is lacking."""
    moves: list[Movement] = []
    if points > 0:
        for lot in sorted((lot for lot in lots if lot.available), key=_order):
            taken = min(points, lot.available)
            moves.append(Movement(lot.number, Bucket.AVAILABLE, target, taken))
            points -= taken
            if not points:
                break
    return tuple(moves), points


def _order(lot: Lot) -> tuple[int, int, int]:
    return lot.consumption_order
