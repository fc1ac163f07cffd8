"""Every statement that a posting waits for looks up what it needs, however much stands in the tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from loyalty_adapters.sql import due_reads, original_reads, reads
from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.sqlite_executor import OwnExecutor
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_adapters.sql.sqlite_store import SqliteStore
from loyalty_adapters.sql.statement import Statement
from loyalty_engine.activity.activity import ActivityKey, MemberRef, Original
from loyalty_engine.decision import CounterKey
from loyalty_engine.engine.ports.driver import WriteSession
from loyalty_engine.engine.ports.store import (
    Ask,
    Attribute,
    Changes,
    IdentityLink,
    Known,
    Membership,
    StoredActivity,
)
from loyalty_engine.ledger.account import Account, Balance, RecordedAward, ReturnedLine
from loyalty_engine.ledger.entry import Allocation, Bucket, Entry, EntryKind
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.tiers.change import TierChange

HOT = {
    prefix + name: statement
    for prefix, module in (("", reads), ("", due_reads), ("original ", original_reads))
    for name, statement in vars(module).items()
    if isinstance(statement, Statement)
}
KEYS = "loyalty_activity_key USING INDEX sqlite_autoindex_loyalty_activity_key_1"
WAYS = {
    "own_members": [
        "loyalty_member USING INDEX loyalty_member_by_id (program=? AND member=?)",
        "loyalty_account USING INTEGER PRIMARY KEY (rowid=?)",
    ],
    "linked_members": [
        "loyalty_identity USING INDEX loyalty_identity_in_force (program=? AND kind=? AND value=?)",
        "loyalty_member USING INTEGER PRIMARY KEY (rowid=?)",
        "loyalty_account USING INTEGER PRIMARY KEY (rowid=?)",
    ],
    "highest_account": ["loyalty_account"],
    "accounts": ["loyalty_account USING INTEGER PRIMARY KEY (rowid=?)"],
    "balances": ["loyalty_balance USING PRIMARY KEY (account_id=?)"],
    "open_lots": ["loyalty_lot USING INDEX loyalty_lot_open (account_id=?)"],
    "due_lots": ["loyalty_lot USING INDEX loyalty_lot_open (account_id=? AND due_at<?)"],
    "lots": ["loyalty_lot USING PRIMARY KEY (account_id=? AND number=?)"],
    "open_holds": ["loyalty_hold USING INDEX loyalty_hold_open (account_id=?)"],
    "holds": ["loyalty_hold USING PRIMARY KEY (account_id=? AND number=?)"],
    "known_keys": [f"{KEYS} (program=? AND id=? AND source=? AND type=?)"],
    "counters": ["loyalty_counter USING PRIMARY KEY (account_id=? AND period=? AND starts_at=?)"],
    "all_counters": ["loyalty_counter USING PRIMARY KEY (account_id=?)"],
    "attributes": ["loyalty_attribute USING PRIMARY KEY (account_id=?)"],
    "links": ["loyalty_identity USING PRIMARY KEY (account_id=?)"],
    "page_of_accounts": ["loyalty_account USING INTEGER PRIMARY KEY (rowid>?)"],
    "memberships": ["loyalty_member USING INTEGER PRIMARY KEY (rowid=?)"],
    "tier_changes": ["loyalty_tier_change USING PRIMARY KEY (account_id=?)"],
    "tier_credits": ["loyalty_tier_credit USING PRIMARY KEY (account_id=?)"],
    "tier_credits_since": ["loyalty_tier_credit USING PRIMARY KEY (account_id=? AND counts_at>?)"],
    "first_of_type": [
        "loyalty_activity USING COVERING INDEX loyalty_activity_by_type (account_id=? AND type=?)"
    ],
    "original originals": [f"{KEYS} (program=? AND id=?)"],
    "original activities": [
        "loyalty_activity USING INDEX sqlite_autoindex_loyalty_activity_1 (account_id=? AND number=?)"
    ],
    "original entries": ["loyalty_entry USING INDEX loyalty_entry_by_activity (account_id=? AND activity=?)"],
    "original reversals": [
        "loyalty_entry USING INDEX loyalty_entry_by_reversed (account_id=? AND reverses=?)"
    ],
    "original payments": [
        "loyalty_allocation USING INDEX loyalty_allocation_of_spending (account_id=? AND seq=?)"
    ],
    "original awards": ["loyalty_award USING PRIMARY KEY (account_id=? AND seq=?)"],
    "original returned": ["loyalty_returned_line USING PRIMARY KEY (account_id=? AND activity=?)"],
    "original expired": [
        "loyalty_allocation USING PRIMARY KEY (account_id=? AND lot=?)",
        "loyalty_entry USING PRIMARY KEY (account_id=? AND seq=?)",
    ],
    "latest_rulebook": ["loyalty_rulebook"],
    "due_lots_by_instant": [
        "loyalty_lot USING COVERING INDEX loyalty_lot_due (due_at>? AND due_at<?)",
        "loyalty_account USING INTEGER PRIMARY KEY (rowid=?)",
    ],
    "due_lots_in_order": [
        "loyalty_lot USING INDEX loyalty_lot_open (account_id>?)",
        "loyalty_account USING INTEGER PRIMARY KEY (rowid=?)",
    ],
    "due_lots_up_to": ["loyalty_lot USING COVERING INDEX loyalty_lot_due (due_at>? AND due_at<?)"],
    "due_holds_by_instant": [
        "loyalty_hold USING COVERING INDEX loyalty_hold_due (until>? AND until<?)",
        "loyalty_account USING INTEGER PRIMARY KEY (rowid=?)",
    ],
    "due_holds_in_order": [
        "loyalty_hold USING INDEX loyalty_hold_open (account_id>?)",
        "loyalty_account USING INTEGER PRIMARY KEY (rowid=?)",
    ],
    "due_holds_up_to": ["loyalty_hold USING COVERING INDEX loyalty_hold_due (until>? AND until<?)"],
}
PARAMETERS = {"rows": "[]", "program": "acme", "now": 1, "after": 0, "limit": 1}

SPENT, HELD = 10_000, 20_000  # the entries that spent and held the points of an award come so much later


def history(account: int, first: int, last: int) -> Changes:
    """Purchases of one member, each paid with an earlier award but for the last three, whose points are
    there; those of the last one are held."""
    changes = Changes(accounts={account: Account(account, seq=last, activities=last)})
    for n in range(first, last + 1):
        key = ActivityKey("pos", "purchase", f"{account}-{n}")
        changes.activities.append(StoredActivity(account, n, key, n, 0, n, 1, "{}", "{}"))
        changes.known.append((key, Known(account, "f", "{}")))
        changes.entries.append(
            Entry(account, n, "points", EntryKind.ACCRUAL, 10, 10, n, n, n, n, 10**9, n, 1, "base")
        )
        changes.awards.append((account, RecordedAward(n, (("1", 1),))))
        changes.credits[account, ("credits", n, n)] = 10
        left, held = (10 if last - 3 < n < last else 0), (10 if n == last else 0)
        changes.lots[account, n] = Lot(n, "points", 10, 0, left, held, n, n, 10**9)
        paid = SPENT + n
        changes.entries.append(
            Entry(account, paid, "points", EntryKind.REDEMPTION, -10, 0, n, n, n, activity=n, hold=HELD + n)
        )
        changes.allocations.append(Allocation(account, paid, n, Bucket.HELD, Bucket.OUT, 10))
        status, lots = (HoldStatus.OPEN, ((n, 10),)) if held else (HoldStatus.CAPTURED, ())
        changes.holds[account, HELD + n] = Hold(HELD + n, "points", 10, status, 10**9, lots, "till", None, n)
        changes.counters[account, CounterKey("day", n, "rule:base", "points", "points")] = 10
        changes.returned[account, n, "1"] = ReturnedLine(1000)
    changes.balances[account, "points"] = Balance(20, held=10)
    changes.tier_changes = [(account, TierChange(n, n, n, "gold", None, "reached")) for n in {first, last}]
    return changes


def _save(changes: Changes, session: WriteSession) -> None:
    session.save(changes)


def filled(path: Path, accounts: int, activities: int) -> SqliteDriver:
    driver = SqliteDriver(SqliteFile(path / f"{accounts}-{activities}.db", "OFF"), program="acme")
    for account in range(1, accounts + 1):
        changes = history(account, 1, activities)
        changes.memberships.append(Membership(f"M-{account}", account, 0))
        changes.links.append(IdentityLink("card", f"C-{account}", account, 0))
        changes.attributes.append((account, Attribute("plan", 0, '"S"'), 0))
        driver.transact(partial(_save, changes))
    return driver


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, SqliteDriver]]:
    path = tmp_path_factory.mktemp("sizes")
    drivers = {
        "empty": filled(path, 0, 0),
        "many members": filled(path, 1000, 4),
        "long histories": filled(path, 4, 1000),
    }
    yield drivers
    for driver in drivers.values():
        driver.close()


def connect(driver: SqliteDriver) -> sqlite3.Connection:
    return driver._file.connect()


def searched(connection: sqlite3.Connection, statement: Statement) -> list[str]:
    """How the plan reaches each of our tables, in order."""
    plan = connection.execute(f"EXPLAIN QUERY PLAN {statement.text}", PARAMETERS)
    return [row[3] for row in plan if row[3].startswith(("SEARCH loyalty_", "SCAN loyalty_"))]


def test_each_statement_has_a_way_that_is_tested() -> None:
    assert HOT.keys() == WAYS.keys()


@pytest.mark.parametrize("statistics", [False, True], ids=["without statistics", "with statistics"])
@pytest.mark.parametrize("size", ["empty", "many members", "long histories"])
def test_each_statement_goes_its_way_at_every_size(
    sizes: dict[str, SqliteDriver], size: str, statistics: bool
) -> None:
    connection = connect(sizes[size])
    if statistics:
        connection.execute("BEGIN")
        connection.execute("ANALYZE")

    plans = {name: searched(connection, statement) for name, statement in HOT.items()}

    connection.close()
    assert plans == {name: [f"SEARCH {way}" for way in ways] for name, ways in WAYS.items()}


def test_a_scan_would_be_seen(sizes: dict[str, SqliteDriver]) -> None:
    connection = connect(sizes["many members"])
    plan = connection.execute("EXPLAIN QUERY PLAN SELECT * FROM loyalty_entry WHERE points = 1").fetchall()
    connection.close()

    assert plan[0][3].startswith("SCAN")


def steps_of(driver: SqliteDriver, work: Callable[[SqliteStore], object]) -> int:
    """How many steps SQLite's machine takes for some work."""
    connection = connect(driver)
    connection.execute("BEGIN IMMEDIATE")
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(count, 1)
    work(SqliteStore(OwnExecutor(connection), "acme"))
    connection.set_progress_handler(None, 0)
    connection.rollback()
    connection.close()
    return steps


