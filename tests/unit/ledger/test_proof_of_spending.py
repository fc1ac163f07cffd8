"""The proof of holds, redemptions and restorations finds what a careful forger would write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from loyalty_engine.ledger.digest import chained_digest
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.proof import verify
from tests.unit.ledger.bookkeeper import Bookkeeper, Shelf, grant
from tests.unit.ledger.example_ledger import COUNTING, LEDGER, altered

OTHERS: dict[str, list[Any]] = {
    "status": [HoldStatus.RELEASED, HoldStatus.OPEN],
    "lots": [((1, 1),), ()],
}


def tampered_holds() -> Iterator[tuple[str, Shelf]]:
    for number, hold in LEDGER.holds.items():
        for column in fields(Hold):
            value = getattr(hold, column.name)
            for other in OTHERS.get(column.name) or altered(value):
                if other != value:
                    rows = {**LEDGER.holds, number: replace(hold, **{column.name: other})}
                    yield f"hold {number} {column.name} {other}", LEDGER._replace(holds=rows)
        rest = {other: kept for other, kept in LEDGER.holds.items() if other != number}
        yield f"no hold {number}", LEDGER._replace(holds=rest)
        yield f"a hold more than {number}", LEDGER._replace(holds={**LEDGER.holds, 999: hold})


def tampered_credits() -> Iterator[tuple[str, Shelf]]:
    for key, points in LEDGER.credits.items():
        for other in (points + 1, -points, 0):
            if other != points:
                yield f"credits {key} {other}", LEDGER._replace(credits={**LEDGER.credits, key: other})
        moved = (key[0], key[1], key[2] + 1)
        rows = {kept: there for kept, there in LEDGER.credits.items() if kept != key}
        if points:
            yield f"credits {key} moved", LEDGER._replace(credits={**rows, moved: points})
    yield "credits more", LEDGER._replace(credits={**LEDGER.credits, ("points", 1, 1): 1})


@pytest.mark.parametrize("tampering", [tampered_holds, tampered_credits])
def test_whatever_is_altered_missing_or_added_is_found(tampering: object) -> None:
    assert callable(tampering)
    cases = list(tampering())
    assert len(cases) > 20
    assert [place for place, shelf in cases if not verify(shelf, COUNTING)] == []


def test_credits_of_a_currency_that_does_not_count_are_not_compared() -> None:
    shelf = LEDGER._replace(credits={("points", 1, 1): 1})
    assert verify(shelf) == []
    assert {finding.code for finding in verify(shelf, {"points"})} == {"credits-differ"}


def two_lots() -> Bookkeeper:
    """30 points that never die (lot 1), and 20 that do (lot 2)."""
    books = Bookkeeper()
    books.buy(grant(30, available_at=5), grant(20, available_at=5, expires_at=50), at=5)
    return books


def codes(books: Bookkeeper, entries: list[Entry], moves: list[Allocation]) -> set[str]:
    """What the proof finds once the running balance and the digests are put right."""
    digest, total, done = 0, 0, []
    for entry in entries:
        total += entry.points
        new = entry._replace(balance_after=total)
        own = sorted((m.lot, m.source, m.target, m.points) for m in moves if m.seq == entry.seq)
        digest = chained_digest(digest, new[:-1], own)
        done.append(new._replace(digest=digest))
    head = replace(books.shelf.account, seq=len(done), digest=digest, recorded_at=done[-1].recorded_at)
    shelf: Shelf = books.shelf._replace(account=head, entries=tuple(done), allocations=tuple(moves))
    return {finding.code for finding in verify(shelf)}


def codes_when(books: Bookkeeper, seq: int, **columns: Any) -> set[str]:
    """What is found when the allocations of an entry are altered."""
    moves = [move._replace(**columns) if move.seq == seq else move for move in books.allocations]
    return codes(books, books.entries, moves)


def codes_without_last(books: Bookkeeper) -> set[str]:
    """What is found when the journal ends one entry earlier."""
    moves = [move for move in books.allocations if move.seq < len(books.entries)]
    return codes(books, books.entries[:-1], moves)


def test_an_unaltered_journal_leaves_nothing_to_find() -> None:
    books = two_lots()
    books.redeem(25, at=10)
    assert codes(books, books.entries, books.allocations) == set()


def test_a_hold_that_takes_the_wrong_lot_first_is_found() -> None:
    books = two_lots()
    books.reserve(10, at=10)
    assert "order-of-consumption" in codes_when(books, 3, lot=1)


def test_a_hold_that_takes_points_out_or_of_an_unknown_lot_is_found() -> None:
    books = two_lots()
    books.reserve(10, at=10)
    assert "entry-law" in codes_when(books, 3, target="out")
    assert "lot-unknown" in codes_when(books, 3, lot=9)


def test_a_hold_of_points_that_were_not_there_is_found() -> None:
    books = Bookkeeper()
    books.buy(grant(30, available_at=8), at=5)
    books.reserve(10, at=10)
    early = [
        entry._replace(effective_at=7, counts_at=7) if entry.kind == "hold" else entry
        for entry in books.entries
    ]
    assert "entry-law" in codes(books, early, books.allocations)


def test_a_capture_of_more_than_the_hold_holds_of_a_lot_is_found() -> None:
    books = two_lots()
    books.reserve(30, at=10)
    books.reserve(10, at=10)
    books.capture(3, 30, at=11)
    moved = [
        move._replace(points=20 if move.lot == 1 else 10) if move.seq == 5 else move
        for move in books.allocations
    ]
    assert "hold-law" in codes(books, books.entries, moved)


def test_a_capture_that_leaves_what_dies_first_is_found() -> None:
    books = two_lots()
    books.reserve(40, at=10)
    books.capture(3, 20, at=11)
    assert "order-of-consumption" in codes_when(books, 4, lot=1)


def test_a_capture_that_keeps_the_rest_is_found() -> None:
    books = two_lots()
    books.reserve(25, at=10)
    books.capture(3, 20, at=11)
    assert "sequel-missing" in codes_without_last(books)


def test_a_second_capture_is_found() -> None:
    books = two_lots()
    books.reserve(20, at=10)
    books.capture(3, 20, at=11)
    again = books.entries[-1]._replace(seq=5)
    move = books.allocations[-1]._replace(seq=5)
    found = codes(books, [*books.entries, again], [*books.allocations, move])
    assert {"hold-law", "overdrawn"} <= found


def test_a_capture_after_the_time_out_is_found() -> None:
    books = two_lots()
    books.reserve(20, at=10, until=40)
    books.capture(3, 20, at=11)
    late = [*books.entries[:-1], books.entries[-1]._replace(effective_at=40, counts_at=40)]
    assert "entry-law" in codes(books, late, books.allocations)


def test_a_release_that_forgets_a_living_lot_is_found() -> None:
    books = two_lots()
    books.reserve(25, at=10)
    books.release(3, at=11)
    fewer = [move for move in books.allocations if (move.seq, move.lot) != (4, 1)]
    assert "entry-law" in codes(books, books.entries, fewer)


def test_a_release_that_frees_a_dead_lot_is_found() -> None:
    books = two_lots()
    books.reserve(20, at=10)
    books.release(3, at=60)
    freed = Allocation(7, 4, 2, "held", "available", 20)
    moves = [*books.allocations[:-1], freed, books.allocations[-1]._replace(source="available")]
    assert "entry-law" in codes(books, books.entries, moves)


def test_a_release_that_forgets_that_points_have_died_is_found() -> None:
    books = two_lots()
    books.reserve(20, at=10)
    books.release(3, at=60)
    assert books.kinds()[-1] == ("expiry", -20)
    assert "sequel-missing" in codes_without_last(books)


def test_points_of_a_dead_lot_that_die_later_than_their_hold_ends_are_found() -> None:
    books = two_lots()
    books.reserve(20, at=10)
    books.release(3, at=60)
    later = [*books.entries[:-1], books.entries[-1]._replace(effective_at=61, counts_at=61)]
    assert "entry-law" in codes(books, later, books.allocations)


def test_an_expiry_that_takes_held_points_of_an_open_hold_is_found() -> None:
    books = two_lots()
    books.reserve(10, at=10)
    books.post_due(60)
    assert "entry-law" in codes_when(books, 4, source="held")


def test_another_entry_between_a_hold_s_end_and_its_dead_points_is_found() -> None:
    books = two_lots()
    books.reserve(20, at=10)
    books.release(3, at=60)
    books.adjust(5, at=60)
    release, expiry, adjustment = books.entries[3:]
    swapped = [*books.entries[:4], adjustment._replace(seq=5), expiry._replace(seq=6)]
    moves = [move._replace(seq=6) if move.seq == 5 else move for move in books.allocations]
    assert release.kind == "hold-release"
    assert "sequel-missing" in codes(books, swapped, moves)


def test_a_restoration_to_a_lot_that_gave_nothing_or_less_is_found() -> None:
    books = two_lots()
    books.redeem(25, at=10)
    books.redeem(5, at=11)
    books.restore(6, 5, at=12)
    assert "restored-above-redeemed" in codes_when(books, 7, lot=2)
    assert "restored-above-redeemed" in codes_when(books, 7, points=6)


def test_a_restoration_that_prefers_what_dies_first_is_found() -> None:
    books = two_lots()
    books.redeem(25, at=10)
    books.restore(4, 5, at=11)
    assert "restoration-law" in codes_when(books, 5, lot=2)


def test_restored_points_of_a_dead_lot_that_live_on_are_found() -> None:
    books = two_lots()
    books.redeem(20, at=10)
    books.restore(4, 20, at=60)
    assert "sequel-missing" in codes_without_last(books)


def test_more_reissued_than_was_spent_is_found() -> None:
    books = two_lots()
    books.redeem(20, at=10)
    books.restore(4, 20, at=11, reissue=True)
    more = [*books.entries[:-1], books.entries[-1]._replace(points=21, reversed_points=21)]
    assert "restored-above-redeemed" in codes(books, more, books.allocations)


def test_a_reissued_lot_that_opens_later_is_found() -> None:
    books = two_lots()
    books.redeem(20, at=10)
    books.restore(4, 20, at=11, reissue=True)
    later = [*books.entries[:-1], books.entries[-1]._replace(available_at=12)]
    assert "entry-law" in codes(books, later, books.allocations)


def test_a_restoration_of_another_currency_is_found() -> None:
    books = two_lots()
    books.redeem(20, at=10)
    books.restore(4, 20, at=11)
    other = [*books.entries[:-1], books.entries[-1]._replace(currency="miles")]
    assert {"restoration-law", "lot-unknown"} <= codes(books, other, books.allocations)
