"""What an account shows, as of any instant and as it was known at any time."""

from __future__ import annotations

from loyalty_engine.ledger.standing import Expiring, Standing
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.unit.ledger.bookkeeper import POINTS, Bookkeeper, grant


def test_an_empty_account_shows_nothing() -> None:
    books = Bookkeeper()
    assert books.standings(10) == {}
    assert books.show_at(10) == Standing()


def test_lot_lives_are_judged_at_the_instant_asked_for() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=15, expires_at=50), at=5)
    books.post_due(100)
    assert [books.show_at(at) for at in (4, 5, 14, 15, 49, 50)] == [
        Standing(),
        Standing(pending=40),
        Standing(pending=40),
        Standing(available=40, expiring=(Expiring(50, 40),)),
        Standing(available=40, expiring=(Expiring(50, 40),)),
        Standing(),
    ]


def test_expiring_points_are_summed_by_instant_soonest_first() -> None:
    books = Bookkeeper()
    books.buy(
        grant(1, available_at=5, expires_at=90),
        grant(2, available_at=5),
        grant(4, available_at=5, expires_at=50),
        grant(8, available_at=5, expires_at=90),
        grant(16, available_at=30, expires_at=90),
        at=5,
    )
    assert books.show(5) == Standing(available=15, pending=16, expiring=(Expiring(50, 4), Expiring(90, 9)))
    assert books.show_at(5) == books.show(5)


def test_as_known_before_a_late_activity_arrived() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=5), at=5)
    known_then = books.recorded_at
    books.buy(grant(2, available_at=6), at=6, now=30)
    assert books.show_at(10, known_then).available == 40
    assert books.show_at(10).available == 42


def test_a_late_debit_lowers_what_was_available_though_it_drew_on_a_later_lot() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(40, available_at=5), at=5)
    books.adjust(-40, at=6)
    books.buy(grant(25, available_at=7, expires_at=9), at=7)
    books.buy(grant(30, available_at=10), at=10)
    books.give_back(purchase, at=8, now=11)  # draws 30 of the lot of instant 10, and owes 10
    assert books.show(11) == Standing(deficit=10)
    assert books.show_at(8) == Standing(deficit=15)  # 25 were there at instant 8, and 40 are taken
    assert books.show_at(7) == Standing(available=25, expiring=(Expiring(9, 25),))


def test_what_a_debt_takes_is_taken_from_the_soonest_expiry() -> None:
    books = Bookkeeper()
    books.buy(grant(10, available_at=5, expires_at=50), grant(10, available_at=5, expires_at=60), at=5)
    books.buy(grant(10, available_at=9), at=9)
    books.adjust(-20, at=9)
    books.buy(grant(4, available_at=20), at=20)
    books.adjust(-14, at=6, now=20)
    assert books.show_at(7) == Standing(available=6, expiring=(Expiring(60, 6),))


def test_an_absorption_by_a_late_credit_is_no_deficit_before_the_debit() -> None:
    books = Bookkeeper()
    books.adjust(-30, at=10)
    books.buy(grant(100, available_at=5), at=5, now=12)
    assert books.show_at(7) == Standing(available=100)
    assert books.show_at(11) == Standing(available=70)


def test_what_a_late_credit_paid_off_lived_and_died_with_its_lot_before_there_was_a_debt() -> None:
    books = Bookkeeper()
    books.adjust(-30, at=60)
    books.buy(grant(20, available_at=5, expires_at=50), at=5, now=70)
    assert books.show(70) == books.show_at(70) == Standing(deficit=10)
    assert books.show_at(49) == Standing(available=20, expiring=(Expiring(50, 20),))
    assert books.show_at(50) == Standing()


def test_a_release_that_nobody_posted_pays_off_a_deficit_before_the_lot_dies() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=15, expires_at=20), at=5)
    books.adjust(-30, at=10)
    assert books.show(16) == Standing(available=10, expiring=(Expiring(20, 10),))
    assert books.show(20) == books.show_at(20) == Standing()
    before = books.show(25)
    books.post_due(25)
    assert books.show(25) == before == books.show_at(25)


def test_held_points_are_neither_available_nor_gone_and_outlive_their_lot() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=5, expires_at=50), at=5)
    first = books.reserve(15, at=6)
    books.reserve(3, at=7)
    books.capture(first.number, 10, at=8)
    shown = [books.show_at(at) for at in (5, 6, 7, 8, 50)]
    assert [(standing.available, standing.held) for standing in shown] == [
        (40, 0),
        (25, 15),
        (22, 18),
        (27, 3),
        (0, 3),
    ]
    assert books.show(8) == shown[3]
    assert books.show(50) == shown[4]


def test_a_hold_shows_as_held_until_its_time_out_whatever_is_posted() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=5), grant(10, available_at=5, expires_at=20), at=5)
    books.reserve(25, at=6, until=30)
    for posted in (False, True):
        if posted:
            books.post_due(60)
        shown = [books.show_at(at) for at in (6, 20, 29, 30)]
        assert [(standing.available, standing.held) for standing in shown] == [
            (25, 25),
            (25, 25),
            (25, 25),
            (40, 0),
        ]


def test_a_capture_that_was_not_yet_known_leaves_the_hold_to_its_time_out() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=5), at=5)
    hold = books.reserve(25, at=6, until=30)
    known_at = books.recorded_at
    books.capture(hold.number, 25, at=10)
    assert [books.show_at(at).available for at in (9, 10, 40)] == [15, 15, 15]
    assert [books.show_at(at, known_at).available for at in (9, 10, 40)] == [15, 15, 40]


def test_ends_of_holds_and_releases_that_nobody_posted_pay_off_a_deficit_in_their_order() -> None:
    books = Bookkeeper()
    books.buy(grant(20, available_at=5), grant(20, available_at=25, expires_at=35), at=5)
    books.reserve(20, at=6, until=20)
    books.adjust(-30, at=7)
    assert [books.show(at)[:4] for at in (19, 20, 25, 35)] == [
        (0, 20, 20, 30),
        (0, 20, 0, 10),
        (10, 0, 0, 0),
        (0, 0, 0, 0),
    ]
    assert [books.show_at(at) for at in (19, 20, 25, 35)] == [books.show(at) for at in (19, 20, 25, 35)]


def test_points_are_not_spent_before_they_came_in() -> None:
    """A purchase of instant 6 is recorded at 10, and paid with what came in at 8."""
    books = Bookkeeper()
    books.buy(grant(40, available_at=8), at=8)
    books.redeem(25, at=6, now=10)
    assert books.show_at(7) == Standing()
    assert [entry.effective_at for entry in books.entries] == [8, 8, 8]
    assert books.show_at(8) == books.show(10) == Standing(available=15)


def test_currencies_are_told_apart() -> None:
    books = Bookkeeper(POINTS, CurrencyTerms("credits", mirrors="points"))
    books.buy(grant(40, available_at=15), at=5)
    books.adjust(-7, at=6)
    assert books.standings(6) == {
        "points": Standing(pending=40, deficit=7),
        "credits": Standing(pending=40),
    }
    assert books.show_at(6, currency="credits") == Standing(pending=40)
