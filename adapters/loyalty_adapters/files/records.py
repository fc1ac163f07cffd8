"""Opening a file of activities, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from loyalty_adapters.files.baskets import BasketReader
from loyalty_adapters.files.chunk import Table
from loyalty_adapters.files.jsonl import read_jsonl
from loyalty_adapters.files.lookup import open_table
from loyalty_adapters.files.mapping import FileMapping
from loyalty_adapters.files.parquet import ParquetTable
from loyalty_adapters.files.raw_record import RawRecord
from loyalty_adapters.files.source_file import Progress, kind_of
from loyalty_engine.errors import InvalidFile


class Records(Iterator[RawRecord]):
    """The records of one file, in its order, and how far reading them is.

    The file is closed after the last record, by `close`, or at the end of a `with` block.
    """

    def __init__(self, records: Iterator[RawRecord], progress: Progress, close: Callable[[], None]) -> None:
        self._records = records
        self._close = close
        self.progress = progress

    def __next__(self) -> RawRecord:
        return next(self._records)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; there are no more records."""
        self._records = iter(())
        self._close()


def open_records(path: str | Path, mapping: FileMapping | None = None) -> Records:
    """The activities of a file, read as they are asked for, with bounded memory.

    The ending says the format. JSON lines are in the wire format already and need no mapping; csv needs
    one; parquet needs one unless its columns are those of the wire format. What a line or a row has wrong
    becomes a record with a problem, and reading goes on. Raises InvalidFile when the file cannot be read at
    all: at once when it cannot be opened, while reading when it is damaged further in.
    """
    path = Path(path)
    kind = kind_of(path)
    if kind == "jsonl":
        return Records(*read_jsonl(path))
    if kind == "csv" and mapping is None:
        raise InvalidFile(
            f"{path}: a csv file needs a mapping, which says what its columns mean", file=str(path)
        )
    table = open_table(path, mapping.delimiter if mapping is not None else ",")
    try:
        return Records(_records(table, mapping), table.progress, table.close)
    except InvalidFile:
        table.close()
        raise


def _records(table: Table, mapping: FileMapping | None) -> Iterator[RawRecord]:
    if mapping is not None:
        return BasketReader(table, mapping).records()
    assert isinstance(table, ParquetTable)
    return table.records()
