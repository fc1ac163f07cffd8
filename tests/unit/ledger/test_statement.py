"""A statement lists every movement with its running balance."""

from __future__ import annotations

from loyalty_engine.ledger.entry import Allocation, parse_entry_id
from loyalty_engine.ledger.statement import LotOpened, statement
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.unit.ledger.bookkeeper import POINTS, Bookkeeper, grant


def a_ledger() -> Bookkeeper:
    books = Bookkeeper(POINTS, CurrencyTerms("credits", mirrors="points"))
    books.buy(grant(40, available_at=15, expires_at=50), at=5)
    books.adjust(-10, at=20)
    return books


def test_rows_come_by_sequence_with_running_balance_and_lots() -> None:
    books = a_ledger()
    rows = statement(books.entries[::-1], books.allocations)
    assert [(row.entry.currency, row.entry.kind, row.entry.points, row.balance) for row in rows] == [
        ("points", "accrual", 40, 40),
        ("credits", "accrual", 40, 40),
        ("points", "release", 0, 40),
        ("credits", "release", 0, 40),
        ("points", "adjustment", -10, 30),
    ]
    assert rows[0].opened == LotOpened(1, 40, 15, 50)
    assert rows[0].moved == ()
    assert rows[-1].opened is None
    assert rows[-1].moved == (Allocation(7, 5, 1, "available", "out", 10),)


def test_holds_and_redemptions_show_which_lots_they_moved_points_of() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=5), at=5)
    books.capture(books.reserve(30, at=6, until=50).number, 20, at=7)
    rows = statement(books.entries, books.allocations)[1:]
    assert [(row.entry.kind, row.entry.points, row.balance) for row in rows] == [
        ("hold", 0, 40),
        ("redemption", -20, 20),
        ("hold-release", 0, 20),
    ]
    assert [move[2:] for row in rows for move in row.moved] == [
        (1, "available", "held", 30),
        (1, "held", "out", 20),
        (1, "held", "available", 10),
    ]
    assert [row.opened for row in rows] == [None, None, None]


def test_one_currency_alone_keeps_the_names_of_its_entries() -> None:
    books = a_ledger()
    rows = statement(books.entries, books.allocations, "points")
    assert [row.id for row in rows] == ["0000000007-00000001", "0000000007-00000003", "0000000007-00000005"]
    assert [parse_entry_id(row.id) for row in rows] == [(7, 1), (7, 3), (7, 5)]
