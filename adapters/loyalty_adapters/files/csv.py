"""Reading tables from csv files, packed with gzip or not."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from io import BufferedReader
from pathlib import Path
from typing import Any, NamedTuple

from loyalty_adapters.files.chunk import starts_of_runs
from loyalty_adapters.files.raw_record import RawRecord
from loyalty_adapters.files.source_file import damage_named, open_bytes
from loyalty_engine.errors import InvalidFile

ROWS = 4096  # rows a chunk
LONGEST_LINE = 1024 * 1024  # bytes
LINES_A_ROW = 100  # a quoted cell may hold line ends, but a quote too many must not swallow the file


class CsvChunk:
    """Some rows of a csv file; every cell is text."""

    def __init__(
        self,
        header: Sequence[str],
        rows: list[list[str]],
        numbers: list[int],
        broken: list[tuple[int, RawRecord]],
    ) -> None:
        self.numbers: Sequence[int] = numbers
        self.broken: Sequence[tuple[int, RawRecord]] = broken
        turned = zip(*rows, strict=True) if rows else ([] for _ in header)
        self._columns = dict(zip(header, map(list[Any], turned), strict=True))

    def column(self, name: str) -> list[Any]:
        """All cells of a column."""
        return self._columns[name]

    def cells(self, name: str, positions: Sequence[int]) -> list[Any]:
        """The cells of a column at some positions."""
        cells = self._columns[name]
        return [cells[position] for position in positions]

    def run_starts(self, name: str) -> list[int]:
        """The positions where a column's cell differs from the one before."""
        return starts_of_runs(self._columns[name])


class _Row(NamedTuple):
    line: int  # its first line in the file
    cells: list[str]
    problem: str | None


class CsvTable:
    """A csv file whose first line names the columns.

    Raises InvalidFile when it cannot be opened or its header cannot be read.
    """

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        self.path = path
        stream, self.progress = open_bytes(path)
        self._rows = _Rows(stream, delimiter)
        try:
            with damage_named(path):
                self.columns = tuple(_column_names(next(self._rows, None)))
        except ValueError as error:
            self.close()
            raise InvalidFile(f"{path}: {error}", file=str(path)) from error
        except InvalidFile:
            self.close()
            raise

    def close(self) -> None:
        """Closes the file."""
        self._rows.close()

    def chunks(self, columns: Sequence[str]) -> Iterator[CsvChunk]:
        """The rows in order; a row that cannot be read stands in `broken`."""
        rows: list[list[str]] = []
        numbers: list[int] = []
        broken: list[tuple[int, RawRecord]] = []
        with damage_named(self.path), closing(self._rows):
            for row in self._rows.checked(len(self.columns)):
                if row.problem is not None:
                    broken.append((len(rows), RawRecord(str(self.path), row.line, None, row.problem)))
                    continue
                rows.append(row.cells)
                numbers.append(row.line)
                if len(rows) == ROWS:
                    yield CsvChunk(self.columns, rows, numbers, broken)
                    rows, numbers, broken = [], [], []
        if rows or broken:
            yield CsvChunk(self.columns, rows, numbers, broken)


def _column_names(header: _Row | None) -> list[str]:
    """The names in the first row; raises ValueError when there is none or one stands twice."""
    if header is None:
        raise ValueError("the file is empty; its first line must name the columns")
    if header.problem:
        raise ValueError(f"the line with the column names: {header.problem}")
    names = [name.strip() for name in header.cells]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two columns are called `{name}`")
    return names


class _Rows(Iterator[_Row]):
    """Parses rows from lines of bytes; after a row that fails it goes on at the second line of it."""

    def __init__(self, stream: BufferedReader[Any], delimiter: str) -> None:
        self._stream = stream
        self._delimiter = delimiter
        self._line = 0  # lines handed to the parser
        self._again: deque[bytes] = deque()  # lines to be parsed once more
        self._taken: list[bytes] = []  # lines of the row being parsed
        self._parser = csv.reader(self._feed(), delimiter=delimiter, strict=True)

    def __next__(self) -> _Row:
        while True:
            first = self._line + 1
            self._taken.clear()
            try:
                cells = next(self._parser)
            except (csv.Error, ValueError) as error:
                self._resume_after(first)
                return _Row(first, [], _sentence(error))
            if cells:  # an empty line is no row
                return _Row(first, cells, None)

    def checked(self, width: int) -> Iterator[_Row]:
        """The rows; one of another number of cells is a problem."""
        for row in self:
            if row.problem is None and len(row.cells) != width:
                self._resume_after(row.line)
                problem = f"the row has {len(row.cells)} cells, the first line names {width} columns"
                yield _Row(row.line, [], problem)
            else:
                yield row

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()

    def _feed(self) -> Iterator[str]:
        while line := self._next_line():
            self._line += 1
            self._taken.append(line)
            if len(line) > LONGEST_LINE:
                raise ValueError(f"the line is longer than {LONGEST_LINE} bytes")
            if len(self._taken) > LINES_A_ROW:
                raise ValueError(f"a quoted cell that begins here does not end within {LINES_A_ROW} lines")
            if self._line == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            yield line.decode()

    def _next_line(self) -> bytes:
        if self._again:
            return self._again.popleft()
        line = rest = self._stream.readline(LONGEST_LINE + 1)
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = self._stream.readline(LONGEST_LINE + 1)
        return line

    def _resume_after(self, line: int) -> None:
        """Lets what follows the first line of the failed row be parsed anew: it may be whole rows."""
        self._again.extendleft(reversed(self._taken[1:]))
        self._line = line
        self._parser = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)


def _sentence(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start + 1} of the line"
    if "unexpected end of data" in str(error):
        return "a quoted cell that begins here never ends"
    return f"not csv: {error}" if isinstance(error, csv.Error) else str(error)
