"""States to start from, built only by what a store is asked to save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.engine.ports.driver import Driver, WriteSession
from loyalty_engine.engine.ports.store import Ask, Batch, Changes, Known, Membership, StoredActivity
from loyalty_engine.ledger.account import Account, Balance
from loyalty_engine.ledger.capture import post_capture
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.due import post_due
from loyalty_engine.ledger.entry import Entry, EntryKind
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.reservation import post_hold
from loyalty_engine.tiers.change import TierChange

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


def hold(number: int, **fields: Any) -> Hold:
    """40 points of lot 1, held from 2000 until 5000."""
    whole = Hold(number, POINTS, 40, HoldStatus.OPEN, 5000, ((1, 40),), "voucher", 500, made_at=2000)
    return replace(whole, **fields)


def change(number: int, tier: str | None = "gold", **fields: Any) -> TierChange:
    """A change of tier in the order of its number."""
    row = TierChange(number, 100 * number, 2000 + number, tier, 9000, "reached", 1200, 1000, 1, number)
    return row._replace(**fields)


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


Work = Callable[[Draft], object]
"""What one command posts."""


def settle(driver: Driver, *commands: tuple[Ask, Work]) -> Batch:
    """Settle commands as one batch: load, post what is due and then what each posts, save."""

    def work(session: WriteSession) -> Batch:
        batch, changes = session.load([ask for ask, _ in commands]), Changes()
        for ask, post in commands:
            draft = Draft(batch.accounts[batch.members[ask.member].account])
            post_due(draft, ask.now, recorded_at=ask.now)
            post(draft)
            draft.commit()
            _add(changes, draft)
        session.save(changes)
        return batch

    return driver.transact(work)


def _add(changes: Changes, draft: Draft) -> None:
    number = draft.account.number
    changes.accounts[number] = draft.account
    changes.entries += draft.entries
    changes.allocations += draft.allocations
    changes.lots |= {(number, one): lot for one, lot in draft.lots.items()}
    changes.balances |= {(number, currency): balance for currency, balance in draft.balances.items()}
    changes.holds |= {(number, one): hold for one, hold in draft.holds.items()}


def reserving(points: int, now: int, until: int | None = None, reward: str | None = "voucher") -> Work:
    """Holds points for a reward that is worth 5.00."""

    def post(draft: Draft) -> None:
        post_hold(draft, POINTS, points, Occasion(now, now, now), until=until, reward=reward, worth=500)

    return post


def capturing(number: int, points: int, now: int, activity: int | None = None) -> Work:
    """Spends points of a hold, for an activity."""

    def post(draft: Draft) -> None:
        post_capture(draft, draft.account.holds[number], points, Occasion(now, now, now, activity, 1))

    return post


def reserved(driver: Driver, name: str, points: int, now: int = 2000, until: int | None = None) -> int:
    """A hold of an enrolled member's points; gives its number."""
    batch = settle(driver, (Ask(own(name), now, open_lots=True), reserving(points, now, until)))
    return max(batch.accounts[batch.members[own(name)].account].holds)
