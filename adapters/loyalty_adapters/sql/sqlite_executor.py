"""Runs statements on one sqlite3 connection in autocommit mode: whoever owns it sends BEGIN and COMMIT."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from loyalty_adapters.sql.insertion import Insertion
from loyalty_adapters.sql.sqlite_failure import FAILURES, failure
from loyalty_adapters.sql.statement import Statement
from loyalty_engine.errors import StoreFailure

Row = tuple[Any, ...]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class SqliteExecutor:
    """Every failure comes out as an error of ours: see `failure`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._cursor = connection.cursor()

    def rows(self, statement: Statement, **parameters: Any) -> list[Row]:
        """All rows that a statement gives."""
        try:
            return self._cursor.execute(statement.text, parameters).fetchall()
        except FAILURES as error:
            raise failure(error) from error

    def rows_of(self, statement: Statement, rows: Sequence[Any], **parameters: Any) -> list[Row]:
        """All rows that a statement gives for a set of values or rows."""
        return self.rows(statement, rows=_set_text(rows), **parameters)

    def value(self, statement: Statement, **parameters: Any) -> Any:
        """The one value that a statement gives."""
        return self.rows(statement, **parameters)[0][0]

    def stream(self, statement: Statement, **parameters: Any) -> Iterator[Row]:
        """The rows that a statement gives, one at a time."""
        try:
            yield from self._connection.execute(statement.text, parameters)
        except FAILURES as error:
            raise failure(error) from error

    def put(self, insertion: Insertion, rows: Sequence[Row]) -> None:
        """Write a set of rows; an empty one costs nothing."""
        try:
            for text, parameters in insertion.portions(rows):
                self._cursor.execute(text, parameters)
        except FAILURES as error:
            raise failure(error) from error


def _set_text(rows: Sequence[Any]) -> str:
    """The JSON text of a set.

    Raises StoreFailure for a NUL character: SQLite's JSON functions cut a text there, and two names that
    differ behind it would become one.
    """
    text = _encode(rows)
    if "\\u0000" in text and any("\0" in part for row in rows for part in _texts(row)):
        raise StoreFailure("a text with a NUL character cannot be looked up or stored")
    return text


def _texts(row: Any) -> list[str]:
    return [part for part in (row if isinstance(row, tuple) else (row,)) if isinstance(part, str)]
