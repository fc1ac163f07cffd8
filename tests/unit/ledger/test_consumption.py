"""Which lots a debit takes, in which order, and what happens when they do not suffice."""

from __future__ import annotations

import pytest

from loyalty_engine.errors import InsufficientPoints
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.standing import Standing
from tests.unit.ledger.bookkeeper import Bookkeeper, grant


def taken_from(books: Bookkeeper) -> list[tuple[int, int]]:
    """Lot and points of the allocations of the last entry, in the order of consumption."""
    moves = [(move.lot, move.points) for move in books.allocations if move.seq == books.entries[-1].seq]
    return sorted(moves, key=lambda move: books.lots[move[0]].consumption_order)


def test_soonest_expiry_first_and_never_expiring_last() -> None:
    books = Bookkeeper()
    books.buy(
        grant(10, available_at=5),
        grant(10, available_at=5, expires_at=90),
        grant(10, available_at=5, expires_at=50),
        at=5,
    )
    books.adjust(-25, at=6)
    assert taken_from(books) == [(3, 10), (2, 10), (1, 5)]
    assert books.show(6) == Standing(available=5)


def test_then_earned_time_then_lot() -> None:
    books = Bookkeeper()
    books.buy(grant(10, available_at=8, expires_at=90), at=8)
    books.buy(grant(10, available_at=7, expires_at=90), grant(10, available_at=7, expires_at=90), at=7, now=9)
    books.adjust(-25, at=9)
    assert taken_from(books) == [(2, 10), (3, 10), (1, 5)]


def test_pending_points_are_not_spent() -> None:
    books = Bookkeeper(policy=DeficitPolicy.REFUSE)
    books.buy(grant(10, available_at=8), at=5)
    with pytest.raises(InsufficientPoints):
        books.adjust(-1, at=6)


def test_allowed_the_rest_is_deficit() -> None:
    books = Bookkeeper()
    books.buy(grant(10, available_at=5), at=5)
    assert books.adjust(-25, at=6).points == -25
    assert books.show(6) == Standing(deficit=15)


def test_clamped_the_rest_is_forgiven() -> None:
    books = Bookkeeper(policy=DeficitPolicy.CLAMP)
    books.buy(grant(10, available_at=5), at=5)
    assert books.adjust(-25, at=6).points == -10
    assert books.show(6) == Standing()
    assert books.findings == []


def test_refused_nothing_changes_and_the_refusal_says_what_was_there() -> None:
    books = Bookkeeper(policy=DeficitPolicy.REFUSE)
    books.buy(grant(10, available_at=5), grant(3, available_at=5, expires_at=6), at=5)
    before = books.shelf
    with pytest.raises(InsufficientPoints) as refusal:
        books.adjust(-25, at=6)
    assert refusal.value.parameters == {"currency": "points", "points": 25, "available": 10}
    assert books.shelf == before
    assert books.adjust(-10, at=6).points == -10
