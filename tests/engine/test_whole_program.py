"""Proof, status and the end of an engine; several programs in one database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from loyalty_adapters import open_engine
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.errors import InvalidCommand, NoRulebook, StoreFailure, UnknownMember, UnknownProgram
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, instant, purchase, rule_files


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """Three members with a purchase each, a return and a correction."""
    for number in (1, 2, 3):
        shop.buy(f"R-{number}", f"{number}0.00", member=f"M-{number}")
    shop.give_back("X-1", "R-1", lines=[{"id": "1", "amount": "4.00"}])
    shop.adjust(-1)
    return shop


# -- proof ------------------------------------------------------------------------------------------------


def test_a_sound_ledger_is_proved_account_by_account(busy: Shop) -> None:
    seen: list[int] = []
    proof = busy.engine.verify(seen.append)
    assert proof.sound
    assert (proof.accounts, proof.entries, sum(seen)) == (3, 5, 3)
    assert proof.as_json() == {"sound": True, "accounts": 3, "entries": 5, "truncated": False, "findings": []}


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE loyalty_balance SET available = available + 1 WHERE account_id = 2",
        "UPDATE loyalty_lot SET available = available - 1 WHERE account_id = 2",
        "UPDATE loyalty_account SET seq = seq + 1 WHERE account_id = 2",
        "DELETE FROM loyalty_lot WHERE account_id = 2",
        "DROP TRIGGER loyalty_entry_no_update; UPDATE loyalty_entry SET points = 21 WHERE account_id = 2",
        "DROP TRIGGER loyalty_entry_no_update; UPDATE loyalty_entry SET reason = 'x' WHERE account_id = 2",
        "DROP TRIGGER loyalty_entry_no_delete; DELETE FROM loyalty_entry WHERE account_id = 2",
    ],
)
def test_the_proof_sees_what_was_changed_behind_its_back(open_branch: OpenShop, tampering: str) -> None:
    shop = open_branch()
    for number in (1, 2):
        shop.buy(f"R-{number}", member=f"M-{number}")
    with closing(sqlite3.connect(shop.url.removeprefix("sqlite:///"))) as connection:
        connection.executescript(tampering)
    proof = shop.engine.verify()
    assert not proof.sound
    assert {one.account for one in proof.findings if one.code != "guard-missing"} == {2}
    assert {one.place for one in proof.findings if one.code == "guard-missing"} == set(
        re.findall("DROP TRIGGER ([a-z_]+)", tampering)
    )


# -- status -----------------------------------------------------------------------------------------------


def test_the_status_counts_and_sums_everything(busy: Shop) -> None:
    status = busy.engine.status()
    assert status["program"] == "corner-shop"
    assert status["counts"] == {"members": 3, "activities": 4, "entries": 5, "lots": 3}
    assert status["points"] == [
        {"kind": "accrual", "rule": "goods", "currency": "points", "entries": 3, "points": 60},
        {"kind": "adjustment", "rule": None, "currency": "points", "entries": 1, "points": -1},
        {"kind": "reversal", "rule": "goods", "currency": "points", "entries": 1, "points": -4},
    ]
    assert status["outstanding"] == {"points": {"available": 55, "pending": 0, "held": 0, "deficit": 0}}
    assert status["last_activity_at"] == "2026-03-10T12:00:00+00:00"
    assert [one["number"] for one in status["rulebooks"]] == [1]


def test_the_status_of_an_empty_program(shop: Shop) -> None:
    status = shop.engine.status()
    assert status["last_activity_at"] is None
    assert status["outstanding"] == {}


def test_outstanding_is_as_of_the_time_asked_for(busy: Shop) -> None:
    later = busy.engine.status(at=instant("2027-03-01"))["outstanding"]["points"]
    assert later["available"] == 0


# -- the end ----------------------------------------------------------------------------------------------

CALLS: dict[str, Callable[[LoyaltyEngine], Any]] = {
    "record": lambda engine: engine.record(purchase("R-9")),
    "record_many": lambda engine: engine.record_many([purchase("R-9")]),
    "quote": lambda engine: engine.quote(purchase("R-9")),
    "enrol": lambda engine: engine.enrol("M-9"),
    "adjust": lambda engine: engine.adjust(MEMBER, 1, reason="r", actor="a"),
    "balance": lambda engine: engine.balance(MEMBER),
    "statement": lambda engine: engine.statement(MEMBER),
    "explain": lambda engine: engine.explain("0000000001-00000001"),
    "status": lambda engine: engine.status(),
    "verify": lambda engine: engine.verify(),
    "expire": lambda engine: engine.expire(instant("2026-05-01")),
    "publish": lambda engine: engine.publish(rule_files(effective="2026-06-01")),
}


@pytest.mark.parametrize("call", CALLS)
def test_after_closing_every_call_fails_cleanly(busy: Shop, call: str) -> None:
    busy.engine.close()
    with pytest.raises(StoreFailure, match="the engine is closed"):
        CALLS[call](busy.engine)


def test_closing_twice_is_no_mistake_and_a_with_block_closes(shop: Shop) -> None:
    with shop.engine as engine:
        engine.record(purchase("R-1"))
    shop.engine.close()


def test_what_was_recorded_is_there_after_opening_again(open_branch: OpenShop) -> None:
    shop = open_branch()
    shop.buy("R-1")
    before = shop.dump()
    shop.engine.close()
    with open_engine(shop.url, create=False, clock=lambda: shop.now) as engine:
        assert engine.balance(MEMBER)["currencies"]["points"]["available"] == 20
        assert engine.rulebook.program.name == "corner-shop"
        assert engine.record(purchase("R-1")).repeated
    assert shop.dump() == before


def test_a_database_that_is_not_there_is_not_made_unless_it_may(tmp_path: Path) -> None:
    with pytest.raises(StoreFailure):
        open_engine(f"sqlite:///{tmp_path}/none.db", create=False)
    assert not (tmp_path / "none.db").exists()


def test_without_rules_there_is_no_program(tmp_path: Path) -> None:
    with open_engine(f"sqlite:///{tmp_path}/empty.db") as engine:
        with pytest.raises(NoRulebook, match="no rules are published yet"):
            engine.record(purchase("R-1"))
        with pytest.raises(NoRulebook):
            engine.status()


# -- several programs -------------------------------------------------------------------------------------


@pytest.fixture
def shops(open_branch: OpenShop) -> tuple[Shop, Shop]:
    """Two programs in one database; the bakery grants double."""
    double = "{goods: {stack: base, when: {type: purchase}, earn: 2 points per 1.00}}"
    return open_branch(), open_branch(program="bakery", accrual=double)


def test_members_keys_and_rules_of_programs_are_their_own(shops: tuple[Shop, Shop]) -> None:
    corner, bakery = shops
    corner.engine.enrol(MEMBER, identities={"card": "1"})
    bakery.engine.enrol("B-1", identities={"card": "1"})
    assert corner.buy("R-1", member={"card": "1"}).totals == {"points": 20}
    assert bakery.buy("R-1", member={"card": "1"}).totals == {"points": 40}
    with pytest.raises(UnknownMember):
        bakery.points()
    assert bakery.points(member="B-1") == Points(40)
    assert corner.engine.status()["counts"]["members"] == 1
    assert corner.engine.verify().accounts == 1


def test_a_return_does_not_reach_into_another_program(shops: tuple[Shop, Shop]) -> None:
    corner, bakery = shops
    corner.buy("R-1")
    bakery.buy("R-2")
    with pytest.raises(Exception, match="no activity `R-1`"):
        bakery.give_back("X-1", "R-1")


def test_the_job_of_one_program_leaves_the_other_alone(shops: tuple[Shop, Shop]) -> None:
    corner, bakery = shops
    corner.buy("R-1")
    bakery.buy("R-1")
    assert corner.engine.expire(instant("2028-01-01")) == 1
    assert bakery.movements() == [("accrual", 40)]


def test_with_several_programs_one_must_be_named(shops: tuple[Shop, Shop]) -> None:
    corner, bakery = shops
    bakery.buy("R-1")
    with pytest.raises(UnknownProgram, match="bakery, corner-shop"):
        open_engine(corner.url)
    with open_engine(corner.url, program="bakery", clock=lambda: bakery.now) as engine:
        assert engine.balance(MEMBER)["currencies"]["points"]["available"] == 40
        assert engine.programs() == ("bakery", "corner-shop")


def test_rules_of_another_program_are_not_published_by_mistake(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(UnknownProgram, match="`bakery`"):
        shop.engine.publish(rule_files(program="bakery"))
    assert shop.dump() == before
    with pytest.raises(InvalidCommand):
        shop.engine.publish("rules/retail")  # type: ignore[arg-type]
