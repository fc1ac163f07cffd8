"""Loading what a return needs of the activity it names: what was bought, granted, paid and taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from loyalty_adapters.sql import original_reads as reads
from loyalty_adapters.sql.rows import to_activity, to_award
from loyalty_adapters.sql.sqlite_executor import Row, SqliteExecutor
from loyalty_engine.activity.activity import Original
from loyalty_engine.engine.ports.store import OriginalActivity, Payment
from loyalty_engine.ledger.account import ReturnedLine
from loyalty_engine.ledger.entry import Entry, EntryKind

MOST_CANDIDATES = (
    8  # in one account, of one reference by id alone; more are not told apart any better than two
)

_Place = tuple[int, int]  # account and number of an activity, or seq of an entry
_Parts = tuple[tuple[int, int], ...]  # (lot, points)


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
    rows = executor.rows_of(reads.activities, places)
    loaded = {(row[0], row[1]): OriginalActivity(to_activity(row), [], {}, {}, {}) for row in rows}
    _load_entries(executor, places, loaded)
    for account, number, line, quantity, amount, complete in executor.rows_of(reads.returned, places):
        loaded[account, number].returned[line] = ReturnedLine(quantity, amount, bool(complete))
    return loaded


def _load_entries(
    executor: SqliteExecutor, places: Sequence[_Place], loaded: dict[_Place, OriginalActivity]
) -> None:
    """What each activity granted, and what was paid for it; of both, what was undone since."""
    owners: dict[_Place, OriginalActivity] = {}  # by the accrual's account and seq
    payments: dict[_Place, tuple[OriginalActivity, Entry]] = {}  # by the redemption's
    for row in executor.rows_of(reads.entries, places):
        entry = Entry(*row)
        assert entry.activity is not None
        original = loaded[entry.account, entry.activity]
        if entry.kind == EntryKind.REDEMPTION:
            payments[entry.account, entry.seq] = (original, entry)
        else:
            owners[entry.account, entry.seq] = original
            original.entries.append(entry)
    if not owners and not payments:
        return
    undone = [Entry(*row) for row in executor.rows_of(reads.reversals, [*owners, *payments])]
    if owners:
        _load_awards(executor, owners, undone)
    if payments:
        _load_payments(executor, payments, undone)


def _load_awards(
    executor: SqliteExecutor, owners: Mapping[_Place, OriginalActivity], undone: Iterable[Entry]
) -> None:
    """Of accruals: reversals, line weights, and what has expired."""
    for entry in undone:
        assert entry.reverses is not None
        if (entry.account, entry.reverses) in owners:
            owners[entry.account, entry.reverses].entries.append(entry)
    accruals = list(owners)
    for account, seq, weights in executor.rows_of(reads.awards, accruals):
        owners[account, seq].awards[seq] = to_award(seq, weights)
    for account, lot, points in executor.rows_of(reads.expired, accruals):
        owners[account, lot].expired[lot] = points
    for original in owners.values():
        original.entries.sort(key=lambda entry: entry.seq)


def _load_payments(
    executor: SqliteExecutor,
    payments: Mapping[_Place, tuple[OriginalActivity, Entry]],
    undone: Iterable[Entry],
) -> None:
    """Of redemptions: what they took of which lots, and what was restored to which."""
    restorations = [entry for entry in undone if (entry.account, entry.reverses) in payments]
    places = [*payments, *((entry.account, entry.seq) for entry in restorations)]
    parts: dict[_Place, _Parts] = dict.fromkeys(places, ())
    for account, seq, lot, points in executor.rows_of(reads.payments, places):
        parts[account, seq] += ((lot, points),)
    restorations.sort(key=lambda entry: entry.seq)
    for place, (original, redemption) in sorted(payments.items()):
        restored = [
            (entry, parts[entry.account, entry.seq])
            for entry in restorations
            if (entry.account, entry.reverses) == place
        ]
        original.payments.append(Payment(redemption, parts[place], restored))
