"""From the rows of a table to activities: contiguous rows of one group are one basket."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from loyalty_adapters.files.chunk import Chunk, Table
from loyalty_adapters.files.fields import Fields, FieldsOfFile
from loyalty_adapters.files.lookup import require_columns
from loyalty_adapters.files.mapping import FileMapping
from loyalty_adapters.files.raw_record import RawRecord


@dataclass(slots=True)
class _Basket:
    """An activity whose rows may not all be read yet."""

    number: int  # of its first row
    group: Any  # the cell that its rows share
    activity: dict[str, Any]
    lines: list[dict[str, Any]]
    problem: str | None = None


@dataclass(slots=True)
class BasketReader:
    """Reads the activities of one table, some thousand rows at a time.

    Every field of an activity must agree over its rows, but `at`: the first row's counts. A basket with a
    row or a cell that cannot be read, or with rows that disagree, becomes a record with its problem: a
    basket is never given in part. Raises InvalidFile when the table lacks a column.
    """

    table: Table
    mapping: FileMapping
    activity: Fields = field(init=False)
    lines: Fields | None = field(init=False)

    def __post_init__(self) -> None:
        fields = FieldsOfFile(self.mapping, self.table.path)
        self.activity = fields.of_activity()
        self.lines = fields.of_lines()
        require_columns(self.table, self._columns())

    def records(self) -> Iterator[RawRecord]:
        """The activities in the order of the file."""
        open_basket: _Basket | None = None
        for chunk in self.table.chunks(self._columns()):
            yield from (record for _, record in chunk.broken)
            if not len(chunk.numbers):
                continue
            baskets = self._baskets(chunk)
            if open_basket is not None:
                if self.mapping.group is not None and open_basket.group == baskets[0].group:
                    self._continue(open_basket, baskets[0], chunk)
                    baskets[0] = open_basket
                else:
                    yield self._record(open_basket)
            open_basket = baskets.pop()
            yield from map(self._record, baskets)
        if open_basket is not None:
            yield self._record(open_basket)

    def _columns(self) -> list[str]:
        group = [self.mapping.group] if self.mapping.group is not None else []
        lines = self.lines.source_columns() if self.lines is not None else []
        return list(dict.fromkeys([*group, *self.activity.source_columns(), *lines]))

    def _baskets(self, chunk: Chunk) -> list[_Basket]:
        count, group = len(chunk.numbers), self.mapping.group
        starts = chunk.run_starts(group) if group is not None else list(range(count))
        groups = chunk.cells(group, starts) if group is not None else starts
        activities = self.activity.rows(lambda name: chunk.cells(name, starts), len(starts))
        lines = self.lines.rows(chunk.column, count) if self.lines is not None else []
        ends = [*starts[1:], count]
        baskets = [
            _Basket(chunk.numbers[start], key, activity, lines[start:end])
            for start, end, key, activity in zip(starts, ends, groups, activities, strict=True)
        ]
        self._note_problems(chunk, starts, baskets)
        return baskets

    def _note_problems(self, chunk: Chunk, starts: list[int], baskets: list[_Basket]) -> None:
        def note(position: int, problem: str) -> None:
            basket = baskets[bisect_right(starts, position) - 1]
            basket.problem = basket.problem or problem

        for index, problem in self.activity.problems.items():
            note(starts[index], problem)
        for position, problem in self.lines.problems.items() if self.lines is not None else ():
            note(position, f"row {chunk.numbers[position]}: {problem}")
        if self.mapping.group is None:
            return
        beginnings = set(starts)
        for position, record in chunk.broken:
            if position not in beginnings and position < len(chunk.numbers):
                note(position, f"row {record.line} in the middle of it cannot be read")
        for basket in baskets:
            if basket.group is None or basket.group == "":
                basket.problem = f"the column {self.mapping.group} is empty"
        for column in self._shared_columns():
            for position in chunk.run_starts(column):
                if position not in beginnings:
                    note(
                        position,
                        f"row {chunk.numbers[position]} has another {column} than the rows before it",
                    )

    def _shared_columns(self) -> list[str]:
        """The columns that all rows of a basket must agree in."""
        apart = {self.mapping.group, self.mapping.activity.at}
        return [column for column in self.activity.source_columns() if column not in apart]

    def _continue(self, basket: _Basket, more: _Basket, chunk: Chunk) -> None:
        """Adds the rows of the next chunk's beginning to a basket that the last chunk left open."""
        basket.lines.extend(more.lines)
        basket.problem = basket.problem or more.problem
        torn = [record.line for position, record in chunk.broken if position == 0]
        if torn and basket.problem is None:
            basket.problem = f"row {torn[0]} in the middle of it cannot be read"
        for name, value in more.activity.items():
            if name != "at" and basket.activity.get(name) != value and basket.problem is None:
                basket.problem = f"row {more.number} has another {name} than the rows before it"

    def _record(self, basket: _Basket) -> RawRecord:
        file = str(self.table.path)
        if basket.problem is not None:
            return RawRecord(file, basket.number, None, basket.problem)
        if self.lines is not None:
            basket.activity["lines"] = basket.lines
        return RawRecord(file, basket.number, basket.activity)
