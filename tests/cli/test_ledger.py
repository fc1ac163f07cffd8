"""`loyalty ledger verify` and `loyalty status`."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

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


@pytest.mark.parametrize(
    ("statements", "code", "account", "place"),
    [
        ("DROP TRIGGER loyalty_award_no_delete", "guard-missing", 0, "loyalty_award_no_delete"),
        (
            "DROP TRIGGER loyalty_entry_no_update; UPDATE loyalty_entry SET points = 21 WHERE seq = 1",
            "digest-broken",
            1,
            "entry 1",
        ),
        ("UPDATE loyalty_lot SET due_at = due_at + 1 WHERE number = 1", "lot-differs", 1, "lot 1 due_at"),
        ("UPDATE loyalty_lot SET due_at = NULL WHERE number = 1", "lot-differs", 1, "lot 1 due_at"),
        ("DELETE FROM loyalty_account", "account-missing", 1, "rows of loyalty_entry"),
        ("DELETE FROM loyalty_account", "account-missing", 1, "rows of loyalty_member"),
        ("UPDATE loyalty_account SET program = 'x'", "account-missing", 1, "rows of loyalty_member"),
    ],
)
def test_whatever_was_done_behind_the_engine_is_told_with_its_place(
    open_shop: Shop, statements: str, code: str, account: int, place: str
) -> None:
    for statement in statements.split("; "):
        tamper(open_shop, statement)
    ran = run("ledger", "verify", "--db", open_shop.db, "--json")
    assert ran.code == 1
    told = [(one["code"], one["account"], one["place"]) for one in ran.document["findings"]]
    assert (code, account, place) in told


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loyalty_tier_credit SET points = points + 1 WHERE points = 60",
        "UPDATE loyalty_tier_credit SET counts_at = counts_at - 1 WHERE points = 60",
        "DELETE FROM loyalty_tier_credit WHERE points = 60",
    ],
)
def test_credits_that_somebody_changed_are_found(open_shop: Shop, statement: str) -> None:
    tamper(open_shop, statement)
    ran = run("ledger", "verify", "--db", open_shop.db, "--json")
    assert ran.code == 1
    assert {(one["code"], one["account"]) for one in ran.document["findings"]} == {("credits-differ", 1)}


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
