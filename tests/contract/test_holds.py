"""Holds: kept with their lots, loaded where points are held, due at their time-out."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.store import Ask, Changes
from loyalty_engine.ledger.account import Balance
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.entry import EntryKind
from loyalty_engine.ledger.hold import HoldStatus
from loyalty_engine.ledger.hold_release import HoldEnd, post_hold_release
from tests.contract.given import (
    POINTS,
    Work,
    capturing,
    enrol,
    granted,
    hold,
    load,
    lot,
    own,
    reserved,
    reserving,
    save,
    settle,
)


def nothing(draft: Draft) -> None:
    """A command that posts nothing of its own."""


def releasing(number: int, now: int) -> Work:
    def post(draft: Draft) -> None:
        post_hold_release(draft, draft.account.holds[number], now, now, HoldEnd.RELEASED)

    return post


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"until": None, "reward": None, "worth": None},
        {"reward": "Gutschein „10 €“", "made_at": -5, "until": 2**63 - 1},
        {"points": 50, "lots": ((1, 40), (3, 10))},
        {"status": HoldStatus.CAPTURED, "lots": (), "captured": 40},
        {"status": HoldStatus.CAPTURED, "lots": (), "captured": 1},
        {"status": HoldStatus.RELEASED, "lots": ()},
        {"status": HoldStatus.TIMED_OUT, "lots": ()},
    ],
)
def test_a_hold_comes_back_as_it_was_saved(driver: Driver, fields: dict[str, Any]) -> None:
    (number,) = enrol(driver, "M-1")
    save(driver, Changes(holds={(number, 2): hold(2, **fields)}))

    with driver.reading() as reader:
        assert reader.holds(number) == [hold(2, **fields)]
        assert reader.record(number).holds == {2: hold(2, **fields)}
        assert type(reader.holds(number)[0].status) is HoldStatus


def test_a_readers_holds_are_those_of_one_account_by_number(driver: Driver) -> None:
    first, second, third = enrol(driver, "M-1", "M-2", "M-3")
    holds = {(first, 9): hold(9), (second, 4): hold(4), (first, 2): hold(2), (first, 10): hold(10)}
    save(driver, Changes(holds=holds))

    with driver.reading() as reader:
        assert [one.number for one in reader.holds(first)] == [2, 9, 10]
        assert [[*record.holds] for record in reader.records()] == [[2, 9, 10], [4], []]
        assert reader.holds(third) == reader.holds(99) == []


def test_where_points_are_held_every_load_brings_the_open_hold_and_its_lots(driver: Driver) -> None:
    number = granted(driver, "M-1")
    held = reserved(driver, "M-1", 40, until=5000)

    account = load(driver, Ask(own("M-1"), now=2000)).accounts[number]

    assert account.balances == {POINTS: Balance(available=60, held=40)}
    assert account.holds == {held: hold(held)}
    assert account.lots == {1: lot(1, available=60, held=40)}


def test_lots_come_in_the_order_of_consumption_whatever_brought_them(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    lots = [
        lot(1, held=40, available=60),
        lot(2, expires_at=100),
        lot(3, expires_at=8000, held=1, available=0),
    ]
    changes = Changes(lots={(number, one.number): one for one in lots})
    changes.balances[number, POINTS] = Balance(available=160, held=41)
    changes.holds = {(number, 4): hold(4), (number, 5): hold(5, points=1, lots=((3, 1),))}
    save(driver, changes)

    assert list(load(driver, Ask(own("M-1"), now=100)).accounts[number].lots) == [2, 3, 1]
    loaded = driver.transact(lambda session: session.load_accounts([number], now=100))
    assert list(loaded[number].lots) == [2, 3, 1]


def test_a_resolved_hold_is_loaded_only_when_it_is_asked_for(driver: Driver) -> None:
    number = granted(driver, "M-1")
    first = reserved(driver, "M-1", 40)
    settle(driver, (Ask(own("M-1"), 2100, hold=first), releasing(first, 2100)))
    second = reserved(driver, "M-1", 30, now=2200)

    unasked = load(driver, Ask(own("M-1"), now=2300)).accounts[number]
    asked = load(driver, Ask(own("M-1"), now=2300, hold=first)).accounts[number]

    assert list(unasked.holds) == [second]
    assert sorted(asked.holds) == [first, second]
    assert (asked.holds[first].status, asked.holds[first].lots) == (HoldStatus.RELEASED, ())


def test_once_nothing_is_held_no_hold_and_no_lot_is_loaded(driver: Driver) -> None:
    number = granted(driver, "M-1")
    held = reserved(driver, "M-1", 40, until=5000)
    settle(driver, (Ask(own("M-1"), 2100), capturing(held, 40, 2100)))

    account = load(driver, Ask(own("M-1"), now=2200)).accounts[number]

    assert (account.balances[POINTS], account.holds, account.lots) == (Balance(60), {}, {})


@pytest.mark.parametrize("asked", [7, 1])
def test_a_hold_is_asked_for_of_one_member(driver: Driver, asked: int) -> None:
    """Another member's number, or that of an entry that is no hold, finds nothing."""
    _, other = granted(driver, "M-1"), granted(driver, "M-2")
    save(driver, Changes(holds={(other, 7): hold(7)}))

    batch = load(driver, Ask(own("M-1"), 0, hold=asked), Ask(own("nobody"), 0, hold=asked))

    assert [account.holds for account in batch.accounts.values()] == [{}]


