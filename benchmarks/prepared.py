"""Databases to measure on: one is filled through the public surface, and everybody gets a copy of it.

They stand in memory (a tmpfs), and SQLite waits for no flush (synchronous NORMAL): what is measured is the
work, not the disk.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Table

from loyalty_adapters.driver import open_driver
from loyalty_adapters.files.rule_folder import read_rule_files
from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.tables import METADATA, PREFIX
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine

TMPFS = Path("/dev/shm")
CLOCKED = ("recorded_at", "effective_at", "account.clock", "digest", "receipt")
"""What hangs on the instant at which a command had its turn, and so on the order among callers."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Both clocks of an engine: a microsecond passes whenever one looks, as two commands never share one."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def set(self, now: datetime) -> None:
        """Turn it to an instant."""
        self._now = (now - _EPOCH) // timedelta(microseconds=1)

    def __call__(self) -> int:
        self._now += 1
        return self._now


class Opened:
    """An engine on a database file, with the parts that a benchmark turns and reads."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.path = path
        driver = open_driver(f"sqlite:///{path}", synchronous="NORMAL")
        assert isinstance(driver, SqliteDriver)
        self.driver = driver
        self.clock = Clock(now)
        self.engine = LoyaltyEngine(driver, self.clock, self.clock)

    @property
    def commits_per_posting(self) -> float:
        """Transactions that were committed for commands, per command."""
        writer = self.driver.writer
        return writer.groups / writer.postings

    def close(self) -> None:
        """Let go of the database; all of it stands in its one file then."""
        self.engine.close()
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that lives as long as the benchmark."""
    with tempfile.TemporaryDirectory(dir=TMPFS if TMPFS.is_dir() else None) as name:
        yield Path(name)


def prepare(path: Path, rules: Path, now: datetime, fill: Callable[[Opened], object]) -> None:
    """A database with a program, filled by `fill`, in one file."""
    opened = Opened(path, now)
    opened.engine.publish(read_rule_files(rules))
    fill(opened)
    opened.close()


def copied(path: Path, name: str, place: Path | None = None) -> Path:
    """A copy of a prepared database, beside it or in another folder."""
    file = f"{re.sub('[^a-z0-9]+', '-', name.lower())}.db"
    return Path(shutil.copy(path, (place or path.parent) / file))


def raw_connection(path: Path) -> sqlite3.Connection:
    """Plain sqlite3, set as the engine sets its own connections."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512, check_same_thread=False)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -16384")
    return connection


def require_same_rows(one: Path, other: Path, leave_out: Collection[str] = ()) -> None:
    """Raise AssertionError, naming the tables, unless two databases hold the same rows.

    `leave_out` names columns that are not compared, in every table or in one: `until`, `hold.until`.
    """
    different = []
    with closing(sqlite3.connect(one)) as connection:
        connection.execute("ATTACH ? AS other", (str(other),))
        for table in METADATA.sorted_tables:
            columns = ", ".join(_compared(table, leave_out))
            ours, theirs = (f"SELECT {columns} FROM {schema}.{table.name}" for schema in ("main", "other"))
            query = f"SELECT count(*) FROM (SELECT * FROM ({ours} EXCEPT {theirs}) UNION ALL "
            query += f"SELECT * FROM ({theirs} EXCEPT {ours}))"
            if connection.execute(query).fetchone()[0]:
                different.append(table.name)
    if different:
        raise AssertionError(f"{one.stem} and {other.stem} differ in {', '.join(different)}")


def _compared(table: Table, leave_out: Collection[str]) -> Iterator[str]:
    for column in table.c:
        if not {column.name, f"{table.name.removeprefix(PREFIX)}.{column.name}"} & set(leave_out):
            yield column.name
