"""Returns made up for data that records none, so that a demonstration shows them; always labelled so."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from loyalty_adapters.files.invented_policy import InventedPolicy, chosen, dice_of
from loyalty_adapters.files.raw_record import RawRecord
from loyalty_adapters.files.timeline import occurred_at


def with_returns(stream: Iterable[RawRecord], policy: InventedPolicy) -> Iterator[RawRecord]:
    """The stream with a return for each chosen purchase, put in by its time.

    The stream is expected in the order of `at`; memory holds the returns that are still to come. Those due
    after the last record follow at the end.
    """
    waiting: list[tuple[int, int, RawRecord]] = []  # due, order of arrival, return
    arrived = 0
    for record in stream:
        at = occurred_at(record)
        while waiting and at is not None and waiting[0][0] <= at:
            yield heapq.heappop(waiting)[2]
        yield record
        invented = invented_return(record, policy)
        if invented is not None:
            due = occurred_at(invented)
            assert due is not None
            heapq.heappush(waiting, (due, arrived, invented))
            arrived += 1
    while waiting:
        yield heapq.heappop(waiting)[2]


def invented_return(record: RawRecord, policy: InventedPolicy) -> RawRecord | None:
    """The return that the policy makes up for a purchase, in the wire format; None for most.

    It carries the place of its purchase in the file. One line comes back with its whole quantity.
    """
    raw = record.raw
    if raw is None or raw.get("type") != "purchase" or occurred_at(record) is None:
        return None
    dice = dice_of(raw)
    lines: list[dict[str, Any]] | None = None
    if chosen(policy.everything, dice.everything):
        share = policy.everything
    elif chosen(policy.one_line, dice.one_line) and (candidates := _returnable(raw)):
        share, lines = policy.one_line, [candidates[dice.which_line % len(candidates)]]
    else:
        return None
    assert share is not None
    moment = datetime.fromisoformat(raw["at"]) + timedelta(days=share.after_days)
    invented = {
        "type": "return",
        "id": f"return-{raw['id']}",
        "source": policy.source,
        "member": raw.get("member"),
        "at": moment.isoformat(),
        "of": {"source": raw["source"], "type": "purchase", "id": raw["id"]},
    }
    if lines is not None:
        invented["lines"] = lines
    return RawRecord(record.file, record.line, invented)


def _returnable(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines that cost something, each as a return names it."""
    found = []
    lines = raw.get("lines")
    for position, line in enumerate(lines if isinstance(lines, list) else [], start=1):
        amount = line.get("amount") if isinstance(line, dict) else None
        if not isinstance(amount, str) or amount.startswith("-") or not amount.strip("0."):
            continue
        named = {"id": str(line.get("id", position))}
        quantity = line.get("quantity")
        if quantity not in (None, 0, "0"):
            named["quantity"] = quantity
        found.append(named)
    return found
