"""What an account shows, as of any instant and as it was known at any time."""

from __future__ import annotations

from dataclasses import replace

from loyalty_engine.ledger.balance import Expiring, Standing, balance_at, balance_now
from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.entry import Bucket, EntryKind
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
    draft = Draft(replace(books.state, lots=dict(books.lots), balances=dict(books.balances)))
    for at, source, target, points in (
        (6, Bucket.AVAILABLE, Bucket.HELD, 15),
        (8, Bucket.HELD, Bucket.OUT, 10),
        (9, Bucket.HELD, Bucket.AVAILABLE, 2),
    ):
        draft.post(
            EntryKind.ADJUSTMENT,
            "points",
            -points if target is Bucket.OUT else 0,
            effective_at=at,
            counts_at=at,
            recorded_at=2000 + at,
            moves=[Movement(1, source, target, points)],
        )
    entries = [*books.entries, *draft.entries]
    shown = [balance_at(entries, draft.allocations, at, 9999)["points"] for at in (5, 6, 8, 9, 50)]
    assert [(standing.available, standing.held) for standing in shown] == [
        (40, 0),
        (25, 15),
        (25, 5),
        (27, 3),
        (0, 3),
    ]
    for at, standing in ((9, shown[3]), (50, shown[4])):
        assert balance_now(draft.lots.values(), (), draft.balances, at)["points"] == standing


def test_currencies_are_told_apart() -> None:
    books = Bookkeeper(POINTS, CurrencyTerms("credits", mirrors="points"))
    books.buy(grant(40, available_at=15), at=5)
    books.adjust(-7, at=6)
    assert books.standings(6) == {
        "points": Standing(pending=40, deficit=7),
        "credits": Standing(pending=40),
    }
    assert books.show_at(6, currency="credits") == Standing(pending=40)
