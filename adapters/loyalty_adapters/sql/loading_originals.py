"""Loading what a return needs of the activity that it names: what was bought, granted and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from loyalty_adapters.sql import reads
from loyalty_adapters.sql.rows import to_activity, to_award
from loyalty_adapters.sql.sqlite_executor import Row, SqliteExecutor
from loyalty_engine.activity.activity import Original
from loyalty_engine.engine.ports.store import OriginalActivity
from loyalty_engine.ledger.account import ReturnedLine
from loyalty_engine.ledger.entry import Entry

MOST_CANDIDATES = 8  # of one reference by id alone; more are not told apart any better than two

_Place = tuple[int, int]  # account and number of an activity


def load_originals(
    executor: SqliteExecutor, program: str, originals: set[Original]
) -> dict[Original, list[OriginalActivity]]:
    """Each reference's activities, several when it is ambiguous, none when it is unknown.

    Two references to the same activity share its object, so that a second return of a batch sees the first.
    """
    ids = sorted({original.id for original in originals})
    rows = executor.rows_of(reads.originals, ids, program=program)
    places = {original: list(_places(original, rows)) for original in originals}
    loaded = _load(executor, sorted({place for found in places.values() for place in found}))
    return {original: [loaded[place] for place in found] for original, found in places.items()}


def _places(original: Original, rows: Iterable[Row]) -> Iterable[_Place]:
    matching = (
        (account, number)
        for id_, source, type_, account, number in rows
        if id_ == original.id and original.source in (None, source) and original.type in (None, type_)
    )
    return islice(matching, MOST_CANDIDATES)


def _load(executor: SqliteExecutor, places: Sequence[_Place]) -> dict[_Place, OriginalActivity]:
    if not places:
        return {}
    rows = executor.rows_of(reads.original_activities, places)
    loaded = {(row[0], row[1]): OriginalActivity(to_activity(row), [], {}, {}, {}) for row in rows}
    _load_entries(executor, places, loaded)
    for account, number, line, quantity, amount, complete in executor.rows_of(
        reads.original_returned, places
    ):
        loaded[account, number].returned[line] = ReturnedLine(quantity, amount, bool(complete))
    return loaded


def _load_entries(
    executor: SqliteExecutor, places: Sequence[_Place], loaded: dict[_Place, OriginalActivity]
) -> None:
    """The accruals of each activity, and of those: reversals, line weights, and what has expired."""
    owners: dict[tuple[int, int], OriginalActivity] = {}  # by the accrual's (account, seq)
    for row in executor.rows_of(reads.original_accruals, places):
        accrual = Entry(*row)
        assert accrual.activity is not None
        owner = owners[accrual.account, accrual.seq] = loaded[accrual.account, accrual.activity]
        owner.entries.append(accrual)
    accruals = list(owners)
    if not accruals:
        return
    for row in executor.rows_of(reads.original_reversals, accruals):
        reversal = Entry(*row)
        assert reversal.reverses is not None
        owners[reversal.account, reversal.reverses].entries.append(reversal)
    for account, seq, weights in executor.rows_of(reads.original_awards, accruals):
        owners[account, seq].awards[seq] = to_award(seq, weights)
    for account, lot, points in executor.rows_of(reads.original_expired, accruals):
        owners[account, lot].expired[lot] = points
    for original in loaded.values():
        original.entries.sort(key=lambda entry: entry.seq)
