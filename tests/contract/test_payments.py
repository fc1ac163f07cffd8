"""What a return loads of points that paid for its purchase: the lots they came from, and what went back."""

from __future__ import annotations

from typing import Any

from loyalty_engine.activity.activity import Original
from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.store import Ask, Changes, OriginalActivity, Payment
from loyalty_engine.ledger.account import Account, Balance
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.entry import EntryKind
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.restoration import post_restoration
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.contract.given import (
    POINTS,
    Work,
    accrual,
    capturing,
    enrol,
    load,
    lot,
    movement,
    own,
    recorded,
    reserving,
    save,
    settle,
    stored,
)

BASKET = Original("R-1")


def member(driver: Driver, name: str, *expiries: int | None) -> int:
    """A member with a lot of 100 points for each expiry."""
    (number,) = enrol(driver, name)
    changes = Changes(accounts={number: Account(number, seq=len(expiries), digest=7, recorded_at=2000)})
    for seq, expires_at in enumerate(expiries, start=1):
        life: dict[str, Any] = {"expires_at": expires_at}
        changes.entries.append(accrual(number, seq, activity=None, **life))
        changes.lots[number, seq] = lot(seq, **life)
    changes.balances[number, POINTS] = Balance(100 * len(expiries))
    save(driver, changes)
    return number


def paid(driver: Driver, name: str, points: int, purchase: int = 1, held: int | None = None) -> None:
    """A purchase of a member is paid with points, of a hold of `held` points."""
    batch = settle(
        driver, (Ask(own(name), 3000, open_lots=True), reserving(held or points, 3000, reward="till"))
    )
    account = batch.accounts[batch.members[own(name)].account]
    hold = max(account.holds)
    settle(driver, (Ask(own(name), 3000), capturing(hold, points, 3000, activity=purchase)))
    changes = Changes()
    recorded(changes, stored(account.number, purchase))
    save(driver, changes)


def returned(driver: Driver, name: str, points: int, now: int, terms: CurrencyTerms | None = None) -> None:
    """Points that paid for the basket go back."""

    def restoring(payment: Payment) -> Work:
        def post(draft: Draft) -> None:
            post_restoration(draft, payment, points, Occasion(now, now, now, 9), terms)

        return post

    ask = Ask(own(name), now, original=BASKET)
    (original,) = load(driver, ask).originals[BASKET]
    settle(driver, (ask, restoring(original.payments[0])))


def loaded(driver: Driver, name: str, now: int = 3000) -> tuple[Account, OriginalActivity]:
    """What a return of the basket would load."""
    batch = load(driver, Ask(own(name), now, original=BASKET))
    (original,) = batch.originals[BASKET]
    return batch.accounts[batch.members[own(name)].account], original


def test_a_return_loads_what_paid_with_the_lots_it_came_from(driver: Driver) -> None:
    member(driver, "M-1", 9000, 8000, None)
    paid(driver, "M-1", 150)

    account, original = loaded(driver, "M-1")

    (payment,) = original.payments
    assert (payment.entry.kind, payment.entry.points, payment.entry.hold) == (EntryKind.REDEMPTION, -150, 4)
    assert (payment.lots, payment.restored) == (((1, 50), (2, 100)), [])
    assert account.lots == {1: lot(1, available=50)}
    assert account.emptied == {2: lot(2, available=0, expires_at=8000)}
    assert original.entries == []


def test_what_went_back_is_loaded_with_the_lots_it_went_to(driver: Driver) -> None:
    number = member(driver, "M-1", 9000, 8000)
    paid(driver, "M-1", 150)
    returned(driver, "M-1", 60, now=3100)
    returned(driver, "M-1", 20, now=3200)

    account, original = loaded(driver, "M-1")

    with driver.reading() as reader:
        restorations = [e for e in reader.record(number).entries if e.kind == EntryKind.RESTORATION]
    (payment,) = original.payments
    assert payment.restored == [
        (restorations[0], ((1, 50), (2, 10))),
        (restorations[1], ((2, 20),)),
    ]
    assert payment.left == 70
    assert account.lots == {1: lot(1), 2: lot(2, expires_at=8000, available=30)}


