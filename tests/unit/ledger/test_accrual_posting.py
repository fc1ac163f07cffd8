"""Awards become entries and lots, credits mirror them, late ones arrive as time has left them."""

from __future__ import annotations

from loyalty_engine.ledger.account import Account, RecordedAward
from loyalty_engine.ledger.accrual_posting import post_awards
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.standing import Expiring, Standing
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.unit.ledger.bookkeeper import POINTS, Bookkeeper, grant, lives

CREDITS = CurrencyTerms("credits", mirrors="points", expiry=lives(365))


def test_each_award_is_one_entry_and_one_lot() -> None:
    books = Bookkeeper()
    books.buy(grant(284, available_at=10), grant(142, rule="gold", available_at=10, expires_at=700), at=10)
    assert [(e.seq, e.kind, e.rule, e.points, e.balance_after) for e in books.entries] == [
        (1, "accrual", "base", 284, 284),
        (2, "accrual", "gold", 142, 426),
    ]
    assert [(lot.number, lot.original, lot.available, lot.expires_at) for lot in books.shelf.lots] == [
        (1, 284, 284, None),
        (2, 142, 142, 700),
    ]
    assert books.show(10) == Standing(available=426, expiring=(Expiring(700, 142),))


def test_an_entry_carries_what_it_came_from() -> None:
    draft = Draft(Account(7))
    awards = [grant(10, weights=[("1", 3), ("2", 1)], available_at=5)]
    post_awards(draft, awards, [POINTS], Occasion(6, 100, 5, 1, 3, "till", "req-9"))
    (entry,) = draft.entries
    assert (entry.activity, entry.rulebook, entry.rule, entry.basis) == (1, 3, "base", 100)
    assert (entry.actor, entry.request) == ("till", "req-9")
    assert (entry.effective_at, entry.counts_at, entry.recorded_at) == (5, 5, 100)
    assert draft.awards == [RecordedAward(1, (("1", 3), ("2", 1)))]


def test_an_award_with_no_basis_in_money_stores_none() -> None:
    draft = Draft(Account(7))
    post_awards(draft, [grant(10)._replace(basis=0)], [POINTS], Occasion(6, 100, 5))
    assert draft.entries[0].basis is None


def test_pending_points_are_not_spendable_until_their_instant() -> None:
    books = Bookkeeper()
    books.buy(grant(100, available_at=24), at=10)
    assert books.show(23) == Standing(pending=100)
    assert books.show(24) == Standing(available=100)


def test_each_award_of_points_grants_as_many_credits_with_their_own_life() -> None:
    books = Bookkeeper(POINTS, CREDITS)
    books.buy(grant(30, available_at=24, expires_at=50), grant(5, rule="gold", available_at=24), at=10)
    assert [
        (e.seq, e.currency, e.points, e.mirrors, e.available_at, e.expires_at) for e in books.entries
    ] == [
        (1, "points", 30, None, 24, 50),
        (2, "credits", 30, 1, 24, 375),
        (3, "points", 5, None, 24, None),
        (4, "credits", 5, 3, 24, 375),
    ]
    assert {e.rule for e in books.entries[1::2]} == {"base", "gold"}
    assert books.show(20, "credits") == Standing(pending=35)
    assert books.show(24, "credits") == Standing(available=35, expiring=(Expiring(375, 35),))


def test_an_award_of_credits_is_not_mirrored() -> None:
    books = Bookkeeper(POINTS, CREDITS)
    books.buy(grant(30, currency="credits", available_at=10), at=10)
    assert [(e.currency, e.points) for e in books.entries] == [("credits", 30)]


def test_available_points_pay_off_a_deficit_at_once() -> None:
    books = Bookkeeper()
    books.adjust(-30, at=1)
    books.buy(grant(20, available_at=5), grant(25, rule="gold", available_at=5), at=5)
    assert books.kinds() == [
        ("adjustment", -30),
        ("accrual", 20),
        ("absorption", 0),
        ("accrual", 25),
        ("absorption", 0),
    ]
    assert [e.balance_after for e in books.entries] == [-30, -10, -10, 15, 15]
    assert books.show(5) == Standing(available=15)


def test_pending_points_leave_a_deficit_alone_until_they_are_released() -> None:
    books = Bookkeeper()
    books.adjust(-30, at=1)
    books.buy(grant(50, available_at=9), at=5)
    assert books.show(5) == Standing(pending=50, deficit=30)
    assert books.show(9) == Standing(available=20)


def test_a_late_activity_whose_pending_is_over_arrives_released() -> None:
    books = Bookkeeper()
    books.buy(grant(50, available_at=9), at=5, now=20)
    assert [(e.kind, e.effective_at) for e in books.entries] == [("accrual", 5), ("release", 9)]
    assert books.show(20) == Standing(available=50)
    assert books.show_at(7) == Standing(pending=50)
    assert books.show_at(4) == Standing()


def test_a_late_activity_whose_points_would_have_expired_arrives_dead() -> None:
    books = Bookkeeper(POINTS, CREDITS)
    books.buy(grant(50, available_at=9, expires_at=15), at=5, now=20)
    assert [(e.currency, e.kind, e.points, e.effective_at) for e in books.entries] == [
        ("points", "accrual", 50, 5),
        ("credits", "accrual", 50, 5),
        ("points", "release", 0, 9),
        ("credits", "release", 0, 9),
        ("points", "expiry", -50, 15),
    ]
    assert books.show(20) == Standing()
    assert books.show_at(14) == Standing(available=50, expiring=(Expiring(15, 50),))


def test_a_late_credit_pays_off_a_deficit_before_it_dies() -> None:
    books = Bookkeeper()
    books.adjust(-30, at=18)
    books.buy(grant(50, available_at=5, expires_at=15), at=5, now=20)
    assert books.kinds() == [("adjustment", -30), ("accrual", 50), ("absorption", 0), ("expiry", -20)]
    assert books.show(20) == Standing()


def test_an_activity_dated_ahead_of_the_clock_is_pending_until_its_date() -> None:
    books = Bookkeeper()
    books.buy(grant(50, available_at=30), at=30, now=20)
    (entry,) = books.entries
    assert (entry.effective_at, entry.counts_at) == (20, 30)
    assert books.show(20) == Standing(pending=50)
    assert books.show(30) == Standing(available=50)


def test_no_awards_no_entries() -> None:
    books = Bookkeeper(POINTS, CREDITS)
    books.buy(at=5)
    assert books.entries == []
    assert books.state.activities == 1


def test_awards_count_at_the_date_of_the_activity_from_when_their_points_are_available() -> None:
    books = Bookkeeper(POINTS, CREDITS)
    books.buy(grant(40, available_at=15), grant(7, available_at=5), at=5, now=9)
    assert books.credits == {
        ("points", 5, 15): 40,
        ("credits", 5, 15): 40,
        ("points", 5, 5): 7,
        ("credits", 5, 5): 7,
    }
