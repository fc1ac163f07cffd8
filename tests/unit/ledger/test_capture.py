"""Held points are spent: all of them, or a part and the rest goes back at once."""

from __future__ import annotations

import pytest

from loyalty_engine.errors import HoldResolved, InvalidCommand, RedemptionNotPermitted
from loyalty_engine.ledger.capture import paid_by, post_capture
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.entry import Allocation
from loyalty_engine.ledger.hold import HoldStatus
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.reservation import post_hold
from loyalty_engine.ledger.standing import Standing
from tests.unit.ledger.bookkeeper import Bookkeeper, grant


def a_hold(points: int = 25, until: int | None = None, worth: int | None = None) -> Bookkeeper:
    """Of 30 points that never die (lot 1) and 20 that do (lot 2), so many are held by hold 3."""
    books = Bookkeeper()
    books.buy(grant(30, available_at=5), grant(20, available_at=5, expires_at=50), at=5)
    books.reserve(points, at=10, until=until, reward="voucher", worth=worth)
    return books


def test_the_whole_hold_is_one_entry() -> None:
    books = a_hold(worth=500)
    entry = books.capture(3, 25, at=12)
    assert books.kinds()[2:] == [("hold", 0), ("redemption", -25)]
    assert (entry.hold, entry.rule, entry.basis) == (3, "voucher", 500)
    assert (entry.effective_at, entry.counts_at) == (12, 12)
    assert books.allocations[-2:] == [
        Allocation(7, 4, 1, "held", "out", 5),
        Allocation(7, 4, 2, "held", "out", 20),
    ]
    assert books.show(12) == books.show_at(12) == Standing(available=25)
    assert books.findings == []


def test_a_captured_hold_holds_nothing_and_remembers_how_much_it_paid() -> None:
    books = a_hold()
    books.capture(3, 25, at=12)
    hold = books.holds[3]
    assert (hold.status, hold.points, hold.captured, hold.lots) == (HoldStatus.CAPTURED, 25, 25, ())


def test_a_part_is_taken_soonest_expiry_first_and_the_rest_is_available_again() -> None:
    books = a_hold()
    books.capture(3, 21, at=12)
    assert books.kinds()[3:] == [("redemption", -21), ("hold-release", 0)]
    assert [(a.lot, a.source, a.target, a.points) for a in books.allocations if a.seq > 3] == [
        (1, "held", "out", 1),
        (2, "held", "out", 20),
        (1, "held", "available", 4),
    ]
    assert books.entries[-1].reason == "captured in part"
    assert books.holds[3].status is HoldStatus.CAPTURED
    assert books.holds[3].captured == 21
    assert books.show(12) == Standing(available=29)
    assert books.findings == []


def test_points_stay_capturable_when_their_lot_dies_in_the_hold() -> None:
    books = a_hold()
    assert books.show(60) == Standing(available=25, held=25)
    books.capture(3, 25, at=60)
    assert books.kinds()[3:] == [("redemption", -25)]
    assert books.show(60) == Standing(available=25)
    assert books.findings == []


def test_dead_points_that_a_capture_leaves_expire_with_it() -> None:
    books = a_hold()
    books.capture(3, 6, at=60)
    assert books.kinds()[3:] == [("redemption", -6), ("hold-release", 0), ("expiry", -14)]
    assert (books.entries[-1].effective_at, books.entries[-1].hold) == (60, 3)
    assert books.show(60) == Standing(available=30)
    assert books.findings == []


def test_a_hold_is_capturable_until_and_not_at_its_time_out() -> None:
    books = a_hold(until=40)
    books.capture(3, 25, at=39)
    late = a_hold(until=40)
    with pytest.raises(HoldResolved) as refusal:
        late.capture(3, 25, at=40)
    assert refusal.value.parameters["status"] == "timed out"


def test_a_hold_is_captured_once() -> None:
    books = a_hold()
    books.capture(3, 20, at=12)
    before = books.shelf
    with pytest.raises(HoldResolved) as refusal:
        books.capture(3, 5, at=13)
    assert refusal.value.parameters == {"hold": "0000000007-00000003", "status": "captured", "captured": 20}
    assert books.shelf == before


def test_a_released_hold_cannot_be_captured() -> None:
    books = a_hold()
    books.release(3, at=11)
    with pytest.raises(HoldResolved):
        books.capture(3, 25, at=12)


def test_more_than_is_held_is_refused_and_named() -> None:
    books = a_hold()
    before = books.shelf
    with pytest.raises(RedemptionNotPermitted) as refusal:
        books.capture(3, 26, at=12)
    assert refusal.value.parameters["permitted"] == 25
    assert books.shelf == before


@pytest.mark.parametrize("points", [0, -1])
def test_a_capture_needs_points(points: int) -> None:
    with pytest.raises(InvalidCommand):
        a_hold().capture(3, points, at=12)


def test_a_part_pays_its_part_of_the_worth_rounded_down() -> None:
    books = a_hold(worth=88)
    hold = books.holds[3]
    assert [paid_by(hold, points) for points in (1, 7, 24, 25)] == [3, 24, 84, 88]
    assert books.capture(3, 7, at=12).basis == 24


def test_points_for_a_gift_pay_no_money() -> None:
    assert a_hold().capture(3, 25, at=12).basis is None


def test_a_capture_carries_its_purchase() -> None:
    books = a_hold()
    draft = Draft(books.state)
    occasion = Occasion(12, 2000, 12, activity=4, rulebook=2, actor="anna", request="till-1")
    entry = post_capture(draft, books.holds[3], 5, occasion)
    for posted in (entry, draft.entries[-1]):
        assert (posted.activity, posted.actor, posted.request) == (4, "anna", "till-1")
    assert entry.rulebook == 2


def test_a_purchase_that_is_recorded_late_pays_when_it_happened() -> None:
    """Its rest was available from then on, so what of it has died since died at its own instant."""
    books = a_hold()
    books.capture(3, 6, at=45, now=60)
    assert [(e.kind, e.points, e.effective_at) for e in books.entries[3:]] == [
        ("redemption", -6, 45),
        ("hold-release", 0, 45),
        ("expiry", -14, 50),
    ]
    assert books.show_at(47) == Standing(available=44, expiring=books.show_at(47).expiring)
    assert books.show(60) == Standing(available=30)
    assert books.findings == []


def test_no_capture_takes_effect_before_its_hold_was_made() -> None:
    books = a_hold()
    assert books.capture(3, 25, at=7, now=12).effective_at == 10
    assert books.show_at(9).available == 50


def test_to_redeem_at_once_leaves_a_hold_behind_too() -> None:
    books = Bookkeeper()
    books.buy(grant(30, available_at=5), at=5)
    entry = books.redeem(10, at=6)
    assert books.kinds() == [("accrual", 30), ("hold", 0), ("redemption", -10)]
    assert entry.hold == 2
    assert books.holds[2].status is HoldStatus.CAPTURED


def test_a_later_command_of_the_batch_sees_the_captured_hold() -> None:
    books = a_hold()
    account = Draft(books.state).account
    first = Draft(account)
    occasion = Occasion(12, 2000, 12)
    hold = post_hold(first, "points", 5, occasion, until=None)
    first.commit()
    second = Draft(account)
    post_capture(second, hold, 5, occasion)
    second.commit()
    with pytest.raises(HoldResolved):
        post_capture(Draft(account), hold, 5, occasion)
