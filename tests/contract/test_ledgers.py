"""Accounts with their balances, lots, counters and journal."""

from __future__ import annotations

import pytest

from loyalty_engine.decision import CounterKey
from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.reader import AccountRecord
from loyalty_engine.engine.ports.store import Ask, Changes
from loyalty_engine.errors import InvariantViolation, StoreFailure
from loyalty_engine.ledger.account import Account, Balance, RecordedAward
from loyalty_engine.ledger.entry import Allocation, Bucket, EntryKind
from loyalty_engine.ledger.hold import HoldStatus
from tests.contract.given import (
    POINTS,
    accrual,
    change,
    enrol,
    granted,
    hold,
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
        Changes(holds={(1, 0): hold(0)}),
        Changes(holds={(1, 1): hold(1, points=0)}),
        Changes(holds={(1, 1): hold(1, captured=-1)}),
        Changes(holds={(1, 1): hold(1, status=HoldStatus.CAPTURED, lots=(), captured=41)}),
        Changes(holds={(1, 1): hold(1, status="lost", lots=())}),
        Changes(holds={(1, 1): hold(1, status=HoldStatus.RELEASED)}),
        Changes(holds={(1, 1): hold(1, lots=())}),
        Changes(tier_changes=[(1, change(0))]),
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
        Changes(tier_changes=[(1, change(1))]),
    ],
    ids=["entry", "allocation", "activity", "award", "tier change"],
)
def test_the_journal_is_only_added_to(driver: Driver, again: Changes) -> None:
    enrol(driver, "M-1")
    save(driver, again)

    with pytest.raises(StoreFailure):
        save(driver, again)
