"""The public name of an entry."""

from __future__ import annotations

import pytest

from loyalty_engine.ledger.entry import entry_id, parse_entry_id


@pytest.mark.parametrize(("account", "seq"), [(1, 1), (12, 345), (10**12, 10**9)])
def test_a_name_reads_back(account: int, seq: int) -> None:
    assert parse_entry_id(entry_id(account, seq)) == (account, seq)


def test_names_of_one_account_sort_as_its_entries_do() -> None:
    names = [entry_id(7, seq) for seq in (1, 2, 9, 10, 11, 99, 100)]
    assert sorted(names) == names


@pytest.mark.parametrize(
    "text", ["", "7", "7-", "-7", "a-1", "1-b", "1-2-3", "１-2", " 1-2", "1-" + "9" * 19]
)
def test_anything_else_is_no_name(text: str) -> None:
    assert parse_entry_id(text) is None
