"""Reading tables from parquet files, some thousand rows at a time, with pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from loyalty_adapters.files.chunk import starts_of_runs
from loyalty_adapters.files.raw_record import RawRecord
from loyalty_adapters.files.source_file import Progress
from loyalty_engine.errors import InvalidFile

ROWS = 8_192  # rows a chunk


class ParquetChunk:
    """Some rows of a parquet file, still in Arrow's columns."""

    broken: Sequence[tuple[int, RawRecord]] = ()

    def __init__(self, batch: Any, first_number: int) -> None:
        self._batch = batch
        self.numbers: Sequence[int] = range(first_number, first_number + batch.num_rows)

    def column(self, name: str) -> list[Any]:
        """All cells of a column."""
        return _cells(self._batch[name])

    def cells(self, name: str, positions: Sequence[int]) -> list[Any]:
        """The cells of a column at some positions."""
        import pyarrow as pa

        return _cells(self._batch[name].take(pa.array(positions, pa.int32())))

    def run_starts(self, name: str) -> list[int]:
        """The positions where a column's cell differs from the one before."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self._batch.num_rows == 0:
            return []
        try:
            ends = pc.run_end_encode(self._batch[name]).run_ends.to_pylist()
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # not for every type of column
            return starts_of_runs(self.column(name))
        return [0, *ends[:-1]]


def _cells(array: Any) -> list[Any]:
    import pyarrow as pa

    if pa.types.is_timestamp(array.type) and array.type.unit == "ns":
        array = array.cast(pa.timestamp("us", array.type.tz), safe=False)
    cells: list[Any] = array.to_pylist()
    return cells


class ParquetTable:
    """A parquet file.

    Raises InvalidFile when it cannot be opened, is not parquet, is cut off, or pyarrow is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            import pyarrow.parquet as pq
        except ImportError as error:
            raise InvalidFile(
                f"{path}: reading parquet needs pyarrow; install loyalty-engine[files]", file=str(path)
            ) from error
        with _damage_named(path):
            # pre_buffer would hold whole row groups: a file of one row group would be read at once.
            self._file = pq.ParquetFile(path, memory_map=True, pre_buffer=False)
            self.columns: tuple[str, ...] = tuple(self._file.schema_arrow.names)
        self._rows = 0
        self.progress = Progress("rows", self._file.metadata.num_rows, lambda: self._rows)

    def chunks(self, columns: Sequence[str]) -> Iterator[ParquetChunk]:
        """The rows in order, with these columns."""
        with _damage_named(self.path), self._file:
            for batch in self._file.iter_batches(ROWS, columns=list(columns), use_threads=False):
                first = self._rows + 1
                self._rows += batch.num_rows
                yield ParquetChunk(batch, first)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def records(self) -> Iterator[RawRecord]:
        """The rows as activities, where the columns are those of the wire format."""
        for chunk in self.chunks(self.columns):
            columns = [chunk.column(name) for name in self.columns]
            for number, cells in zip(chunk.numbers, zip(*columns, strict=True), strict=True):
                raw = _wire(dict(zip(self.columns, cells, strict=True)))
                yield RawRecord(str(self.path), number, raw)


def _wire(value: Any) -> Any:
    """What JSON would hold: empty fields left out, times and decimals as text."""
    if isinstance(value, dict):
        return {name: _wire(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_wire(item) for item in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except FileNotFoundError as error:
        raise InvalidFile(f"{path}: No such file or directory", file=str(path)) from error
    except (pa.ArrowException, OSError) as error:
        raise InvalidFile(f"{path}: {' '.join(str(error).split())}", file=str(path)) from error
