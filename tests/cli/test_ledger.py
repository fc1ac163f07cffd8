"""`loyalty ledger verify` and `loyalty status`."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.cli.command_line import run, succeed
from tests.cli.conftest import Shop


def tamper(shop: Shop, statement: str) -> None:
    """Change the database behind the engine's back."""
    with closing(sqlite3.connect(shop.file)) as connection, connection:
        connection.execute(statement)


def test_a_sound_ledger_is_proved(open_shop: Shop) -> None:
    document = succeed("ledger", "verify", "--db", open_shop.db, "--json").document
    assert document == {"sound": True, "accounts": 1, "entries": 10, "truncated": False, "findings": []}
    assert "Sound: 1 accounts with 10 entries" in succeed("ledger", "verify", "--db", open_shop.db).out


def test_a_balance_that_somebody_changed_is_found(open_shop: Shop) -> None:
    tamper(open_shop, "UPDATE loyalty_balance SET available = available + 1 WHERE currency = 'points'")
    ran = run("ledger", "verify", "--db", open_shop.db, "--json")
    assert ran.code == 1
    assert ran.document["sound"] is False
    places = [finding["place"] for finding in ran.document["findings"]]
    assert any("available" in place for place in places)
    text = run("ledger", "verify", "--db", open_shop.db)
    assert text.code == 1
    assert "NOT SOUND" in text.out


def test_the_status_counts_and_sums(open_shop: Shop) -> None:
    document = succeed("status", "--db", open_shop.db, "--at", "2026-05-01", "--json").document
    assert document["program"] == "corner-shop"
    assert document["last_activity_at"] == "2026-04-01T10:00:00+03:00"
    assert document["counts"] == {"members": 1, "activities": 4, "entries": 10, "lots": 8}
    assert document["outstanding"]["points"] == {"available": 80, "pending": 0, "held": 0, "deficit": 0}
    moved = {
        (one["kind"], one["rule"]): one["points"] for one in document["points"] if one["currency"] == "points"
    }
    assert moved == {
        ("accrual", "everyday"): 90,
        ("accrual", "big-basket"): 10,
        ("reversal", "everyday"): -20,
    }
    out = succeed("status", "--db", open_shop.db, "--at", "2026-05-01").out
    for part in ("corner-shop", "big-basket", "reversal", document["rulebooks"][0]["hash"][:12]):
        assert part in out


def test_the_status_is_as_of_a_time(open_shop: Shop) -> None:
    later = succeed("status", "--db", open_shop.db, "--at", "2027-04-01", "--json").document
    assert later["outstanding"]["points"]["available"] == 0