def posting(activities: int) -> Callable[[SqliteStore], None]:
    """Load all that any command can ask for, and save one more activity."""

    def work(store: SqliteStore) -> None:
        batch = store.load(
            [
                Ask(
                    MemberRef("member", "M-1"),
                    now=10**8,
                    key=ActivityKey("pos", "purchase", "new"),
                    identities=(MemberRef("card", "C-2"),),
                    original=Original("1-1"),
                    first_of_type="purchase",
                    period_starts=(("day", 3), ("lifetime", 0)),
                    attributes=True,
                    open_lots=True,
                    hold=HELD + 2,
                    credits_since=activities - 2,
                )
            ]
        )
        account, tiers = batch.accounts[1], batch.tiers[1]
        assert (len(account.lots), list(account.emptied), len(account.holds)) == (3, [1], 2)
        assert (len(tiers.changes), len(tiers.credits)) == (2, 3)
        assert batch.first_at == {(1, "purchase"): 1}
        store.save(history(1, activities + 1, activities + 1))
        store.due_accounts(10**8, 0, 10)

    return work


def test_a_posting_takes_as_many_steps_after_a_thousand_activities_as_after_four(
    sizes: dict[str, SqliteDriver],
) -> None:
    short = steps_of(sizes["many members"], posting(4))
    long = steps_of(sizes["long histories"], posting(1000))

    assert abs(long - short) < 0.02 * short


def test_counting_steps_would_see_a_scan(sizes: dict[str, SqliteDriver]) -> None:
    def scan(store: SqliteStore) -> None:
        store._executor.fetch("SELECT count(*) FROM loyalty_lot WHERE account_id = 1 AND held > 0", {})

    assert steps_of(sizes["long histories"], scan) > 20 * steps_of(sizes["many members"], scan)


def test_much_that_is_due_is_found_page_by_page(
    sizes: dict[str, SqliteDriver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways to the due accounts give the same pages."""
    driver = sizes["many members"]

    def pages() -> list[list[int]]:
        return driver.transact(
            lambda store: [list(store.due_accounts(10**9, after, 7)) for after in (0, 7, 990, 998, 1000)]
        )

    by_instant = pages()
    monkeypatch.setattr(due_reads, "MUCH", 100)
    assert pages() == by_instant
    assert by_instant[0] == [1, 2, 3, 4, 5, 6, 7]
    assert by_instant[3:] == [[999, 1000], []]
