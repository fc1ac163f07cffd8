"""What time does to a hold."""

from __future__ import annotations

import pytest

from loyalty_engine.ledger.hold import Hold, HoldStatus


def a_hold(status: HoldStatus = HoldStatus.OPEN, until: int | None = 50) -> Hold:
    return Hold(3, "points", 40, status, until, ((1, 30), (2, 10)), "voucher", 500, 20)


def test_an_open_hold_ends_at_its_time_out() -> None:
    assert a_hold().due_at == 50
    assert a_hold(until=None).due_at is None


@pytest.mark.parametrize("status", [status for status in HoldStatus if status is not HoldStatus.OPEN])
def test_time_does_nothing_to_a_hold_that_has_ended(status: HoldStatus) -> None:
    assert a_hold(status).due_at is None


def test_a_copy_changes_alone() -> None:
    hold = a_hold()
    copied = hold.copy()
    assert copied == hold
    copied.status, copied.lots, copied.captured = HoldStatus.CAPTURED, (), 40
    assert hold == a_hold()
