"""What is read of all accounts at once."""

from __future__ import annotations

from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.reader import AccountRecord, RuleTotals
from loyalty_engine.engine.ports.store import Ask, Changes
from loyalty_engine.ledger.account import Account, Balance
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
