"""Loading what a return needs of the activity that it names: what was bought, granted and taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from loyalty_adapters.sql import reads
from loyalty_adapters.sql.rows import to_activity, to_award
from loyalty_adapters.sql.sqlite_executor import Row, SqliteExecutor
from loyalty_engine.activity.activity import Original
from loyalty_engine.engine.ports.store import OriginalActivity
from loyalty_engine.ledger.account import ReturnedLine
from loyalty_engine.ledger.entry import Entry

MOST_CANDIDATES = (
    8  # in one account, of one reference by id alone; more are not told apart any better than two
)

_Place = tuple[int, int]  # account and number of an activity


def load_originals(
    executor: SqliteExecutor, program: str, originals: Mapping[Original, Collection[int]]
) -> dict[Original, list[OriginalActivity]]:
    """Each reference's activities in the accounts given for it, several when it is ambiguous, or none.

    Two references to the same activity share its object, so that a second return of a batch sees the first.
    """
    wanted = sorted({(original.id, account) for original in originals for account in originals[original]})
    rows = executor.rows_of(reads.originals, wanted, program=program) if wanted else []
    places = {original: list(_places(original, originals[original], rows)) for original in originals}
    loaded = _load(executor, sorted({place for found in places.values() for place in found}))
    return {original: [loaded[place] for place in found] for original, found in places.items()}


def _places(original: Original, accounts: Collection[int], rows: Iterable[Row]) -> Iterator[_Place]:
    found: Counter[int] = Counter()
    for id_, source, type_, account, number in rows:
        named = id_ == original.id and original.source in (None, source) and original.type in (None, type_)
        if named and account in accounts and found[account] < MOST_CANDIDATES:
            found[account] += 1
            yield account, number


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
