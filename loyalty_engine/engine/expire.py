"""Use case: post what is due for every account, in ranges, so that it can stop anywhere and go on."""

from __future__ import annotations

from collections.abc import Callable

from loyalty_engine.engine.ports.driver import Driver, WriteSession
from loyalty_engine.engine.ports.store import Changes
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.due import post_due

RANGE = 500  # accounts a transaction


def expire_due(
    driver: Driver,
    as_of: int,
    recording_clock: Callable[[], int],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Post every release, expiry and end of a hold due by `as_of`; gives how many entries that took.

    Doing it twice posts nothing the second time. `progress` gets the number of accounts of each range.
    """
    posted, after = 0, 0
    while True:

        def work(session: WriteSession, after: int = after) -> tuple[int, int, int]:
            return _post_range(session, as_of, after, recording_clock())

        entries, last, accounts = driver.transact(work)
        if not accounts:
            return posted
        posted, after = posted + entries, last
        if progress is not None:
            progress(accounts)


def _post_range(session: WriteSession, as_of: int, after: int, recorded_at: int) -> tuple[int, int, int]:
    """(entries posted, number of the last account, number of accounts) of one range."""
    numbers = session.due_accounts(as_of, after, RANGE)
    changes = Changes()
    for number, account in session.load_accounts(numbers, as_of).items():
        draft = Draft(account)
        post_due(draft, as_of, recorded_at)
        draft.commit()
        changes.accounts[number] = account
        changes.entries += draft.entries
        changes.allocations += draft.allocations
        changes.lots.update({(number, lot): state for lot, state in draft.lots.items()})
        changes.balances.update({(number, name): state for name, state in draft.balances.items()})
        changes.holds.update({(number, hold): state for hold, state in draft.holds.items()})
    if changes.entries:
        session.save(changes)
    return len(changes.entries), numbers[-1] if numbers else after, len(numbers)
