"""The floor: what the engine wrote, written again by plain sqlite3, the very same rows and nothing else.

It reads nothing, decides nothing and checks nothing but what the tables themselves check; its statements are
prepared and its rows stand ready. One posting is one transaction, as it is for a caller of ours.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.prepared import raw_connection
from loyalty_adapters.sql.insertion import Insertion
from loyalty_adapters.sql.sqlite_executor import SqliteExecutor

Rows = list[tuple[Any, ...]]
Posting = list[tuple[str, Rows]]
"""The statements of one transaction, each with the rows that it writes."""

BARE = ("loyalty_entry", "loyalty_lot", "loyalty_balance", "loyalty_account")


@contextmanager
def written_rows() -> Iterator[Posting]:
    """Everything that engines write inside, in order."""
    seen: Posting = []
    put = SqliteExecutor.put

    def watching(executor: SqliteExecutor, insertion: Insertion, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            seen.append((_text(insertion, rows), [tuple(row) for row in rows]))
        put(executor, insertion, rows)

    with patch.object(SqliteExecutor, "put", watching):
        yield seen


def bare(posting: Posting) -> Posting:
    """One row each of entry, lot, balance and account: the least that a posting of points can be."""
    found: Posting = []
    for table in BARE:
        for text, rows in posting:
            if text.startswith(f"INSERT INTO {table} "):
                found.append((text, rows[:1]))
                break
    return found


class RawFloor:
    """Writes postings, each in a transaction of its own, on a database of its own."""

    def __init__(self, path: Path, rounds: Sequence[Sequence[Posting]]) -> None:
        self.path = path
        self._connection = raw_connection(path)
        self._rounds = rounds

    @property
    def postings(self) -> list[Posting]:
        """All postings, of all rounds."""
        return [posting for postings in self._rounds for posting in postings]

    def run(self, number: int) -> None:
        """Write the postings of a round."""
        cursor = self._connection.cursor()
        for posting in self._rounds[number]:
            _post(cursor, posting)


def rows_in(postings: Sequence[Posting]) -> float:
    """Rows a posting, on the average."""
    return sum(len(rows) for posting in postings for _, rows in posting) / len(postings)


def _post(cursor: sqlite3.Cursor, posting: Posting) -> None:
    cursor.execute("BEGIN IMMEDIATE")
    for text, rows in posting:
        if len(rows) == 1:
            cursor.execute(text, rows[0])
        else:
            cursor.executemany(text, rows)
    cursor.execute("COMMIT")


def _text(insertion: Insertion, rows: Sequence[tuple[Any, ...]]) -> str:
    """The statement for one row."""
    text, _ = next(insertion.portions(rows[:1]))
    return text
