"""The digest's format is written down, so that anybody can check a ledger without our code."""

from __future__ import annotations

from hashlib import blake2b

import pytest

from loyalty_engine.ledger.digest import chained_digest
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.proof_digest import expected_digest

ENTRY = Entry(7, 2, "积分", "reversal", -30, 20, 5, 4, 6, rule='a "rule"\n', reverses=1, reversed_points=30)
MOVES = [(1, "pending", "out", 10), (3, "available", "out", 20)]
TEXT = (
    '[5,[7,2,"\\u79ef\\u5206","reversal",-30,20,5,4,6,null,null,null,null,"a \\"rule\\"\\n",null,1,30,'
    'null,null,null,null,null,null,null],[[1,"pending","out",10],[3,"available","out",20]]]'
)


def test_the_digest_is_of_the_documented_text() -> None:
    expected = int.from_bytes(blake2b(TEXT.encode("ascii"), digest_size=8).digest(), "big") >> 1
    assert chained_digest(5, ENTRY[:-1], MOVES) == expected
    assert 0 <= expected < 2**63


def test_the_proof_reads_the_same_format_with_code_of_its_own() -> None:
    stored = [Allocation(7, 2, lot, source, target, points) for lot, source, target, points in MOVES]
    assert expected_digest(5, ENTRY, stored[::-1]) == chained_digest(5, ENTRY[:-1], MOVES)


@pytest.mark.parametrize("text", ["points", 'a "b"\\', "\b\f\n\r\t\x01", "del \x7f", "é", "\U0001f600"])
def test_any_text_is_written_as_the_proof_reads_it(text: str) -> None:
    entry = ENTRY._replace(currency="points", rule=text)
    stored = [Allocation(7, 2, lot, source, target, points) for lot, source, target, points in MOVES]
    assert chained_digest(5, entry[:-1], MOVES) == expected_digest(5, entry, stored)


@pytest.mark.parametrize("column", range(len(Entry._fields) - 1))
def test_every_column_counts(column: int) -> None:
    value = ENTRY[column]
    altered = "x" if value is None else value + 1 if isinstance(value, int) else value + " "
    columns = (*ENTRY[:column], altered, *ENTRY[column + 1 : -1])
    assert chained_digest(5, columns, MOVES) != chained_digest(5, ENTRY[:-1], MOVES)


def test_the_entry_before_and_the_allocations_count() -> None:
    digest = chained_digest(5, ENTRY[:-1], MOVES)
    assert chained_digest(6, ENTRY[:-1], MOVES) != digest
    assert chained_digest(5, ENTRY[:-1], MOVES[:1]) != digest
