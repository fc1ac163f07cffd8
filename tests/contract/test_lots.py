"""Which lots are loaded: those that are due, and for a debit every open one."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.store import Ask, Changes
from loyalty_engine.ledger.account import Balance
from tests.contract.given import (
    POINTS,
    enrol,
    granted,
    load,
    lot,
    own,
    save,
)

LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("life", "due_at"),
    [
        ({}, 9000),
        ({"available": 0, "pending": 100, "available_at": 5000}, 5000),
        ({"available": 60, "pending": 40, "available_at": 5000}, 5000),
        ({"available": 0, "pending": 100, "available_at": 9500}, 9000),
        ({"available": 50, "held": 50}, 9000),
    ],
)
def test_a_lot_is_loaded_from_the_instant_it_is_due(
    driver: Driver, life: dict[str, Any], due_at: int
) -> None:
    number = granted(driver, "M-1", **life)

    assert load(driver, Ask(own("M-1"), now=due_at - 1)).accounts[number].lots == {}
    assert load(driver, Ask(own("M-1"), now=due_at)).accounts[number].lots == {1: lot(1, **life)}


@pytest.mark.parametrize("life", [{"expires_at": None}, {"available": 0, "held": 100}, {"available": 0}])
def test_a_lot_that_time_does_not_change_is_never_due(driver: Driver, life: dict[str, Any]) -> None:
    number = granted(driver, "M-1", **life)

    assert load(driver, Ask(own("M-1"), now=LARGEST)).accounts[number].lots == {}


def test_a_batch_loads_what_is_due_at_its_latest_command(driver: Driver) -> None:
    number = granted(driver, "M-1")

    batch = load(driver, Ask(own("M-1"), now=9000), Ask(own("M-1"), now=0))

    assert list(batch.accounts[number].lots) == [1]


def test_a_debit_loads_every_open_lot_in_the_order_of_consumption(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    lives: list[dict[str, Any]] = [
        {"expires_at": None, "earned_at": 1},
        {"expires_at": 500},
        {"expires_at": 400, "earned_at": 20},
        {"expires_at": 400, "earned_at": 10},
        {"expires_at": 300, "available": 0},
        {"expires_at": 200, "available": 0, "held": 1},
        {"expires_at": 200, "available": 0, "pending": 1},
    ]
    lots = {(number, place): lot(place, **life) for place, life in enumerate(lives, start=1)}
    save(driver, Changes(lots=lots))

    account = load(driver, Ask(own("M-1"), now=0, open_lots=True)).accounts[number]

    assert list(account.lots) == [6, 7, 4, 3, 2, 1]
    assert account.lots == {place: one for (_, place), one in lots.items() if place != 5}


def test_each_account_of_a_batch_gets_what_was_asked_of_it(driver: Driver) -> None:
    debited, credited = granted(driver, "M-1"), granted(driver, "M-2")

    batch = load(driver, Ask(own("M-1"), 0, open_lots=True), Ask(own("M-2"), 0), Ask(own("M-1"), 0))

    assert {number: list(account.lots) for number, account in batch.accounts.items()} == {
        debited: [1],
        credited: [],
    }


def test_accounts_with_something_due_are_found_in_order_and_in_portions(driver: Driver) -> None:
    numbers = [granted(driver, f"M-{place}", expires_at=at) for place, at in enumerate((900, 100, 300, 200))]

    def due(now: int, after: int = 0, limit: int = 10) -> list[int]:
        return driver.transact(lambda session: list(session.due_accounts(now, after, limit)))

    assert due(now=99) == []
    assert due(now=300) == numbers[1:]
    assert due(now=10**6, limit=3) == numbers[:3]
    assert due(now=10**6, after=numbers[2], limit=3) == numbers[3:]


def test_accounts_are_loaded_by_number_with_what_is_due(driver: Driver) -> None:
    first, second = granted(driver, "M-1", expires_at=100), granted(driver, "M-2", expires_at=200)

    accounts = driver.transact(lambda session: session.load_accounts([second, first, first, 99], now=150))

    assert {number: list(account.lots) for number, account in accounts.items()} == {first: [1], second: []}
    assert accounts[first].balances == {POINTS: Balance(100)}
