"""Every entry has another side, and together they sum to zero."""

from __future__ import annotations

from loyalty_engine.ledger.contra import CONTRA_ACCOUNTS, MEMBERS, contra, trial_balance
from loyalty_engine.ledger.entry import EntryKind
from tests.unit.ledger.bookkeeper import Bookkeeper, grant


def a_ledger() -> Bookkeeper:
    books = Bookkeeper()
    purchase = books.buy(grant(40, available_at=15, expires_at=50), grant(10, available_at=5), at=5)
    books.adjust(-60, at=20)
    books.adjust(30, at=21)
    books.give_back(purchase, at=22)
    books.buy(grant(90, available_at=23, expires_at=24), at=23)
    books.post_due(99)
    books.adjust(40, at=100)
    redemption = books.redeem(15, at=101)
    books.restore(redemption.seq, 5, at=102)
    books.release(books.reserve(8, at=103).number, at=104)
    return books


def test_every_kind_of_entry_has_a_contra_account() -> None:
    assert set(CONTRA_ACCOUNTS) == set(EntryKind)


def test_an_entry_and_its_contra_sum_to_zero() -> None:
    books = a_ledger()
    assert {entry.kind for entry in books.entries} == {str(kind) for kind in EntryKind}
    assert all(entry.points + contra(entry).points == 0 for entry in books.entries)


def test_the_trial_balance_shows_where_points_came_from_and_went() -> None:
    books = a_ledger()
    sums = trial_balance(books.entries)
    assert sums == {
        (MEMBERS, "points"): 30,
        ("issuance", "points"): -140,
        ("adjustments", "points"): -10,
        ("returns", "points"): 50,
        ("expiry", "points"): 60,
        ("redemption", "points"): 10,
    }
    assert sum(sums.values()) == 0
