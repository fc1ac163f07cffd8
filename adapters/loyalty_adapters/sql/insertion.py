"""Writing a set of rows: one INSERT of many VALUES, upserting where a row may stand already.

A set of wide rows as JSON costs json_extract per column: 22 us for an entry's 24 columns, where VALUES
cost 8, as much as executemany; and unlike executemany a whole portion is one step, so the interpreter's
lock changes hands once a portion and not once a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects.sqlite import insert, pysqlite

POSITIONAL = pysqlite.dialect(paramstyle="qmark")
PORTION = 128  # rows; of 25 columns still far below SQLite's limit of 32,766 parameters
# Every small number and powers of two above: any set takes few steps, and few texts are ever prepared.
_SIZES = (128, 64, 32, 16, 8, 7, 6, 5, 4, 3, 2, 1)


class Insertion:
    """Rows of one table, each a tuple in the order of the table's columns.

    A row whose primary key stands already replaces the columns in `changing` and adds to those in `adding`;
    with none of either it is a violated constraint.
    """

    def __init__(self, table: Table, changing: Sequence[str] = (), adding: Sequence[str] = ()) -> None:
        self.table = table
        self.changing = tuple(changing)
        self.adding = tuple(adding)

    def portions(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The statements that write the rows, in order, each with its positional parameters."""
        start, left = 0, len(rows)
        for size in _SIZES:
            while left >= size:
                yield _text(self, size), tuple(chain.from_iterable(rows[start : start + size]))
                start, left = start + size, left - size

    def core(self) -> Any:
        """The statement for one row, its parameters named as the columns."""
        statement = insert(self.table).values(
            {column.name: bindparam(column.name) for column in self.table.c}
        )
        if not self.changing and not self.adding:
            return statement.inline()
        new: dict[str, Any] = {name: statement.excluded[name] for name in self.changing}
        new |= {name: self.table.c[name] + statement.excluded[name] for name in self.adding}
        keys = list(self.table.primary_key)
        return statement.on_conflict_do_update(index_elements=keys, set_=new).inline()


@cache
def _text(insertion: Insertion, size: int) -> str:
    one = str(insertion.core().compile(dialect=POSITIONAL))
    row = "(" + ", ".join("?" * len(insertion.table.c)) + ")"
    head, tail = one.split(row)  # exactly one: the compiled text has one row of values
    return head + ", ".join([row] * size) + tail
