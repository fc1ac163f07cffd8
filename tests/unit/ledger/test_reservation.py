"""Points are set aside: out of reach of everything but their own capture, and still the member's."""

from __future__ import annotations

import pytest

from loyalty_engine.errors import InsufficientPoints, InvalidCommand
from loyalty_engine.ledger.account import Account
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.entry import Allocation
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.reservation import post_hold
from loyalty_engine.ledger.standing import Expiring, Standing
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.unit.ledger.bookkeeper import POINTS, Bookkeeper, grant


def two_lots(policy: DeficitPolicy = DeficitPolicy.ALLOW) -> Bookkeeper:
    """30 points that never die (lot 1), and 20 that do (lot 2)."""
    books = Bookkeeper(policy=policy)
    books.buy(grant(30, available_at=5), grant(20, available_at=5, expires_at=50), at=5)
    return books


def test_points_move_from_available_to_held_in_order_of_consumption() -> None:
    books = two_lots()
    books.reserve(25, at=10)
    assert books.kinds()[-1] == ("hold", 0)
    assert books.allocations == [
        Allocation(7, 3, 1, "available", "held", 5),
        Allocation(7, 3, 2, "available", "held", 20),
    ]
    assert books.show(10) == books.show_at(10) == Standing(available=25, held=25)


def test_a_hold_is_what_its_entry_says() -> None:
    books = two_lots()
    hold = books.reserve(25, at=10, until=40, reward="voucher", worth=500)
    assert hold == Hold(
        number=3,
        currency="points",
        points=25,
        status=HoldStatus.OPEN,
        until=40,
        lots=((1, 5), (2, 20)),
        reward="voucher",
        worth=500,
        made_at=10,
    )
    assert books.holds == {3: hold}
    entry = books.entries[-1]
    assert (entry.seq, entry.effective_at, entry.counts_at, entry.expires_at) == (3, 10, 10, 40)
    assert (entry.rule, entry.basis, entry.hold, entry.available_at) == ("voucher", 500, None, None)


def test_a_hold_carries_who_asked_and_what_for() -> None:
    draft = Draft(two_lots().state)
    occasion = Occasion(10, 2000, 10, activity=4, rulebook=2, actor="anna", request="till-1")
    post_hold(draft, "points", 25, occasion, until=None)
    entry = draft.entries[-1]
    assert (entry.activity, entry.rulebook, entry.actor, entry.request) == (4, 2, "anna", "till-1")


@pytest.mark.parametrize("policy", DeficitPolicy)
def test_more_than_is_available_is_refused_whatever_the_policy(policy: DeficitPolicy) -> None:
    books = two_lots(policy)
    before = books.shelf
    with pytest.raises(InsufficientPoints) as refusal:
        books.reserve(51, at=10)
    assert refusal.value.parameters == {"currency": "points", "points": 51, "available": 50}
    assert books.shelf == before


def test_all_that_is_available_may_be_held_and_nothing_more() -> None:
    books = two_lots()
    books.reserve(50, at=10)
    with pytest.raises(InsufficientPoints):
        books.reserve(1, at=10)


def test_pending_points_and_other_currencies_cannot_be_held() -> None:
    books = Bookkeeper(POINTS, CurrencyTerms("credits", mirrors="points"))
    books.buy(grant(30, available_at=15), at=5)
    with pytest.raises(InsufficientPoints):
        books.reserve(1, at=14)
    books.reserve(30, at=15)
    assert books.show(15) == Standing(held=30)
    assert books.show(15, "credits") == Standing(available=30)


def test_what_is_due_is_posted_before_points_are_held() -> None:
    books = two_lots()
    with pytest.raises(InsufficientPoints) as refusal:
        books.reserve(31, at=50)
    assert refusal.value.parameters["available"] == 30


def test_no_debit_takes_held_points() -> None:
    books = two_lots()
    books.reserve(50, at=10)
    books.adjust(-5, at=11)
    assert books.show(11) == Standing(held=50, deficit=5)


def test_a_return_leaves_held_points_of_its_own_lot_alone() -> None:
    books = Bookkeeper()
    first = books.buy(grant(30, available_at=5), at=5)
    books.buy(grant(20, available_at=6), at=6)
    books.reserve(30, at=7)
    books.give_back(first, at=8)
    assert books.show(8) == Standing(held=30, deficit=10)
    assert books.findings == []


def test_held_points_do_not_show_as_expiring() -> None:
    books = two_lots()
    books.reserve(15, at=10)
    assert books.show(10).expiring == (Expiring(50, 5),)


@pytest.mark.parametrize("points", [0, -3])
def test_a_hold_needs_points(points: int) -> None:
    with pytest.raises(InvalidCommand):
        two_lots().reserve(points, at=10)


@pytest.mark.parametrize("until", [9, 10])
def test_a_hold_must_end_later_than_it_begins(until: int) -> None:
    books = two_lots()
    with pytest.raises(InvalidCommand):
        books.reserve(5, at=10, until=until)
    books.reserve(5, at=10, until=11)


def test_an_account_with_nothing_has_nothing_to_hold() -> None:
    with pytest.raises(InsufficientPoints):
        post_hold(Draft(Account(1)), "points", 1, Occasion(1, 1, 1), until=None)
