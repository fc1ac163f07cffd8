"""A statement written once in Core, with its text for the driver's own cursor.

SQLite chooses its way by statistics if the host ever ran ANALYZE, and those grow stale: a table that was
small then is scanned for ever. So the way stands in the text: joins keep the order they are written in
(CROSS JOIN), and a partial index is named (INDEXED BY).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Column, Executable, FromClause, Text, and_, bindparam, column, func, literal_column
from sqlalchemy.dialects.sqlite import base, pysqlite
from sqlalchemy.sql.elements import ClauseElement, ColumnElement
from sqlalchemy.sql.selectable import Join


class _AsWritten(base.SQLiteCompiler):
    """Compiles so that the planner keeps to what is written."""

    def visit_join(self, join: Join, asfrom: bool = False, from_linter: Any = None, **kwargs: Any) -> str:
        assert join.onclause is not None
        left = self.process(join.left, asfrom=True, **kwargs)
        right = self.process(join.right, asfrom=True, **kwargs)
        return f"{left} CROSS JOIN {right} ON {self.process(join.onclause, **kwargs)}"

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


class _Dialect(pysqlite.dialect):
    statement_compiler = _AsWritten
    supports_statement_cache = True


SQLITE = _Dialect(paramstyle="named")


class Statement:
    """Core for a host's connection; compiled text for a connection of ours. Compiled on first use."""

    def __init__(self, core: Executable) -> None:
        self.core = core

    @cached_property
    def text(self) -> str:
        """The statement for SQLite, with :named parameters."""
        assert isinstance(self.core, ClauseElement)
        return str(self.core.compile(dialect=SQLITE))


def given(*keys: Column[Any], least: Column[Any] | None = None) -> FromClause:
    """For each row handed in, those of a table whose `keys` have the row's values: a source to select from.

    With `least`, a row's last value is what that column has at least. The rows come as the parameter
    `rows`, one JSON text: a list of values when there is one value in each, otherwise a list of lists.
    """
    values = given_values(len(keys) + (least is not None))
    matches = [key == value for key, value in zip(keys, values, strict=False)]
    if least is not None:
        matches.append(least >= values[-1])
    return _ELEMENTS.join(keys[0].table, and_(*matches))


def given_values(width: int) -> Sequence[ColumnElement[Any]]:
    """The values of the rows handed in, `width` of them in each."""
    value = _ELEMENTS.c.value
    if width == 1:
        return [value]
    return [func.json_extract(value, literal_column(f"'$[{place}]'")) for place in range(width)]


_ROWS = bindparam("rows", type_=Text())
_ELEMENTS = func.json_each(_ROWS).table_valued(column("value", Text())).alias("given")
