"""From rows to the domain's values."""

from __future__ import annotations

import json

from loyalty_adapters.sql.sqlite_executor import Row
from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.decision import CounterKey
from loyalty_engine.engine.ports.store import StoredActivity
from loyalty_engine.ledger.account import RecordedAward
from loyalty_engine.ledger.lot import Lot


def to_activity(row: Row) -> StoredActivity:
    """From the columns `reads.ACTIVITY`."""
    return StoredActivity(row[0], row[1], ActivityKey(*row[2:5]), *row[5:])


def to_award(seq: int, weights: str) -> RecordedAward:
    """From an award's row."""
    return RecordedAward(seq, tuple([(line, weight) for line, weight in json.loads(weights)]))


def to_lot(row: Row) -> Lot:
    """From the columns `reads.LOT`, the account left out."""
    return Lot(*row[1:])


def to_counter(row: Row) -> CounterKey:
    """From the columns `reads.COUNTER`: all but the account and the count."""
    return CounterKey(*row[1:6])