def test_points_that_died_on_their_way_back_are_no_part_of_what_went_back(driver: Driver) -> None:
    number = member(driver, "M-1", 3500)
    paid(driver, "M-1", 100)
    returned(driver, "M-1", 40, now=3600)

    account, original = loaded(driver, "M-1", now=3600)

    with driver.reading() as reader:
        kinds = [entry.kind for entry in reader.record(number).entries]
    assert kinds[-2:] == [EntryKind.RESTORATION, EntryKind.EXPIRY]
    assert [parts for _, parts in original.payments[0].restored] == [((1, 40),)]
    assert account.emptied == {1: lot(1, available=0, expires_at=3500)}


def test_points_that_came_back_as_a_new_lot_went_to_none_of_the_old(driver: Driver) -> None:
    member(driver, "M-1", 9000)
    paid(driver, "M-1", 100)
    returned(driver, "M-1", 40, now=3100, terms=CurrencyTerms(POINTS))

    _, original = loaded(driver, "M-1")

    ((entry, parts),) = original.payments[0].restored
    assert (entry.points, entry.opens_lot, parts) == (40, True, ())


def test_a_capture_of_a_part_paid_only_that_part(driver: Driver) -> None:
    member(driver, "M-1", 9000, 8000)
    paid(driver, "M-1", 120, held=160)

    account, original = loaded(driver, "M-1")

    assert original.payments[0].lots == ((1, 20), (2, 100))
    assert (account.lots[1].available, account.lots[1].held) == (80, 0)


def test_each_purchase_has_its_own_payments_and_awards(driver: Driver) -> None:
    number = member(driver, "M-1", 9000, 8000)
    paid(driver, "M-1", 60)
    paid(driver, "M-1", 70, purchase=2)
    batch = settle(driver, (Ask(own("M-1"), 3000, open_lots=True), reserving(10, 3000)))
    save(driver, Changes(entries=[accrual(number, 20, activity=1)]))
    ask = Ask(own("M-1"), 3000, original=BASKET), Ask(own("M-1"), 3000, original=Original("R-2"))

    originals = load(driver, *ask).originals

    found = {name.id: [one.payments[0].lots for one in several] for name, several in originals.items()}
    assert found == {"R-1": [((2, 60),)], "R-2": [((1, 30), (2, 40))]}
    assert [entry.seq for entry in originals[BASKET][0].entries] == [20]
    assert batch.accounts[number].balances == {POINTS: Balance(60, held=10)}


def test_a_purchase_paid_from_two_holds_has_two_payments(driver: Driver) -> None:
    member(driver, "M-1", 9000)
    ask = Ask(own("M-1"), 3000, open_lots=True)
    settle(driver, (ask, reserving(30, 3000)), (ask, reserving(20, 3000)))
    settle(driver, (ask, capturing(3, 20, 3000, activity=1)), (ask, capturing(2, 30, 3000, activity=1)))
    changes = Changes()
    recorded(changes, stored(1, 1))
    save(driver, changes)

    _, original = loaded(driver, "M-1")

    assert [(one.entry.seq, one.lots) for one in original.payments] == [(4, ((1, 20),)), (5, ((1, 30),))]


def test_two_members_baskets_of_one_batch_are_each_paid_by_their_own(driver: Driver) -> None:
    first, second = member(driver, "M-1", 9000), member(driver, "M-2", 9000)
    for name, points in (("M-1", 100), ("M-2", 30)):
        paid(driver, name, points, purchase=int(name[-1]))

    batch = load(
        driver,
        Ask(own("M-1"), 3000, original=BASKET),
        Ask(own("M-2"), 3000, original=Original("R-2")),
    )

    assert [one[0].payments[0].lots for one in batch.originals.values()] == [((1, 100),), ((1, 30),)]
    assert {number: list(account.lots) for number, account in batch.accounts.items()} == {
        first: [],
        second: [1],
    }
    assert list(batch.accounts[first].emptied) == [1]


def test_a_debit_of_the_same_batch_finds_the_lots_once(driver: Driver) -> None:
    number = member(driver, "M-1", 9000, 8000)
    paid(driver, "M-1", 150)

    batch = load(driver, Ask(own("M-1"), 3000, original=BASKET, open_lots=True))

    assert list(batch.accounts[number].lots) == [1]
    assert list(batch.accounts[number].emptied) == [2]


def test_a_reward_that_paid_for_no_purchase_is_no_payment(driver: Driver) -> None:
    number = member(driver, "M-1", 9000)
    changes = Changes(entries=[movement(number, 2, EntryKind.REDEMPTION, -30)])
    recorded(changes, stored(number, 1))
    save(driver, changes)

    _, original = loaded(driver, "M-1")

    assert original.payments == []
