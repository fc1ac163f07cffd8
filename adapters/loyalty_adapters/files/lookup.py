"""A second table joined by a key, such as the products of a shop."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from loyalty_adapters.files.cells import to_text
from loyalty_adapters.files.chunk import Table
from loyalty_adapters.files.csv import CsvTable
from loyalty_adapters.files.mapping import FileMapping, LookupFile
from loyalty_adapters.files.parquet import ParquetTable
from loyalty_adapters.files.source_file import kind_of
from loyalty_engine.errors import InvalidFile


def open_table(path: Path, delimiter: str) -> Table:
    """The csv or parquet file of this name. Raises InvalidFile."""
    kind = kind_of(path)
    if kind == "csv":
        return CsvTable(path, delimiter)
    if kind == "parquet":
        return ParquetTable(path)
    raise InvalidFile(f"{path}: a table is expected, csv or parquet", file=str(path))


class Lookup:
    """Some columns of a look-up table by its key. Keys are compared as text, so 17 finds "17"."""

    def __init__(self, table: Table, key: str, columns: Sequence[str]) -> None:
        require_columns(table, [key, *columns])
        self._positions = {name: position for position, name in enumerate(columns)}
        self._rows: dict[str, tuple[Any, ...]] = {}
        shared: dict[Any, Any] = {}  # the same text is kept once
        for chunk in table.chunks(list(dict.fromkeys([key, *columns]))):
            if chunk.broken:
                broken = chunk.broken[0][1]
                raise InvalidFile(f"{table.path}:{broken.line}: {broken.problem}", file=str(table.path))
            cells = [[shared.setdefault(cell, cell) for cell in chunk.column(name)] for name in columns]
            rows = zip(*cells, strict=True) if cells else ((),) * len(chunk.numbers)
            for cell, row in zip(chunk.column(key), rows, strict=True):
                text = to_text(cell) if cell is not None else ""
                if text in self._rows:
                    raise InvalidFile(f"{table.path}: two rows have the {key} `{text}`", file=str(table.path))
                self._rows[text] = row

    def cell(self, key: Any, column: str) -> Any:
        """The cell of one column in the key's row; None when there is no such row."""
        row = self._rows.get(to_text(key))
        return row[self._positions[column]] if row is not None else None


def open_lookup(
    name: str, described: LookupFile, mapping: FileMapping, data: Path, columns: Sequence[str]
) -> Lookup:
    """Reads a look-up table that stands beside the data or, failing that, beside the mapping file.

    The data comes first: a mapping may be used for a larger file that has its own look-up table.
    Raises InvalidFile when it stands in neither place or lacks a column.
    """
    folders = (data.resolve().parent, mapping.folder)
    for folder in folders:
        path = folder / described.file
        if path.is_file():
            with closing(open_table(path, mapping.delimiter)) as table:
                return Lookup(table, described.key, columns)
    places = " nor in ".join(str(folder) for folder in dict.fromkeys(folders))
    raise InvalidFile(f"the look-up file {described.file} (`{name}`) is not in {places}", file=described.file)


def require_columns(table: Table, columns: Sequence[str]) -> None:
    """Raises InvalidFile naming the columns that a table lacks."""
    missing = [name for name in dict.fromkeys(columns) if name not in table.columns]
    if missing:
        raise InvalidFile(
            f"{table.path} has no column {', '.join(f'`{name}`' for name in missing)}; "
            f"it has {', '.join(table.columns)}",
            file=str(table.path),
        )
