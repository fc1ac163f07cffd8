"""What time does to a lot, and in which order lots are used."""

from __future__ import annotations

import pytest

from loyalty_engine.ledger.lot import Lot


def a_lot(
    number: int = 1, *, pending: int = 0, available: int = 0, held: int = 0, expires_at: int | None = 50
) -> Lot:
    return Lot(number, "points", 40, pending, available, held, 5, 20, expires_at)


@pytest.mark.parametrize(
    ("lot", "due_at"),
    [
        (a_lot(pending=40), 20),
        (a_lot(pending=40, expires_at=20), 20),
        (a_lot(pending=40, expires_at=10), 10),
        (a_lot(available=40), 50),
        (a_lot(available=40, expires_at=None), None),
        (a_lot(held=40), None),
        (a_lot(), None),
    ],
    ids=["release", "dead at release", "dead before release", "expiry", "never", "held", "empty"],
)
def test_what_is_due_next(lot: Lot, due_at: int | None) -> None:
    assert lot.due_at == due_at


def test_a_lot_is_dead_at_its_expiry() -> None:
    assert [a_lot(available=1).dead_at(at) for at in (49, 50, 51)] == [False, True, True]
    assert not a_lot(available=1, expires_at=None).dead_at(10**18)


def test_lots_are_used_soonest_expiry_first_then_by_age() -> None:
    lots = [a_lot(1, expires_at=None), a_lot(2, expires_at=60), a_lot(3, expires_at=50), a_lot(4)]
    assert [lot.number for lot in sorted(lots, key=lambda lot: lot.consumption_order)] == [3, 4, 2, 1]


def test_a_copy_changes_alone() -> None:
    lot = a_lot(pending=1, available=2, held=3)
    copied = lot.copy()
    assert copied == lot
    copied.available = 0
    assert lot.available == 2
    assert lot.remaining == 6
