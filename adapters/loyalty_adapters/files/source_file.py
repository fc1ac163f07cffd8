"""Opening a file as bytes, packed or not, and saying how much of it is read."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loyalty_engine.errors import InvalidFile


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reader is, for a progress bar."""

    unit: str  # bytes | rows
    total: int
    position: Callable[[], int]

    @property
    def done(self) -> int:
        """Bytes or rows read so far; never more than `total`."""
        return min(self.position(), self.total)


def kind_of(path: Path) -> str:
    """The format that a file's name says: jsonl, csv or parquet.

    Raises InvalidFile when the ending is none we know.
    """
    name = path.name.lower().removesuffix(".gz")
    for ending, kind in ((".jsonl", "jsonl"), (".ndjson", "jsonl"), (".csv", "csv")):
        if name.endswith(ending):
            return kind
    if path.name.lower().endswith(".parquet"):
        return "parquet"
    raise InvalidFile(
        f"{path}: the ending says no format we read; use .jsonl, .ndjson, .csv (each also .gz) or .parquet",
        file=str(path),
    )


def open_bytes(path: Path) -> tuple[io.BufferedReader[Any], Progress]:
    """The file's bytes, unpacked when its name ends in .gz, and how many of the stored bytes are read.

    Raises InvalidFile when it cannot be opened.
    """
    try:
        total = path.stat().st_size
        stored = path.open("rb")
    except OSError as error:
        raise InvalidFile(f"{path}: {error.strerror or error}", file=str(path)) from error

    def position() -> int:
        return total if stored.closed else stored.raw.tell()

    progress = Progress("bytes", total, position)
    if not path.name.lower().endswith(".gz"):
        return stored, progress
    unpacked = io.BufferedReader(_Unpacked(stored))
    try:
        with damage_named(path):
            unpacked.peek(1)
    except InvalidFile:
        unpacked.close()
        raise
    return unpacked, progress


class _Unpacked(gzip.GzipFile):
    """A packed file that closes the file it unpacks, as it does when it opens one by name."""

    def __init__(self, stored: io.BufferedReader[Any]) -> None:
        super().__init__(fileobj=stored, mode="rb")
        self._stored = stored

    def close(self) -> None:
        super().close()
        self._stored.close()


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Turns what the operating system or gzip says about a damaged file into InvalidFile."""
    try:
        yield
    except EOFError as error:
        raise InvalidFile(f"{path}: the compressed file is cut off", file=str(path)) from error
    except (OSError, zlib.error) as error:
        raise InvalidFile(f"{path}: {error}", file=str(path)) from error
