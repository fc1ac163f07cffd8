"""From rows to the domain's values."""

from __future__ import annotations

import json
from collections.abc import Iterable

from loyalty_adapters.sql.sqlite_executor import Row
from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.decision import CounterKey
from loyalty_engine.engine.ports.store import CreditKey, StoredActivity
from loyalty_engine.ledger.account import RecordedAward
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.lot import Lot


def to_activity(row: Row) -> StoredActivity:
    """From the columns `columns.ACTIVITY`."""
    return StoredActivity(row[0], row[1], ActivityKey(*row[2:5]), *row[5:])


def to_award(seq: int, weights: str) -> RecordedAward:
    """From an award's row."""
    return RecordedAward(seq, tuple([(line, weight) for line, weight in json.loads(weights)]))


def to_lot(row: Row) -> Lot:
    """From the columns `columns.LOT`, the account left out."""
    return Lot(*row[1:])


def to_hold(row: Row) -> Hold:
    """From the columns `columns.HOLD`, the account left out."""
    _, number, currency, points, status, until, lots, *rest = row
    pairs = tuple([(lot, held) for lot, held in json.loads(lots)])
    return Hold(number, currency, points, HoldStatus(status), until, pairs, *rest)


def to_credits(rows: Iterable[Row]) -> dict[CreditKey, int]:
    """From rows of the columns `columns.TIER_CREDIT`, all of one account."""
    return {
        (currency, counts_at, counts_from): points for _, currency, counts_at, counts_from, points in rows
    }


def to_counter(row: Row) -> CounterKey:
    """From the columns `columns.COUNTER`: all but the account and the count."""
    return CounterKey(*row[1:6])
