"""Accounts with their balances, lots, counters and journal."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.decision import CounterKey
from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.reader import AccountRecord, RuleTotals
from loyalty_engine.engine.ports.store import Ask, Changes
from loyalty_engine.errors import InvariantViolation, StoreFailure
from loyalty_engine.ledger.account import Account, Balance, RecordedAward
from loyalty_engine.ledger.entry import Allocation, Bucket, EntryKind
from loyalty_engine.ledger.lot import Lot
from tests.contract.given import (
    POINTS,
    accrual,
    enrol,
    granted,
    load,
    lot,
    movement,
    own,
    recorded,
    save,
    stored,
)

LARGEST = 2**63 - 1


def test_an_account_comes_back_as_it_was_saved(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    account = Account(number, seq=3, digest=LARGEST, recorded_at=77, activities=2)
    balances = {POINTS: Balance(1, 2, 3, 0), "credits": Balance(deficit=9)}
    save(
        driver,
        Changes(
            accounts={number: account},
            balances={(number, currency): balance for currency, balance in balances.items()},
        ),
    )

    found = load(driver, Ask(own("M-1"), now=0)).accounts[number]

    assert (found.seq, found.digest, found.recorded_at, found.activities) == (3, LARGEST, 77, 2)
    assert found.balances == balances


def test_a_later_save_replaces_the_state_and_adds_to_the_journal(driver: Driver) -> None:
    number = granted(driver, "M-1")
    changes = Changes(accounts={number: Account(number, seq=2, digest=9, recorded_at=3000, activities=1)})
    changes.entries.append(movement(number, 2, EntryKind.ADJUSTMENT, -40, actor="Ann", reason="goodwill"))
    changes.allocations.append(Allocation(number, 2, 1, Bucket.AVAILABLE, Bucket.OUT, 40))
    changes.lots[number, 1] = lot(1, available=60)
    changes.balances[number, POINTS] = Balance(available=60)
    save(driver, changes)

    account = load(driver, Ask(own("M-1"), now=0, open_lots=True)).accounts[number]
    assert (account.seq, account.balances, account.lots) == (
        2,
        {POINTS: Balance(60)},
        {1: lot(1, available=60)},
    )
    with driver.reading() as reader:
        record = reader.record(number)
    assert record == AccountRecord(
        account=changes.accounts[number],
        entries=[accrual(number, 1), *changes.entries],
        allocations=changes.allocations,
        lots=[lot(1, available=60)],
        balances={POINTS: Balance(60)},
    )


def test_what_was_loaded_may_be_changed_without_changing_the_store(driver: Driver) -> None:
    number = granted(driver, "M-1")
    account = load(driver, Ask(own("M-1"), now=0, open_lots=True)).accounts[number]
    account.seq = 99
    account.lots[1].available = 0
    account.balances[POINTS].available = 0

    again = load(driver, Ask(own("M-1"), now=0, open_lots=True)).accounts[number]

    assert (again.seq, again.lots[1].available, again.balances[POINTS].available) == (1, 100, 100)


def test_what_was_saved_may_be_changed_without_changing_the_store(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    changes = Changes(lots={(number, 1): lot(1)}, balances={(number, POINTS): Balance(100)})
    save(driver, changes)
    changes.lots[number, 1].available = 0
    changes.balances[number, POINTS].available = 0

    account = load(driver, Ask(own("M-1"), now=0, open_lots=True)).accounts[number]

    assert (account.lots[1].available, account.balances[POINTS].available) == (100, 100)


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


def test_a_batch_of_a_thousand_is_loaded_and_saved_whole(driver: Driver) -> None:
    names = [f"M-{place}" for place in range(1000)]
    numbers = enrol(driver, *names)
    changes = Changes()
    for number in numbers:
        recorded(changes, stored(number, 1, key=stored(number, number).key))
        changes.entries += [accrual(number, 1), accrual(number, 2)]
        changes.balances[number, POINTS] = Balance(number)
    save(driver, changes)

    batch = load(
        driver, *[Ask(own(name), 0, key=stored(0, n).key) for name, n in zip(names, numbers, strict=True)]
    )

    assert {n: a.balances[POINTS].available for n, a in batch.accounts.items()} == {n: n for n in numbers}
    assert len(batch.known) == 1000
    with driver.reading() as reader:
        assert reader.counts() == {"members": 1000, "activities": 1000, "entries": 2000, "lots": 0}
        assert [len(record.entries) for record in reader.records()] == [2] * 1000


def test_counters_are_loaded_by_the_start_of_their_period(driver: Driver) -> None:
    first, second = enrol(driver, "M-1", "M-2")
    may = CounterKey("month", 500, "rule:topup", "points", POINTS)
    june = may._replace(starts_at=600)
    times = CounterKey("lifetime", 0, "rule:welcome", "times", "")
    day = CounterKey("day", 500, "rule:topup", "points", POINTS)
    counters = {(first, may): 10, (first, june): 20, (first, times): 1, (first, day): 5, (second, may): 7}
    save(driver, Changes(counters=counters))
    save(driver, Changes(counters={(first, may): 15}))

    batch = load(
        driver,
        Ask(own("M-1"), 0, period_starts=(("month", 500), ("lifetime", 0))),
        Ask(own("M-2"), 0, period_starts=(("month", 600),)),
    )

    assert batch.accounts[first].counters == {may: 15, times: 1}
    assert batch.accounts[second].counters == {}
    batch = load(driver, Ask(own("M-1"), 0, all_counters=True), Ask(own("M-2"), 0))
    assert batch.accounts[first].counters == {may: 15, june: 20, times: 1, day: 5}
    assert batch.accounts[second].counters == {}
    with driver.reading() as reader:
        assert reader.counters(first) == {may: 15, june: 20, times: 1, day: 5}
        assert reader.counters(99) == {}


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


@pytest.mark.parametrize(
    "broken",
    [
        Changes(balances={(1, POINTS): Balance(available=-1)}),
        Changes(balances={(1, POINTS): Balance(available=1, deficit=1)}),
        Changes(lots={(1, 1): lot(1, available=-1)}),
        Changes(lots={(1, 1): lot(1, held=1)}),
        Changes(lots={(1, 1): lot(1, original=0, available=0)}),
        Changes(entries=[accrual(1, 0)]),
        Changes(entries=[accrual(1, 1, points=0)]),
        Changes(allocations=[Allocation(1, 1, 1, Bucket.AVAILABLE, Bucket.OUT, 0)]),
        Changes(allocations=[Allocation(1, 1, 1, Bucket.OUT, Bucket.OUT, 1)]),
        Changes(counters={(1, CounterKey("day", 0, "rule:a", "times", "")): -1}),
    ],
    ids=lambda changes: str(changes)[:0],
)
def test_a_state_that_must_not_be_is_refused_and_keeps_nothing(driver: Driver, broken: Changes) -> None:
    enrol(driver, "M-1")
    broken.accounts = {1: Account(1, seq=5)}

    with pytest.raises(InvariantViolation):
        save(driver, broken)

    with driver.reading() as reader:
        assert reader.record(1) == AccountRecord(Account(1), [], [], [], {})


@pytest.mark.parametrize(
    "again",
    [
        Changes(entries=[accrual(1, 1)]),
        Changes(allocations=[Allocation(1, 2, 1, Bucket.AVAILABLE, Bucket.OUT, 5)]),
        Changes(activities=[stored(1, 1)]),
        Changes(awards=[(1, RecordedAward(1, ()))]),
    ],
    ids=["entry", "allocation", "activity", "award"],
)
def test_the_journal_is_only_added_to(driver: Driver, again: Changes) -> None:
    enrol(driver, "M-1")
    save(driver, again)

    with pytest.raises(StoreFailure):
        save(driver, again)


def test_records_come_by_account_number_with_everything_in_order(driver: Driver) -> None:
    first, second, third = enrol(driver, "M-1", "M-2", "M-3")
    changes = Changes(entries=[accrual(third, 2), accrual(first, 1), accrual(third, 1)])
    moves = [
        Allocation(third, 2, 1, Bucket.PENDING, Bucket.OUT, 1),
        Allocation(third, 1, 2, "held", "out", 1),
    ]
    changes.allocations = moves
    changes.lots = {(third, 2): lot(2), (third, 1): lot(1, available=0)}
    changes.balances = {(second, POINTS): Balance(3)}
    save(driver, changes)

    with driver.reading() as reader:
        records = list(reader.records())
        assert reader.account_count() == 3
        assert [reader.record(number) for number in (first, second, third)] == records

    assert [record.account.number for record in records] == [first, second, third]
    assert [[entry.seq for entry in record.entries] for record in records] == [[1], [], [1, 2]]
    assert records[2].allocations == moves[::-1]
    assert records[2].lots == [lot(1, available=0), lot(2)]
    assert records[1].balances == {POINTS: Balance(3)}


def test_totals_count_entries_and_points_by_kind_rule_and_currency(driver: Driver) -> None:
    first, second = enrol(driver, "M-1", "M-2")
    entries = [
        accrual(first, 1),
        accrual(second, 1, points=50),
        accrual(first, 2, rule="extra"),
        accrual(first, 3, rule=None, currency="credits"),
        movement(first, 4, EntryKind.REVERSAL, -30, rule="base", reversed_points=40),
        movement(second, 4, EntryKind.REVERSAL, -5, rule="base", reversed_points=5),
    ]
    save(driver, Changes(entries=entries))

    with driver.reading() as reader:
        totals = reader.totals()

    assert totals == [
        RuleTotals("accrual", None, "credits", 1, 100, 0),
        RuleTotals("accrual", "base", POINTS, 2, 150, 0),
        RuleTotals("accrual", "extra", POINTS, 1, 100, 0),
        RuleTotals("reversal", "base", POINTS, 2, -35, 45),
    ]


def test_what_is_outstanding_is_judged_at_an_instant(driver: Driver) -> None:
    granted(driver, "M-1", expires_at=2500)
    granted(driver, "M-2", available=30, held=70, expires_at=2600)
    granted(driver, "M-3", available=0, pending=100, available_at=2400, expires_at=None)
    indebted = granted(driver, "M-4", available=0, pending=100, available_at=2450, expires_at=2700)
    save(driver, Changes(balances={(indebted, POINTS): Balance(pending=100, deficit=80)}))

    with driver.reading() as reader:
        by_instant = {at: dict(reader.outstanding(at)) for at in (2000, 2400, 2450, 2500, 2600, 2700)}

    assert by_instant == {
        2000: {POINTS: Balance(130, 200, 70, 80)},
        2400: {POINTS: Balance(230, 100, 70, 80)},
        2450: {POINTS: Balance(250, 0, 70, 0)},
        2500: {POINTS: Balance(150, 0, 70, 0)},
        2600: {POINTS: Balance(120, 0, 70, 0)},
        2700: {POINTS: Balance(100, 0, 70, 0)},
    }


def test_an_empty_store_answers_every_question(driver: Driver) -> None:
    with driver.reading() as reader:
        assert list(reader.records()) == []
        assert reader.counts() == {"members": 0, "activities": 0, "entries": 0, "lots": 0}
        assert (reader.totals(), reader.outstanding(5), reader.last_activity_at()) == ([], {}, None)
        assert reader.record(7) == AccountRecord(Account(7), [], [], [], {})


def test_a_quote_sees_what_a_transaction_would_load(driver: Driver) -> None:
    number = granted(driver, "M-1")
    changes = Changes()
    recorded(changes, stored(number, 1))
    save(driver, changes)
    ask = Ask(
        own("M-1"),
        now=9000,
        key=stored(number, 1).key,
        first_of_type="purchase",
        period_starts=(("month", 5),),
        attributes=True,
        open_lots=True,
    )

    with driver.reading() as reader:
        context = reader.context(ask)

    assert context == load(driver, ask)
    assert isinstance(context.accounts[number].lots[1], Lot)
