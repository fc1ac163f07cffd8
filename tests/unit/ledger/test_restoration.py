"""A redemption is undone: its points go back to the lots they came from, or come anew."""

from __future__ import annotations

import pytest

from loyalty_engine.errors import InvalidCommand, OverReturn
from loyalty_engine.ledger.account import Account
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.restoration import post_restoration
from loyalty_engine.ledger.standing import Expiring, Standing
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.unit.ledger.bookkeeper import Bookkeeper, grant, lives

MORTAL = CurrencyTerms("points", expiry=lives(100))


def a_redemption(points: int = 25) -> Bookkeeper:
    """Of 30 points that never die (lot 1) and 20 that do (lot 2), so many are spent by entry 4."""
    books = Bookkeeper(MORTAL)
    books.buy(grant(30, available_at=5), grant(20, available_at=5, expires_at=50), at=5)
    books.redeem(points, at=10, worth=88)
    return books


def given_back(books: Bookkeeper) -> list[tuple[int, int]]:
    """(lot, points) of everything that came back."""
    return [(move.lot, move.points) for move in books.allocations if move.source == "out"]


def after(books: Bookkeeper, seq: int) -> list[tuple[str, int, int]]:
    """Kind, points and instant of each entry after one."""
    return [(entry.kind, entry.points, entry.effective_at) for entry in books.entries[seq:]]


def test_everything_goes_back_where_it_came_from() -> None:
    books = a_redemption()
    entry = books.restore(4, 25, at=12)
    assert after(books, 4) == [("restoration", 25, 12)]
    assert given_back(books) == [(1, 5), (2, 20)]
    assert books.show(12) == books.show_at(12) == Standing(available=50, expiring=(Expiring(50, 20),))
    assert (entry.reverses, entry.reversed_points, entry.available_at, entry.hold) == (4, 25, None, None)
    assert books.findings == []


def test_a_part_goes_to_the_lot_that_lives_longest() -> None:
    books = a_redemption()
    books.restore(4, 7, at=12)
    assert given_back(books) == [(1, 5), (2, 2)]
    assert books.show(12) == Standing(available=32, expiring=(Expiring(50, 2),))
    assert books.findings == []


def test_parts_add_up_to_everything_and_no_lot_gets_more_than_it_gave() -> None:
    books = a_redemption()
    for points in (3, 4, 18):
        books.restore(4, points, at=12)
    assert given_back(books) == [(1, 3), (1, 2), (2, 2), (2, 18)]
    assert books.show(12).available == 50
    assert books.findings == []


def test_more_than_is_left_of_it_is_refused() -> None:
    books = a_redemption()
    books.restore(4, 20, at=12)
    before = books.shelf
    with pytest.raises(OverReturn) as refusal:
        books.restore(4, 6, at=13)
    assert refusal.value.parameters == {"points": 6, "left": 5}
    assert books.shelf == before


@pytest.mark.parametrize("points", [0, -2])
def test_a_restoration_needs_points(points: int) -> None:
    with pytest.raises(InvalidCommand):
        a_redemption().restore(4, points, at=12)


def test_points_of_a_lot_that_has_died_come_back_and_die_at_once() -> None:
    books = a_redemption()
    books.restore(4, 25, at=60)
    assert after(books, 4) == [("restoration", 25, 60), ("expiry", -20, 60)]
    assert books.show(60) == books.show_at(60) == Standing(available=30)
    assert books.findings == []


def test_only_what_comes_back_alive_pays_off_a_deficit() -> None:
    books = a_redemption(50)
    books.adjust(-12, at=11)
    books.restore(4, 40, at=60)
    assert after(books, 5) == [("restoration", 40, 60), ("expiry", -10, 60), ("absorption", 0, 60)]
    assert books.show(60) == Standing(available=18)
    assert books.findings == []