def test_in_a_batch_each_member_has_his_own_holds(driver: Driver) -> None:
    first, second, third = (granted(driver, name) for name in ("M-1", "M-2", "M-3"))
    of_first = reserved(driver, "M-1", 40)
    of_second = reserved(driver, "M-2", 100)

    batch = load(driver, *[Ask(own(name), 2100) for name in ("M-1", "M-2", "M-3", "M-1")])

    assert {number: list(account.holds) for number, account in batch.accounts.items()} == {
        first: [of_first],
        second: [of_second],
        third: [],
    }
    assert {number: list(account.lots) for number, account in batch.accounts.items()} == {
        first: [1],
        second: [1],
        third: [],
    }


def test_a_hold_may_be_captured_in_the_batch_that_made_it(driver: Driver) -> None:
    number = granted(driver, "M-1")

    batch = settle(
        driver,
        (Ask(own("M-1"), 2000, open_lots=True), reserving(100, 2000, until=5000)),
        (Ask(own("M-1"), 2001), capturing(2, 100, 2001)),
    )

    assert list(batch.accounts[number].emptied) == [1]
    with driver.reading() as reader:
        record = reader.record(number)
    assert [entry.kind for entry in record.entries] == [
        EntryKind.ACCRUAL,
        EntryKind.HOLD,
        EntryKind.REDEMPTION,
    ]
    assert record.holds == {2: hold(2, points=100, status=HoldStatus.CAPTURED, lots=(), captured=100)}
    assert record.lots == [lot(1, available=0)]
    assert record.balances == {POINTS: Balance()}


def test_one_member_holds_while_another_captures_what_he_held_before(driver: Driver) -> None:
    first, second = granted(driver, "M-1"), granted(driver, "M-2")
    held = reserved(driver, "M-1", 40)

    settle(
        driver,
        (Ask(own("M-2"), 2100, open_lots=True), reserving(30, 2100)),
        (Ask(own("M-1"), 2100, hold=held), capturing(held, 25, 2100)),
    )

    with driver.reading() as reader:
        records = [reader.record(number) for number in (first, second)]
    assert [record.balances[POINTS] for record in records] == [Balance(75), Balance(70, held=30)]
    assert [[(one.status, one.captured) for one in record.holds.values()] for record in records] == [
        [("captured", 25)],
        [("open", 0)],
    ]


def test_a_hold_that_has_timed_out_can_be_posted_by_any_command(driver: Driver) -> None:
    number = granted(driver, "M-1")
    held = reserved(driver, "M-1", 40, until=5000)

    settle(driver, (Ask(own("M-1"), 4999), nothing))
    with driver.reading() as reader:
        assert reader.holds(number)[0].status is HoldStatus.OPEN
    settle(driver, (Ask(own("M-1"), 5000), nothing))

    with driver.reading() as reader:
        record = reader.record(number)
    assert record.balances == {POINTS: Balance(100)}
    assert record.holds[held].status is HoldStatus.TIMED_OUT
    assert record.entries[-1].kind == EntryKind.HOLD_RELEASE


