"""Writing what a batch changed, table by table: each table's rows go in one or a few statements."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from pydantic_core import to_json

from loyalty_adapters.sql import tables
from loyalty_adapters.sql.insertion import Insertion
from loyalty_adapters.sql.sqlite_executor import Row, SqliteExecutor
from loyalty_engine.engine.ports.store import Changes, IdentityLink, StoredActivity
from loyalty_engine.ledger.hold import Hold

_member = Insertion(tables.member)
_identity = Insertion(tables.identity, changing=("unlinked_at",))
_attribute = Insertion(tables.attribute, changing=("value", "recorded_at"))
_account = Insertion(tables.account, changing=("seq", "digest", "recorded_at", "activities", "clock"))
_balance = Insertion(tables.balance, changing=("available", "pending", "held", "deficit"))
_activity = Insertion(tables.activity)
_activity_key = Insertion(tables.activity_key)
_award = Insertion(tables.award)
_returned_line = Insertion(tables.returned_line, changing=("quantity", "amount", "complete"))
_entry = Insertion(tables.entry)
_lot = Insertion(
    tables.lot, changing=("pending", "available", "held", "available_at", "expires_at", "due_at")
)
_allocation = Insertion(tables.allocation)
_counter = Insertion(tables.counter, changing=("used",))
_hold = Insertion(tables.hold, changing=("status", "lots", "captured"))
_tier_credit = Insertion(tables.tier_credit, adding=("points",))
_tier_change = Insertion(tables.tier_change)

_lot_fields = attrgetter(
    "currency",
    "original",
    "pending",
    "available",
    "held",
    "earned_at",
    "available_at",
    "expires_at",
    "due_at",
)
_balance_fields = attrgetter("available", "pending", "held", "deficit")


def save(executor: SqliteExecutor, program: str, changes: Changes) -> None:
    """Write every change. Raises StoreFailure or InvariantViolation where a constraint is violated."""
    put = executor.put
    put(_member, [(m.account, program, m.member, m.enrolled_at) for m in changes.memberships])
    put(_identity, _identity_rows(program, changes.links))
    put(_attribute, [(account, *attribute, at) for account, attribute, at in changes.attributes])
    put(
        _account,
        [
            (a.number, program, a.seq, a.digest, a.recorded_at, a.activities, a.clock)
            for a in changes.accounts.values()
        ],
    )
    put(_activity, [_activity_row(activity) for activity in changes.activities])
    put(_activity_key, _key_rows(program, changes))
    put(_entry, changes.entries)
    put(_allocation, [(m.account, m.lot, m.seq, m.source, m.target, m.points) for m in changes.allocations])
    put(_award, [(account, award.seq, to_json(award.weights).decode()) for account, award in changes.awards])
    put(_lot, [(account, number, *_lot_fields(lot)) for (account, number), lot in changes.lots.items()])
    put(_balance, [(*key, *_balance_fields(balance)) for key, balance in changes.balances.items()])
    put(_counter, [(account, *key, used) for (account, key), used in changes.counters.items()])
    put(_returned_line, [(*key, *line) for key, line in changes.returned.items()])
    put(_hold, [_hold_row(account, hold) for (account, _), hold in changes.holds.items()])
    put(_tier_credit, _credit_rows(changes))
    put(_tier_change, [(account, *change) for account, change in changes.tier_changes])


def _identity_rows(program: str, links: list[IdentityLink]) -> list[Row]:
    # Ended links first: an identity may end with one member and begin with another in the same batch.
    ordered = sorted(links, key=lambda link: link.unlinked_at is None)
    return [(x.account, x.kind, x.value, x.linked_at, program, x.unlinked_at) for x in ordered]


def _activity_row(activity: StoredActivity) -> Row:
    account, number, key, *rest = activity
    return (account, number, *key, *rest)


def _hold_row(account: int, hold: Hold) -> Row:
    return (
        account,
        hold.number,
        hold.currency,
        hold.points,
        hold.status,
        hold.until,
        to_json(hold.lots).decode(),
        hold.reward,
        hold.worth,
        hold.made_at,
        hold.captured,
    )


def _credit_rows(changes: Changes) -> list[Row]:
    return [
        (account, counts_at, currency, counts_from, points)
        for (account, (currency, counts_at, counts_from)), points in changes.credits.items()
    ]


def _key_rows(program: str, changes: Changes) -> list[Row]:
    numbers: dict[Any, int] = {activity.key: activity.number for activity in changes.activities}
    return [
        (
            program,
            key.id,
            key.source,
            key.type,
            known.account,
            numbers.get(key),
            known.fingerprint,
            known.receipt,
        )
        for key, known in changes.known
    ]
