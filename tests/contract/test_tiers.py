"""Dated credits, which saves add up, and the history of tiers, which only grows."""

from __future__ import annotations

import pytest

from loyalty_engine.calendar import EARLIEST
from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.store import Ask, Changes, CreditKey, Membership, TierRecord
from loyalty_engine.errors import InvariantViolation
from loyalty_engine.ledger.account import Account
from loyalty_engine.tiers.change import TierChange
from tests.contract.given import change, enrol, load, own, save

CREDITS = "credits"


def dated(*counts_at: int, currency: str = CREDITS) -> dict[CreditKey, int]:
    """10 credits at each instant, counting from 5 later on."""
    return {(currency, at, at + 5): 10 for at in counts_at}


def given(driver: Driver, account: int, credits_: dict[CreditKey, int], *changes: TierChange) -> None:
    save(
        driver,
        Changes(
            credits={(account, key): points for key, points in credits_.items()},
            tier_changes=[(account, one) for one in changes],
        ),
    )


def test_credits_of_one_date_add_up_over_saves(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    key, later, status = (CREDITS, 100, 105), (CREDITS, 100, 106), ("status", 100, 105)
    given(driver, number, {key: 10, later: 1})
    given(driver, number, {key: 15, status: 7})
    given(driver, number, {key: -40, later: -1})

    expected = {key: -15, later: 0, status: 7}
    assert load(driver, Ask(own("M-1"), 0, credits_since=0)).tiers[number].credits == expected
    with driver.reading() as reader:
        assert reader.tier_record(number).credits == reader.record(number).credits == expected


def test_many_credits_of_one_save_each_add_to_their_own(driver: Driver) -> None:
    first, second = enrol(driver, "M-1", "M-2")
    for points in (1, 2):
        changes = Changes()
        for at in range(300):
            changes.credits[first, (CREDITS, at, at)] = points
            changes.credits[second, (CREDITS, at, at)] = 10 * points
        save(driver, changes)

    with driver.reading() as reader:
        sums = [sum(reader.tier_record(number).credits.values()) for number in (first, second)]
    assert sums == [900, 9000]


def test_credits_are_loaded_from_the_instant_asked_for(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    given(driver, number, dated(-10, 99, 100, 200) | dated(99, 150, currency="status"))

    record = load(driver, Ask(own("M-1"), 0, credits_since=100)).tiers[number]

    assert record == TierRecord([], dated(100, 200) | dated(150, currency="status"), since=100)


def test_several_asks_of_one_account_load_from_the_earliest(driver: Driver) -> None:
    first, second, _ = enrol(driver, "M-1", "M-2", "M-3")
    for number in (first, second):
        given(driver, number, dated(100, 200, 300))

    batch = load(
        driver,
        Ask(own("M-1"), 0, credits_since=300),
        Ask(own("M-2"), 0, credits_since=300),
        Ask(own("M-1"), 0, credits_since=200),
        Ask(own("M-1"), 0, credits_since=250),
        Ask(own("M-1"), 0),
        Ask(own("M-3"), 0),
        Ask(own("nobody"), 0, credits_since=0),
    )

    assert batch.tiers == {
        first: TierRecord(credits=dated(200, 300), since=200),
        second: TierRecord(credits=dated(300), since=300),
    }


def test_all_credits_are_loaded_of_an_account_whose_last_command_came_too_early(driver: Driver) -> None:
    before, after = enrol(driver, "M-1", "M-2")
    for number, clock in ((before, 499), (after, 500)):
        given(driver, number, dated(100, 200))
        save(driver, Changes(accounts={number: Account(number, clock=clock)}))

    asks = [Ask(own(name), 0, credits_since=200, all_credits_before=500) for name in ("M-1", "M-2")]
    batch = load(driver, *asks)

    assert batch.tiers == {
        before: TierRecord(credits=dated(100, 200), since=EARLIEST, clock=499),
        after: TierRecord(credits=dated(200), since=200, clock=500),
    }


def test_the_clock_of_an_accounts_last_command_is_kept(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    save(driver, Changes(accounts={number: Account(number, seq=3, clock=77)}))

    assert load(driver, Ask(own("M-1"), 0)).accounts[number].clock == 77
    (loaded,) = driver.transact(lambda session: session.load_tiers([number])).values()
    with driver.reading() as reader:
        records = [record for _, record in reader.tier_records()]
        assert [*records, reader.tier_record(number), loaded[1]] == [TierRecord(clock=77)] * 3
        assert reader.record(number).account.clock == 77


def test_the_history_is_loaded_whole_in_the_order_it_was_recorded(driver: Driver) -> None:
    first, second = enrol(driver, "M-1", "M-2")
    bare = TierChange(2, 50, 60, None, None, "dropped")
    granted = change(3, until=None, reason="granted", activity=None, actor="Ann", note="Grüße 谢谢")
    given(driver, first, {}, change(10), granted, change(1))
    given(driver, first, {}, bare)
    given(driver, second, {}, change(1, "silver"))

    batch = load(driver, Ask(own("M-1"), 0, credits_since=10**9), Ask(own("M-2"), 0, credits_since=0))

    assert batch.tiers[first].changes == [change(1), bare, granted, change(10)]
    assert batch.tiers[second].changes == [change(1, "silver")]


def test_nothing_of_tiers_is_loaded_unless_it_is_asked_for(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    given(driver, number, dated(100), change(1))

    assert load(driver, Ask(own("M-1"), 0)).tiers == {}


def test_a_loaded_record_may_be_changed_without_changing_the_store(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    given(driver, number, dated(100), change(1))
    for _ in range(2):
        record = load(driver, Ask(own("M-1"), 0, credits_since=0)).tiers[number]
        assert record == TierRecord([change(1)], dated(100), since=0)
        record.changes.append(change(2))
        record.credits[CREDITS, 1, 1] = 5


def test_every_members_tiers_are_read_by_account_number(driver: Driver) -> None:
    numbers = enrol(driver, "M-1", "M-2", "M-3")
    given(driver, numbers[2], dated(100, 200), change(1), change(2))
    given(driver, numbers[0], dated(300))
    records = [
        TierRecord([], dated(300)),
        TierRecord(),
        TierRecord([change(1), change(2)], dated(100, 200)),
    ]
    members = [Membership(f"M-{place}", number, 5) for place, number in enumerate(numbers, start=1)]

    with driver.reading() as reader:
        assert list(reader.tier_records()) == list(zip(members, records, strict=True))
        assert [reader.tier_record(number) for number in numbers] == records
        assert reader.tier_record(99) == TierRecord()


def test_accounts_are_reviewed_page_by_page(driver: Driver) -> None:
    numbers = enrol(driver, *[f"M-{place}" for place in range(7)])
    given(driver, numbers[3], dated(100), change(1))

    def page(after: int) -> list[int]:
        return driver.transact(lambda session: list(session.tier_accounts(after, 3)))

    assert [page(0), page(numbers[2]), page(numbers[5]), page(numbers[6])] == [
        numbers[:3],
        numbers[3:6],
        numbers[6:],
        [],
    ]
    loaded = driver.transact(lambda session: session.load_tiers([numbers[4], numbers[3], numbers[3], 99]))
    assert list(loaded.items()) == [
        (numbers[3], (Membership("M-3", numbers[3], 5), TierRecord([change(1)], dated(100)))),
        (numbers[4], (Membership("M-4", numbers[4], 5), TierRecord())),
    ]


def test_a_quote_sees_tiers_and_holds_as_a_transaction_does(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    given(driver, number, dated(100), change(1))
    ask = Ask(own("M-1"), 0, hold=2, credits_since=0)

    with driver.reading() as reader:
        assert reader.context(ask) == load(driver, ask)


def test_a_broken_change_keeps_no_credit_of_its_save(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    given(driver, number, dated(100))

    with pytest.raises(InvariantViolation):
        given(driver, number, dated(100), change(0))

    with driver.reading() as reader:
        assert reader.tier_record(number) == TierRecord([], dated(100))


def test_programs_of_one_store_do_not_see_each_others_tiers(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    given(driver, number, dated(100), change(1))
    driver.program = "other"
    (other,) = enrol(driver, "M-1")
    given(driver, other, dated(200), change(1, "silver"))

    def pages() -> list[int]:
        return driver.transact(lambda session: list(session.tier_accounts(0, 9)))

    assert load(driver, Ask(own("M-1"), 0, credits_since=0)).tiers[other].credits == dated(200)
    with driver.reading() as reader:
        assert [member.account for member, _ in reader.tier_records()] == [other]
        assert reader.tier_record(number) == TierRecord()
    assert pages() == [other]
    driver.program = None
    with driver.reading() as reader:
        assert [member.account for member, _ in reader.tier_records()] == [number, other]
        assert reader.tier_record(number).changes == [change(1)]
    assert pages() == [number, other]
