"""A piece of a table, column by column, as the readers of csv and parquet hand it on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from loyalty_adapters.files.raw_record import RawRecord
from loyalty_adapters.files.source_file import Progress


class Chunk(Protocol):
    """Some thousand rows. `numbers` are their places in the file, from 1.

    `broken` are rows that could not be read at all, each with the position in the chunk it stood before.
    """

    numbers: Sequence[int]
    broken: Sequence[tuple[int, RawRecord]]

    def column(self, name: str) -> list[Any]:
        """All cells of a column; None or "" where empty."""
        ...

    def cells(self, name: str, positions: Sequence[int]) -> list[Any]:
        """The cells of a column at some positions (from 0)."""
        ...

    def run_starts(self, name: str) -> list[int]:
        """The positions where a column's cell differs from the one before; 0 is always one."""
        ...


class Table(Protocol):
    """A file of rows and named columns."""

    path: Path
    columns: tuple[str, ...]
    progress: Progress

    def chunks(self, columns: Sequence[str]) -> Iterator[Chunk]:
        """The rows in order, with at least these columns; raises InvalidFile where the file is damaged."""
        ...

    def close(self) -> None:
        """Closes the file; after the last chunk it is closed already."""
        ...


def starts_of_runs(cells: Sequence[Any]) -> list[int]:
    """The positions where a value differs from the one before it; [0] first, unless there is none."""
    if not cells:
        return []
    differ = [i for i, (a, b) in enumerate(pairwise(cells), start=1) if a != b]
    return [0, *differ]
