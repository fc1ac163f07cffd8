"""Several files as one stream in the order of what happened."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import itemgetter

from loyalty_adapters.files.raw_record import RawRecord
from loyalty_engine.calendar import EARLIEST, to_instant


def occurred_at(record: RawRecord) -> int | None:
    """Microseconds UTC of the record's `at`; None when it has none that can be read."""
    at = record.raw.get("at") if record.raw is not None else None
    if not isinstance(at, str):
        return None
    try:
        moment = datetime.fromisoformat(at)
        return to_instant(moment) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def merge_by_time(streams: Iterable[Iterable[RawRecord]]) -> Iterator[RawRecord]:
    """The records of several streams by their `at`; at one instant returns last, else in the order given.

    Within a stream its own order stays. A record without a readable `at` follows the one before it in its
    stream, so that a broken line is reported where it stands. Holds one record of each stream in memory.
    """
    timed = [_timed(stream) for stream in streams]
    if len(timed) == 1:
        return (record for _, record in timed[0])
    return (record for _, record in heapq.merge(*timed, key=itemgetter(0)))


def _timed(stream: Iterable[RawRecord]) -> Iterator[tuple[tuple[int, bool], RawRecord]]:
    """Each record with its turn; a return comes after the purchase of the same instant that it may be of."""
    latest = EARLIEST
    for record in stream:
        at = occurred_at(record)
        if at is not None:
            # A record out of order comes when its turn in its own stream comes.
            latest = max(latest, at)
        yield (latest, _is_return(record)), record


def _is_return(record: RawRecord) -> bool:
    return record.raw is not None and record.raw.get("type") == "return"
