"""States to start from, built only by what a store is asked to save."""

from __future__ import annotations

from typing import Any

from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.store import Ask, Batch, Changes, Known, Membership, StoredActivity
from loyalty_engine.ledger.account import Account, Balance
from loyalty_engine.ledger.entry import Entry, EntryKind
from loyalty_engine.ledger.lot import Lot

POINTS = "points"


def own(name: str) -> MemberRef:
    return MemberRef("member", name)


def load(driver: Driver, *asks: Ask) -> Batch:
    """What a transaction would load."""
    return driver.transact(lambda session: session.load(asks))


def save(driver: Driver, changes: Changes) -> None:
    driver.transact(lambda session: session.save(changes))


def enrol(driver: Driver, *names: str) -> list[int]:
    """Enrol members; gives their account numbers."""
    changes = Changes()
    numbers = [load(driver, Ask(own(names[0]), now=0)).next_account + place for place in range(len(names))]
    for name, number in zip(names, numbers, strict=True):
        changes.memberships.append(Membership(name, number, enrolled_at=5))
        changes.accounts[number] = Account(number)
    save(driver, changes)
    return numbers


def accrual(account: int, seq: int, **fields: Any) -> Entry:
    """An award of 100 points from activity number `seq`."""
    row = Entry(
        account=account,
        seq=seq,
        currency=POINTS,
        kind=EntryKind.ACCRUAL,
        points=100,
        balance_after=100,
        effective_at=1000,
        counts_at=1000,
        recorded_at=2000,
        available_at=1000,
        expires_at=9000,
        activity=seq,
        rulebook=1,
        rule="base",
        basis=10000,
        digest=7,
    )
    return row._replace(**fields)


def movement(account: int, seq: int, kind: EntryKind, points: int, **fields: Any) -> Entry:
    """An entry that opens no lot."""
    row = Entry(account, seq, POINTS, kind, points, 0, 3000, 3000, 3000, digest=8)
    return row._replace(**fields)


def lot(number: int, **fields: Any) -> Lot:
    """100 points of which all are available, and die at 9000."""
    whole = {"original": 100, "pending": 0, "available": 100, "held": 0}
    life = {"earned_at": 1000, "available_at": 1000, "expires_at": 9000}
    return Lot(number=number, currency=POINTS, **(whole | life | fields))


def stored(account: int, number: int, **fields: Any) -> StoredActivity:
    """A purchase with the id `R-<number>`."""
    key = ActivityKey("pos", "purchase", f"R-{number}")
    row = StoredActivity(account, number, key, 1000, 120, 2000, 1, '{"total": "84.50"}', "{}")
    return row._replace(**fields)


def recorded(changes: Changes, activity: StoredActivity, receipt: str = "{}") -> None:
    """Add an activity together with its key."""
    changes.activities.append(activity)
    changes.known.append((activity.key, Known(activity.account, f"print of {activity.key.id}", receipt)))


def granted(driver: Driver, name: str, **life: Any) -> int:
    """A member with one lot of 100 points; gives the account."""
    (number,) = enrol(driver, name)
    changes = Changes()
    opened = lot(1, **life)
    changes.accounts[number] = Account(number, seq=1, digest=7, recorded_at=2000, activities=1)
    fields = {"available_at": opened.available_at, "expires_at": opened.expires_at}
    changes.entries.append(accrual(number, 1, **fields))
    changes.lots[number, 1] = opened
    changes.balances[number, POINTS] = Balance(opened.available, opened.pending, opened.held)
    save(driver, changes)
    return number