def test_accounts_with_a_hold_that_is_due_are_found_among_those_with_lots(driver: Driver) -> None:
    expiries = {"M-1": 1900, "M-2": None, "M-3": None, "M-4": 1700, "M-5": None}
    numbers = [granted(driver, name, expires_at=at) for name, at in expiries.items()]
    for name, until in (("M-2", 1800), ("M-3", None), ("M-4", 1650), ("M-5", 10**6)):
        reserved(driver, name, 40, now=1600, until=until)
    settle(driver, (Ask(own("M-5"), 1601), releasing(2, 1601)))

    def due(now: int, after: int = 0, limit: int = 10) -> list[int]:
        return driver.transact(lambda session: list(session.due_accounts(now, after, limit)))

    assert due(now=1649) == []
    assert due(now=1799) == [numbers[3]]
    assert due(now=2 * 10**6) == [numbers[0], numbers[1], numbers[3]]
    assert due(now=2 * 10**6, limit=2) == numbers[:2]
    assert due(now=2 * 10**6, after=numbers[1], limit=2) == [numbers[3]]


def test_accounts_loaded_by_number_bring_their_holds(driver: Driver) -> None:
    first, second = granted(driver, "M-1"), granted(driver, "M-2")
    held = reserved(driver, "M-1", 40, until=5000)

    accounts = driver.transact(lambda session: session.load_accounts([first, second], now=2100))

    assert accounts[first].holds == {held: hold(held)}
    assert {number: list(account.lots) for number, account in accounts.items()} == {first: [1], second: []}


def test_what_is_outstanding_counts_holds_that_have_timed_out(driver: Driver) -> None:
    granted(driver, "M-1", expires_at=5500)
    granted(driver, "M-2", expires_at=4500)
    granted(driver, "M-3", expires_at=None)
    indebted = granted(driver, "M-4", expires_at=None)
    reserved(driver, "M-1", 40, until=5000)
    reserved(driver, "M-2", 30, until=5000)
    reserved(driver, "M-3", 20)
    reserved(driver, "M-4", 100, until=5000)
    save(driver, Changes(balances={(indebted, POINTS): Balance(held=100, deficit=70)}))

    with driver.reading() as reader:
        by_instant = {at: dict(reader.outstanding(at)) for at in (2000, 4500, 5000, 5500)}

    assert by_instant == {
        2000: {POINTS: Balance(available=60 + 70 + 80, held=190, deficit=70)},
        4500: {POINTS: Balance(available=60 + 80, held=190, deficit=70)},
        5000: {POINTS: Balance(available=100 + 80 + 30, held=20)},
        5500: {POINTS: Balance(available=80 + 30, held=20)},
    }


def test_a_loaded_or_saved_hold_may_be_changed_without_changing_the_store(driver: Driver) -> None:
    number = granted(driver, "M-1")
    changes = Changes(holds={(number, 2): hold(2)}, balances={(number, POINTS): Balance(60, held=40)})
    save(driver, changes)
    changes.holds[number, 2].captured = 5
    load(driver, Ask(own("M-1"), 0)).accounts[number].holds[2].captured = 6
    with driver.reading() as reader:
        reader.holds(number)[0].captured = 7

    assert load(driver, Ask(own("M-1"), 0)).accounts[number].holds == {2: hold(2)}


def test_programs_of_one_store_do_not_see_each_others_holds(driver: Driver) -> None:
    number = granted(driver, "M-1", expires_at=None)
    held = reserved(driver, "M-1", 40, until=5000)
    driver.program = "other"
    other = granted(driver, "M-1", expires_at=None)
    reserved(driver, "M-1", 30, until=5000)

    def due() -> list[int]:
        return driver.transact(lambda session: list(session.due_accounts(5000, 0, 9)))

    assert load(driver, Ask(own("M-1"), 0, hold=held)).accounts.keys() == {other}
    assert due() == [other]
    with driver.reading() as reader:
        assert (reader.holds(number), len(reader.holds(other))) == ([], 1)
        assert reader.outstanding(5000) == {POINTS: Balance(100)}
    driver.program = None
    assert due() == [number, other]
    with driver.reading() as reader:
        assert len(reader.holds(number)) == 1
        assert reader.outstanding(4999) == {POINTS: Balance(130, held=70)}
