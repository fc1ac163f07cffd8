"""One account with every kind of entry, and holds and lots in every state, to be tampered with."""

from __future__ import annotations

from typing import Any

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.unit.ledger.bookkeeper import POINTS, Bookkeeper, Shelf, grant, lives


def a_ledger() -> Shelf:
    """An account of two currencies."""
    books = Bookkeeper(POINTS, CurrencyTerms("credits", mirrors="points", expiry=lives(365)))
    first = books.buy(grant(40, available_at=15, expires_at=50), grant(10, available_at=5), at=5)
    books.adjust(-60, at=20)
    books.adjust(30, at=21)
    books.give_back(first, ReturnLine("1", quantity=500), at=22)
    second = books.buy(grant(90, available_at=23, expires_at=60), grant(7, available_at=90), at=23)
    books.give_back(second, ReturnLine("1", quantity=100), at=24)
    books.adjust(-10, at=25)
    books.post_due(70)
    books.buy(grant(11, available_at=71), grant(12, available_at=71, expires_at=95), at=71)
    spend(books)
    return books.shelf


def spend(books: Bookkeeper) -> None:
    """Holds in every state, and a redemption that is undone in part, also after its lot has died."""
    books.adjust(50, at=72)
    captured = books.reserve(40, at=73, until=80, reward="voucher", worth=500)
    redemption = books.capture(captured.number, 15, at=74)
    books.restore(redemption.seq, 4, at=75)
    books.reserve(5, at=75, until=78)
    books.post_due(79)
    released = books.reserve(9, at=80)
    books.restore(redemption.seq, 6, at=96)
    books.release(released.number, at=97)
    books.reserve(8, at=98, until=300, reward="mug")
    books.reserve(3, at=99)


LEDGER = a_ledger()
COUNTING = ("points", "credits")


def altered(value: object) -> list[Any]:
    """Other values that a column could have held."""
    if value is None:
        return [1, "x"]
    if isinstance(value, str):
        return [value + "x", "", None]
    assert isinstance(value, int)
    return [value + 1, value - 1, -value - 1, None]
