"""Running our statements on a connection to SQLite, in a transaction that whoever owns it has begun."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from loyalty_adapters.sql.insertion import Insertion
from loyalty_adapters.sql.sqlite_failure import FAILURES, failure
from loyalty_adapters.sql.statement import Statement
from loyalty_engine.errors import StoreFailure

Row = tuple[Any, ...]
Parameters = Mapping[str, Any] | tuple[Any, ...]


class SqliteExecutor(ABC):
    """Every failure comes out as an error of ours."""

    def rows(self, statement: Statement, **parameters: Any) -> list[Row]:
        """All rows that a statement gives."""
        return self.fetch(statement.text, parameters)

    def rows_of(self, statement: Statement, rows: Sequence[Any], **parameters: Any) -> list[Row]:
        """All rows that a statement gives for a set of values or rows."""
        return self.fetch(statement.text, {**parameters, "rows": _set_text(rows)})

    def value(self, statement: Statement, **parameters: Any) -> Any:
        """The one value that a statement gives."""
        return self.fetch(statement.text, parameters)[0][0]

    def stream(self, statement: Statement, **parameters: Any) -> Iterator[Row]:
        """The rows that a statement gives, one at a time."""
        return self.iterate(statement.text, parameters)

    def put(self, insertion: Insertion, rows: Sequence[Row]) -> None:
        """Write a set of rows; an empty one costs nothing."""
        if rows:
            self.execute(insertion.portions(rows))

    @abstractmethod
    def fetch(self, text: str, parameters: Parameters) -> list[Row]:
        """Run a statement; all its rows."""

    @abstractmethod
    def iterate(self, text: str, parameters: Parameters) -> Iterator[Row]:
        """Run a statement, once the first row is asked for; its rows as they come."""

    @abstractmethod
    def execute(self, steps: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
        """Run statements that give nothing, each with its parameters."""


class OwnExecutor(SqliteExecutor):
    """On a connection of ours, in autocommit mode: we send BEGIN and COMMIT. See `failure` for its errors."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._cursor = connection.cursor()

    def fetch(self, text: str, parameters: Parameters) -> list[Row]:
        """See `SqliteExecutor.fetch`."""
        try:
            return self._cursor.execute(text, parameters).fetchall()
        except FAILURES as error:
            raise failure(error) from error

    def iterate(self, text: str, parameters: Parameters) -> Iterator[Row]:
        """See `SqliteExecutor.iterate`."""
        try:
            yield from self._connection.execute(text, parameters)
        except FAILURES as error:
            raise failure(error) from error

    def execute(self, steps: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
        """See `SqliteExecutor.execute`."""
        try:
            for text, parameters in steps:
                self._cursor.execute(text, parameters)
        except FAILURES as error:
            raise failure(error) from error


def _set_text(rows: Sequence[Any]) -> str:
    """The JSON text of a set.

    Raises StoreFailure for a surrogate that stands alone, and for a NUL character: SQLite's JSON functions
    cut a text there, and two names that differ behind it would become one.
    """
    try:
        text = to_json(rows).decode()
    except PydanticSerializationError as error:
        raise StoreFailure(f"a text cannot be stored: {error}") from error
    if "\\u0000" in text and any("\0" in part for row in rows for part in _texts(row)):
        raise StoreFailure("a text with a NUL character cannot be looked up or stored")
    return text


def _texts(row: Any) -> list[str]:
    return [part for part in (row if isinstance(row, tuple) else (row,)) if isinstance(part, str)]
