"""The proof finds whatever is altered, missing or added in the rows, and shares no code with posting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from loyalty_engine.ledger import proof
from loyalty_engine.ledger.account import Account, Balance
from loyalty_engine.ledger.digest import chained_digest
from loyalty_engine.ledger.entry import Allocation, Entry, EntryKind
from loyalty_engine.ledger.hold import HoldStatus
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.proof import verify
from tests.unit.ledger.bookkeeper import Bookkeeper, Shelf, grant
from tests.unit.ledger.example_ledger import COUNTING, LEDGER, altered

COLUMNS_OF_ACCOUNT = ("number", "seq", "digest", "recorded_at")


def tampered_entries() -> Iterator[tuple[str, Shelf]]:
    for index, entry in enumerate(LEDGER.entries):
        for column in Entry._fields:
            for value in altered(getattr(entry, column)):
                changed = entry._replace(**{column: value})
                rows = (*LEDGER.entries[:index], changed, *LEDGER.entries[index + 1 :])
                yield f"entry {entry.seq} {column} {value}", LEDGER._replace(entries=rows)


def tampered_allocations() -> Iterator[tuple[str, Shelf]]:
    for index, move in enumerate(LEDGER.allocations):
        for column in Allocation._fields:
            for value in altered(getattr(move, column)):
                changed = move._replace(**{column: value})
                rows = (*LEDGER.allocations[:index], changed, *LEDGER.allocations[index + 1 :])
                yield f"allocation {index} {column} {value}", LEDGER._replace(allocations=rows)


def tampered_lots() -> Iterator[tuple[str, Shelf]]:
    for index, lot in enumerate(LEDGER.lots):
        for column in fields(Lot):
            for value in altered(getattr(lot, column.name)):
                changed = replace(lot, **{column.name: value})
                rows = (*LEDGER.lots[:index], changed, *LEDGER.lots[index + 1 :])
                yield f"lot {lot.number} {column.name} {value}", LEDGER._replace(lots=rows)


def tampered_balances() -> Iterator[tuple[str, Shelf]]:
    for currency, balance in LEDGER.balances.items():
        for column in fields(Balance):
            for value in altered(getattr(balance, column.name)):
                changed = replace(balance, **{column.name: value})
                rows = {**LEDGER.balances, currency: changed}
                yield f"balance {currency} {column.name} {value}", LEDGER._replace(balances=rows)


def missing_and_added_rows() -> Iterator[tuple[str, Shelf]]:
    for name in ("entries", "allocations", "lots"):
        rows = getattr(LEDGER, name)
        for index in range(len(rows)):
            less: dict[str, Any] = {name: rows[:index] + rows[index + 1 :]}
            more: dict[str, Any] = {name: (*rows, rows[index])}
            yield f"{name} without {index}", LEDGER._replace(**less)
            yield f"{name} with {index} twice", LEDGER._replace(**more)
    for currency in LEDGER.balances:
        rest = {name: balance for name, balance in LEDGER.balances.items() if name != currency}
        yield f"no balance {currency}", LEDGER._replace(balances=rest)
    yield "a balance more", LEDGER._replace(balances={**LEDGER.balances, "miles": Balance()})
    extra = replace(LEDGER.lots[0], number=999)
    yield "a lot more", LEDGER._replace(lots=(*LEDGER.lots, extra))
    yield "nothing but the account", Shelf(LEDGER.account, (), (), (), {}, {}, {})
    yield (
        "two entries exchanged",
        LEDGER._replace(entries=(LEDGER.entries[1], LEDGER.entries[0], *LEDGER.entries[2:])),
    )


def tampered_account() -> Iterator[tuple[str, Shelf]]:
    for column in COLUMNS_OF_ACCOUNT:
        for value in (getattr(LEDGER.account, column) + 1, 0):
            changed: dict[str, Any] = {column: value}
            yield f"account {column}", LEDGER._replace(account=replace(LEDGER.account, **changed))
    fewer = replace(LEDGER.account, activities=1)
    yield "account activities", LEDGER._replace(account=fewer)


def test_the_untouched_ledger_is_proved_and_has_every_kind_of_entry() -> None:
    assert verify(LEDGER, COUNTING) == []
    assert {entry.kind for entry in LEDGER.entries} == {str(kind) for kind in EntryKind}
    assert {hold.status for hold in LEDGER.holds.values()} == set(HoldStatus)
    assert any(entry.hold for entry in LEDGER.entries if entry.kind == "expiry")
    assert len(LEDGER.allocations) > 8


@pytest.mark.parametrize(
    "tampering",
    [
        tampered_entries,
        tampered_allocations,
        tampered_lots,
        tampered_balances,
        missing_and_added_rows,
        tampered_account,
    ],
)
def test_whatever_is_altered_missing_or_added_is_found(tampering: object) -> None:
    assert callable(tampering)
    cases = list(tampering())
    assert len(cases) > 8
    assert [place for place, shelf in cases if not verify(shelf, COUNTING)] == []


def test_a_new_account_is_proved() -> None:
    assert verify(Shelf(Account(1), (), (), (), {}, {}, {})) == []


def rechained(*entries: Entry, moves: tuple[Allocation, ...] = LEDGER.allocations) -> Shelf:
    """The entries with sequence, running balance and digests put right, as a careful forger would."""
    digest = 0
    done: list[Entry] = []
    sums: dict[str, int] = {}
    for seq, entry in enumerate(entries, 1):
        sums[entry.currency] = sums.get(entry.currency, 0) + entry.points
        new = entry._replace(seq=seq, balance_after=sums[entry.currency])
        own = sorted((m.lot, m.source, m.target, m.points) for m in moves if m.seq == seq)
        digest = chained_digest(digest, new[:-1], own)
        done.append(new._replace(digest=digest))
    head = replace(LEDGER.account, seq=len(done), digest=digest)
    return LEDGER._replace(account=head, entries=tuple(done), allocations=moves)


def codes(shelf: Shelf) -> set[str]:
    return {finding.code for finding in verify(shelf)}


def test_rechaining_alone_leaves_nothing_to_find() -> None:
    assert verify(rechained(*LEDGER.entries)) == []


def forged(of_kind: str, columns: dict[str, Any]) -> Shelf:
    """The ledger with the first entry of a kind altered, and all digests put right."""
    index = next(i for i, entry in enumerate(LEDGER.entries) if entry.kind == of_kind)
    changed = LEDGER.entries[index]._replace(**columns)
    return rechained(*LEDGER.entries[:index], changed, *LEDGER.entries[index + 1 :])


@pytest.mark.parametrize(
    ("kind", "columns", "code"),
    [
        ("release", {"effective_at": 14}, "entry-law"),
        ("release", {"counts_at": 14}, "entry-law"),
        ("expiry", {"effective_at": 51}, "entry-law"),
        ("reversal", {"reversed_points": 99}, "reversed-above-granted"),
        ("reversal", {"reverses": 77}, "reversal-law"),
        ("reversal", {"counts_at": 22}, "reversal-law"),
        ("reversal", {"rule": "gold"}, "reversal-law"),
        ("accrual", {"points": 39}, "mirror-differs"),
        ("accrual", {"points": 39}, "lot-differs"),
        ("accrual", {"kind": "bonus"}, "kind-unknown"),
        ("accrual", {"recorded_at": 5000}, "recorded-backwards"),
        ("accrual", {"activity": 99}, "activity-unknown"),
        ("adjustment", {"points": -59}, "balance-differs"),
        ("adjustment", {"account": 8}, "entry-account"),
        ("adjustment", {"hold": 1}, "hold-law"),
        ("hold", {"effective_at": 70}, "entry-law"),
        ("hold", {"counts_at": 70}, "entry-law"),
        ("hold", {"expires_at": 73}, "entry-law"),
        ("hold", {"expires_at": 81}, "hold-differs"),
        ("hold", {"basis": -1}, "entry-law"),
        ("hold", {"basis": 600}, "hold-differs"),
        ("redemption", {"hold": 77}, "hold-law"),
        ("redemption", {"effective_at": 72}, "entry-law"),
        ("redemption", {"effective_at": 80}, "entry-law"),
        ("redemption", {"rule": "mug"}, "entry-law"),
        ("redemption", {"basis": 188}, "entry-law"),
        ("redemption", {"points": -14}, "entry-law"),
        ("redemption", {"kind": "reversal"}, "reversal-law"),
        ("hold-release", {"reason": "released"}, "entry-law"),
        ("hold-release", {"reason": "lost"}, "entry-law"),
        ("hold-release", {"effective_at": 75}, "entry-law"),
        ("hold-release", {"hold": None}, "hold-law"),
        ("hold-release", {"kind": "release"}, "sequel-missing"),
        ("restoration", {"reverses": 1}, "restoration-law"),
        ("restoration", {"reversed_points": 5}, "entry-law"),
        ("restoration", {"rule": "mug"}, "entry-law"),
        ("restoration", {"effective_at": 73}, "entry-law"),
        ("restoration", {"kind": "adjustment"}, "reversal-law"),
    ],
)
def test_a_forger_who_puts_the_digests_right_is_found_by_the_laws(
    kind: str, columns: dict[str, Any], code: str
) -> None:
    assert code in codes(forged(kind, columns))


def plain() -> Bookkeeper:
    books = Bookkeeper()
    books.buy(grant(10, available_at=5, expires_at=50), grant(10, available_at=5, expires_at=60), at=5)
    return books


def test_a_debit_that_takes_the_wrong_lot_first_is_found() -> None:
    books = plain()
    books.adjust(-4, at=6)
    shelf = books.shelf
    wrong = tuple(move._replace(lot=2) for move in shelf.allocations)
    rebuilt = rechained_of(shelf, wrong)
    assert {"order-of-consumption", "lot-differs"} <= codes(rebuilt)


def test_an_allocation_to_a_lot_that_does_not_exist_or_has_less_is_found() -> None:
    books = plain()
    books.adjust(-4, at=6)
    shelf = books.shelf
    unknown = tuple(move._replace(lot=9) for move in shelf.allocations)
    assert "lot-unknown" in codes(rechained_of(shelf, unknown))
    more = tuple(move._replace(points=11) for move in shelf.allocations)
    assert {"overdrawn", "deficit-negative"} <= codes(rechained_of(shelf, more))
    nowhere = tuple(move._replace(target="lost") for move in shelf.allocations)
    assert "bucket-unknown" in codes(rechained_of(shelf, nowhere))


def test_points_beside_a_deficit_are_found() -> None:
    books = Bookkeeper()
    books.adjust(-4, at=6)
    books.adjust(10, at=7)
    shelf = books.shelf
    shelf = shelf._replace(entries=shelf.entries[:-1], allocations=())
    assert "deficit-beside-points" in codes(rechained_of(shelf, ()))


def test_a_negative_bucket_is_found() -> None:
    shelf = plain().shelf
    negative = replace(shelf.lots[0], available=-1)
    assert "bucket-negative" in codes(shelf._replace(lots=(negative, shelf.lots[1])))


def rechained_of(shelf: Shelf, moves: tuple[Allocation, ...]) -> Shelf:
    forged_rows = rechained(*shelf.entries, moves=moves)
    return forged_rows._replace(lots=shelf.lots, balances=shelf.balances)


def test_the_proof_shares_no_code_with_posting() -> None:
    """Its modules import the stored values, each other and the standard library, nothing else of ours."""
    folder = Path(proof.__file__).parent
    modules = [*folder.glob("proof*.py"), folder / "finding.py"]
    assert len(modules) >= 5
    allowed = {f"loyalty_engine.ledger.{name}" for name in ("entry", "lot", "account", "hold")}
    allowed |= {f"loyalty_engine.ledger.{module.stem}" for module in modules}
    for module in modules:
        assert our_imports(module) <= allowed, module.name


def test_the_proof_uses_only_the_columns_of_the_stored_values() -> None:
    """What Lot and Balance compute, posting computes with too: the proof must not rely on it."""
    computed = {"remaining", "due_at", "dead_at", "consumption_order", "total", "copy", "opens_lot", "gone"}
    for module in Path(proof.__file__).parent.glob("proof*.py"):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not names & computed, module.name


def our_imports(module: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name.startswith("loyalty_engine")}
