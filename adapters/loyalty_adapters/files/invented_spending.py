"""Purchases paid with points, made up for data that records none, so that a demonstration shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loyalty_adapters.files.invented_policy import InventedPolicy, Spending, chosen, dice_of
from loyalty_adapters.files.raw_record import RawRecord


def with_spending(stream: Iterable[RawRecord], policy: InventedPolicy) -> Iterator[RawRecord]:
    """The stream with some purchases paid with points; what says how it was paid stays as it is."""
    spending = policy.pay_with_points
    if spending is None:
        yield from stream
        return
    for record in stream:
        yield _paid(record, spending)


def _paid(record: RawRecord, spending: Spending) -> RawRecord:
    raw = record.raw
    if raw is None or raw.get("type") != "purchase" or raw.get("tenders") is not None:
        return record
    if not chosen(spending, dice_of(raw).pay_with_points):
        return record
    tender = {"kind": "points", "up_to": spending.up_to}
    return record._replace(raw={**raw, "tenders": [tender]})
