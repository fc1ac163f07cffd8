"""The fields of activities and lines, computed column by column as a mapping says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

from loyalty_adapters.files.cells import (
    BadCell,
    Converter,
    minor_units_to_money,
    to_attribute,
    to_money,
    to_quantity,
    to_text,
    to_time,
)
from loyalty_adapters.files.lookup import Lookup, open_lookup
from loyalty_adapters.files.mapping import ActivityFields, FileMapping, LineFields

MONEY_FIELDS = ("amount", "discount", "tax", "shipping")
Columns = Callable[[str], list[Any]]  # the cells of a column


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """One field of the wire format and the column it comes from."""

    name: str
    column: str
    converter: Converter


@dataclass(slots=True)
class Fields:
    """The fields of one section, activity or line: computes the sections of many rows at once."""

    columns: list[FieldColumn]
    constants: dict[str, Any]
    attributes: Fields | None = None
    member: Fields | None = None  # where an identity of some kind names the member
    problems: dict[int, str] = field(default_factory=dict)  # position in the last rows: what is wrong there

    def source_columns(self) -> list[str]:
        """The columns of the file that are needed, each once."""
        nested = [part.source_columns() for part in (self.attributes, self.member) if part]
        return list(dict.fromkeys([c.column for c in self.columns] + [c for part in nested for c in part]))

    def rows(self, cells: Columns, count: int) -> list[dict[str, Any]]:
        """The wire objects of `count` rows; empty fields are left out. Sets `problems`."""
        self.problems = {}
        names = [column.name for column in self.columns]
        values = [self._values(column, cells) for column in self.columns]
        for name, part in (("member", self.member), ("attributes", self.attributes)):
            if part is not None:
                names.append(name)
                values.append([row or None for row in part.rows(cells, count)])
                self.problems.update(part.problems)
        if not names:
            return [self.constants.copy() for _ in range(count)]
        # dict(zip(names, row)) for each row: this spelling took two thirds of the time of a comprehension.
        rows: list[dict[str, Any]] = list(map(dict, map(zip, repeat(names), zip(*values, strict=True))))
        for name, column in zip(names, values, strict=True):
            if None in column:
                _leave_out(name, rows, column)
        return [{**self.constants, **row} for row in rows] if self.constants else rows

    def _values(self, column: FieldColumn, cells: Columns) -> list[Any]:
        values = column.converter.convert_all(cells(column.column))
        if column.converter.met_bad_cell:
            for position, value in enumerate(values):
                if isinstance(value, BadCell):
                    values[position] = None
                    self.problems[position] = f"{column.name} (column {column.column}): {value.problem}"
        return values


def _leave_out(name: str, rows: list[dict[str, Any]], values: list[Any]) -> None:
    for row, value in zip(rows, values, strict=True):
        if value is None:
            del row[name]


class FieldsOfFile:
    """Makes the fields of a mapping ready for one data file; opens its look-up tables.

    Raises InvalidFile when a look-up table is missing or lacks a column.
    """

    def __init__(self, mapping: FileMapping, data: Path) -> None:
        self._mapping = mapping
        self._lookups = _open_lookups(mapping, data)

    def of_activity(self) -> Fields:
        """The fields of an activity, its lines left out."""
        mapping = self._mapping
        names = mapping.activity
        fields = self._section(names, mapping.constants, mapping.defaults)
        if isinstance(names.member, dict):
            fields.member = Fields([self._column(k, c, to_text) for k, c in names.member.items()], {})
        return fields

    def of_lines(self) -> Fields | None:
        """The fields of a line; None when the activities have no lines."""
        mapping = self._mapping
        if mapping.lines is None:
            return None
        return self._section(mapping.lines, mapping.constants.lines, mapping.defaults.lines)

    def _section(self, names: LineFields | ActivityFields, constants: Any, defaults: Any) -> Fields:
        given = {name: column for name, column in _given(names).items() if isinstance(column, str)}
        columns = [
            self._column(name, column, self._convert(name), getattr(defaults, name))
            for name, column in given.items()
        ]
        attributes = self._attributes(names.attributes, constants.attributes, defaults.attributes)
        fixed = {**_given(defaults), **_given(constants)}
        fixed = {name: value for name, value in fixed.items() if name not in given}
        return Fields(columns, fixed, attributes)

    def _attributes(
        self, names: Mapping[str, str], constants: Mapping[str, str], defaults: Mapping[str, str]
    ) -> Fields | None:
        columns = [
            self._column(name, column, to_attribute, defaults.get(name)) for name, column in names.items()
        ]
        fixed = {name: value for name, value in {**defaults, **constants}.items() if name not in names}
        return Fields(columns, fixed) if columns or fixed else None

    def _convert(self, name: str) -> Callable[[Any], Any]:
        mapping = self._mapping
        if name in MONEY_FIELDS:
            return minor_units_to_money(mapping.places) if mapping.money == "minor units" else to_money
        if name == "quantity":
            return to_quantity
        if name == "at":
            return to_time(mapping.zone, mapping.local_zone, mapping.time_format)
        return to_text

    def _column(
        self, name: str, source: str, convert: Callable[[Any], Any], default: Any = None
    ) -> FieldColumn:
        table, _, column = source.partition(".")
        lookup = self._lookups.get(table) if column else None
        if lookup is None:
            return FieldColumn(name, source, Converter(convert, default))
        key = self._mapping.lookups[table].data_column
        return FieldColumn(name, key, Converter(_joined(lookup, column, convert), default))


def _joined(lookup: Lookup, column: str, convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def convert_found(key: Any) -> Any:
        cell = lookup.cell(key, column)
        return None if cell is None or cell == "" else convert(cell)

    return convert_found


def _given(names: LineFields | ActivityFields) -> dict[str, Any]:
    """The fields that are set, in the order of the wire format; attributes and lines left out."""
    order = type(names).model_fields
    found = {name: getattr(names, name) for name in order if name not in ("attributes", "lines")}
    return {name: value for name, value in found.items() if value is not None}


def _open_lookups(mapping: FileMapping, data: Path) -> Mapping[str, Lookup]:
    wanted: dict[str, list[str]] = {name: [] for name in mapping.lookups}
    for source in _sources(mapping):
        table, _, column = source.partition(".")
        if column and table in wanted and column not in wanted[table]:
            wanted[table].append(column)
    return {
        name: open_lookup(name, mapping.lookups[name], mapping, data, columns)
        for name, columns in wanted.items()
        if columns
    }


def _sources(mapping: FileMapping) -> list[str]:
    sections: list[LineFields | ActivityFields] = [mapping.activity]
    if mapping.lines is not None:
        sections.append(mapping.lines)
    found: list[str] = []
    for section in sections:
        found.extend(section.attributes.values())
        for value in _given(section).values():
            found.extend(value.values() if isinstance(value, dict) else [value])
    return found