def test_an_emptied_lot_is_open_again_and_expires_in_its_time() -> None:
    books = Bookkeeper()
    books.buy(grant(20, available_at=5, expires_at=50), at=5)
    books.redeem(20, at=10)
    books.restore(3, 20, at=12)
    assert books.lots[1].available == 20
    books.post_due(50)
    assert after(books, 3) == [("restoration", 20, 12), ("expiry", -20, 50)]
    assert books.findings == []


def test_reissued_points_are_a_new_lot_that_lives_from_now() -> None:
    books = a_redemption()
    entry = books.restore(4, 25, at=60, reissue=True)
    assert (entry.available_at, entry.expires_at, entry.reverses) == (60, 160, 4)
    assert given_back(books) == []
    assert books.lots[5].available == 25
    assert books.show(60) == Standing(available=50, expiring=(Expiring(160, 25),))
    assert books.findings == []


def test_reissued_points_pay_off_a_deficit_too() -> None:
    books = a_redemption(50)
    books.adjust(-12, at=11)
    books.restore(4, 40, at=60, reissue=True)
    assert after(books, 5) == [("restoration", 40, 60), ("absorption", 0, 60)]
    assert books.show(60).available == 28
    assert books.findings == []


def test_what_was_reissued_does_not_go_back_to_its_lot_as_well() -> None:
    """Lot 1 lives longest, so its 5 points are the first to come back, in whichever way."""
    books = a_redemption()
    books.restore(4, 8, at=12, reissue=True)
    books.restore(4, 17, at=13)
    assert given_back(books) == [(2, 17)]
    assert books.findings == []


def test_a_return_that_is_recorded_late_restores_when_it_happened() -> None:
    """What lived then and has died since died at its own instant."""
    books = a_redemption()
    books.restore(4, 25, at=45, now=60)
    assert after(books, 4) == [("restoration", 25, 45), ("expiry", -20, 50)]
    assert books.show_at(47).available == 50
    assert books.findings == []


def test_reissued_late_and_short_lived_points_are_dead_on_arrival() -> None:
    books = a_redemption()
    books.restore(4, 25, at=12, now=200, reissue=True)
    assert after(books, 4) == [("restoration", 25, 12), ("expiry", -25, 112)]
    assert books.findings == []


def test_nothing_comes_back_before_it_was_spent() -> None:
    books = a_redemption()
    assert books.restore(4, 25, at=6, now=12).effective_at == 10


def test_a_restoration_names_the_reward_and_carries_who_asked() -> None:
    books = Bookkeeper()
    books.buy(grant(30, available_at=5), at=5)
    books.reserve(30, at=6, reward="voucher")
    books.capture(2, 30, at=7)
    payment = books.payments[3]
    account = Account(7, seq=3, balances=dict(books.balances), emptied={1: books.lots[1]})
    draft = Draft(account)
    occasion = Occasion(8, 2000, 8, activity=5, rulebook=9, actor="anna", request="desk-1")
    entry = post_restoration(draft, payment, 30, occasion, None)
    assert (entry.rule, entry.rulebook, entry.basis) == ("voucher", None, None)
    assert (entry.activity, entry.actor, entry.request) == (5, "anna", "desk-1")
    assert payment.restored == []  # it holds when the command is accepted, not before
    assert payment.left == 30


def test_a_later_command_of_the_batch_restores_a_lot_that_this_one_emptied() -> None:
    books = a_redemption(50)
    account = Account(7, seq=4, balances=dict(books.balances))
    account.put(books.lots[1])
    account.put(books.lots[2])
    assert account.lots == {}
    draft = Draft(account)
    post_restoration(draft, books.payments[4], 50, Occasion(12, 2000, 12), None)
    draft.commit()
    assert {number: lot.available for number, lot in account.lots.items()} == {1: 30, 2: 20}
    assert account.emptied == {}


def test_restored_points_that_died_count_as_expired_when_their_purchase_comes_back() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(20, available_at=5, expires_at=50), at=5)
    books.buy(grant(30, available_at=6), at=6)
    books.redeem(20, at=10)
    books.restore(4, 20, at=60)
    books.give_back(purchase, at=61)
    assert books.show(61) == Standing(available=30)
