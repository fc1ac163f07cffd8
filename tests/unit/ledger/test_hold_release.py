"""A hold ends without a capture: living points are available again, dead ones die at last."""

from __future__ import annotations

import pytest

from loyalty_engine.errors import HoldResolved
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.hold import HoldStatus
from loyalty_engine.ledger.hold_release import HoldEnd, post_hold_release
from loyalty_engine.ledger.standing import Standing
from tests.unit.ledger.bookkeeper import Bookkeeper, grant


def a_hold(until: int | None = None) -> Bookkeeper:
    """30 points that never die (lot 1) and 20 that do (lot 2), all of them held by hold 3."""
    books = Bookkeeper()
    books.buy(grant(30, available_at=5), grant(20, available_at=5, expires_at=50), at=5)
    books.reserve(50, at=10, until=until)
    return books


def after(books: Bookkeeper, seq: int) -> list[tuple[str, int, int]]:
    """Kind, points and instant of each entry after one."""
    return [(entry.kind, entry.points, entry.effective_at) for entry in books.entries[seq:]]


def test_living_points_are_available_again_in_their_own_lots() -> None:
    books = a_hold()
    books.release(3, at=12)
    assert after(books, 3) == [("hold-release", 0, 12)]
    assert books.entries[-1].reason == "released"
    assert [(lot.available, lot.held) for lot in books.lots.values()] == [(30, 0), (20, 0)]
    assert books.show(12).available == 50
    assert books.findings == []


def test_a_released_hold_holds_nothing() -> None:
    books = a_hold()
    books.release(3, at=12)
    hold = books.holds[3]
    assert (hold.status, hold.lots, hold.captured, hold.points) == (HoldStatus.RELEASED, (), 0, 50)


def test_points_of_a_lot_that_has_died_die_when_the_hold_ends() -> None:
    books = a_hold()
    books.post_due(60)
    assert after(books, 3) == []
    books.release(3, at=60)
    assert after(books, 3) == [("hold-release", 0, 60), ("expiry", -20, 60)]
    assert [entry.hold for entry in books.entries[3:]] == [3, 3]
    assert books.show(60) == Standing(available=30)
    assert books.findings == []


def test_a_hold_of_nothing_but_dead_points_ends_by_an_entry_all_the_same() -> None:
    books = Bookkeeper()
    books.buy(grant(20, available_at=5, expires_at=50), at=5)
    books.reserve(20, at=10)
    books.release(2, at=50)
    assert after(books, 2) == [("hold-release", 0, 50), ("expiry", -20, 50)]
    assert [move.seq for move in books.allocations] == [2, 4]
    assert books.findings == []


def test_what_comes_back_pays_off_a_deficit_soonest_expiry_first_before_the_rest_dies() -> None:
    books = Bookkeeper()
    lots = [grant(10, available_at=5, expires_at=at) for at in (70, 60, 40)]
    books.buy(*lots, at=5)
    books.reserve(30, at=10)
    books.adjust(-15, at=11)
    books.release(4, at=50)
    assert after(books, 5) == [
        ("hold-release", 0, 50),
        ("absorption", 0, 50),
        ("absorption", 0, 50),
        ("expiry", -10, 50),
    ]
    absorbed = [move for move in books.allocations if move.seq in (7, 8)]
    assert [(move.lot, move.points) for move in absorbed] == [(2, 10), (1, 5)]
    assert books.show(50).available == 5
    assert books.findings == []


def test_dead_points_pay_off_no_deficit() -> None:
    books = Bookkeeper()
    books.buy(grant(20, available_at=5, expires_at=50), at=5)
    books.reserve(20, at=10)
    books.adjust(-15, at=11)
    books.release(2, at=60)
    assert books.show(60) == Standing(deficit=15)


def test_a_time_out_is_posted_at_its_own_instant_whenever_somebody_looks() -> None:
    books = a_hold(until=40)
    books.post_due(39)
    assert after(books, 3) == []
    books.adjust(5, at=45)
    assert after(books, 3) == [("hold-release", 0, 40), ("adjustment", 5, 45)]
    assert books.entries[3].reason == "timed out"
    assert books.holds[3].status is HoldStatus.TIMED_OUT


def test_a_read_does_not_need_the_time_out_to_be_posted() -> None:
    books = a_hold(until=40)
    assert books.show(39) == books.show_at(39) == Standing(held=50)
    assert books.show(40).available == books.show_at(40).available == 50
    assert books.kinds()[-1] == ("hold", 0)


def test_points_that_a_time_out_gives_back_may_expire_in_the_same_look() -> None:
    books = a_hold(until=40)
    assert books.show(60) == books.show_at(60) == Standing(available=30)
    books.post_due(60)
    assert after(books, 3) == [("hold-release", 0, 40), ("expiry", -20, 50)]
    assert [entry.hold for entry in books.entries[3:]] == [3, None]
    assert books.findings == []


def test_a_lot_that_dies_when_the_hold_times_out_is_dead_by_then() -> None:
    books = a_hold(until=50)
    books.post_due(50)
    assert after(books, 3) == [("hold-release", 0, 50), ("expiry", -20, 50)]
    assert books.entries[-1].hold == 3
    assert books.findings == []


@pytest.mark.parametrize(("policy", "left"), [(DeficitPolicy.ALLOW, 0), (DeficitPolicy.CLAMP, 30)])
def test_a_return_during_a_hold_is_paid_by_what_the_hold_gives_back(policy: DeficitPolicy, left: int) -> None:
    books = Bookkeeper(policy=policy)
    purchase = books.buy(grant(30, available_at=5), at=5)
    books.reserve(30, at=10, until=40)
    books.give_back(purchase, at=20)
    assert books.show(40) == books.show_at(40) == Standing(available=left)
    books.post_due(40)
    assert books.show(40) == Standing(available=left)
    assert books.findings == []


def test_a_hold_ends_once() -> None:
    books = a_hold()
    books.release(3, at=12)
    before = books.shelf
    with pytest.raises(HoldResolved) as refusal:
        books.release(3, at=13)
    assert refusal.value.parameters == {"hold": "0000000007-00000003", "status": "released", "captured": 0}
    assert books.shelf == before


def test_a_captured_hold_cannot_be_released() -> None:
    books = a_hold()
    books.capture(3, 50, at=12)
    with pytest.raises(HoldResolved):
        books.release(3, at=13)


def test_a_release_carries_who_asked() -> None:
    books = a_hold()
    draft = Draft(books.state)
    entry = post_hold_release(
        draft, books.holds[3], 12, 2000, HoldEnd.RELEASED, activity=9, actor="anna", request="desk-1"
    )
    assert (entry.activity, entry.actor, entry.request, entry.hold) == (9, "anna", "desk-1", 3)


def test_held_points_that_died_count_as_expired_when_their_purchase_comes_back() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(20, available_at=5, expires_at=50), at=5)
    books.buy(grant(30, available_at=6), at=6)
    books.reserve(20, at=10)
    books.release(3, at=60)
    books.give_back(purchase, at=61)
    assert books.show(61) == Standing(available=30)
