"""The file that keeps what a replay could not record, with its place and the reason, to be mended."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from loyalty_adapters.files.raw_record import RawRecord
from loyalty_engine.errors import InvalidCommand, InvalidFile, LoyaltyError


class RejectFile:
    """JSON lines; afterwards the file holds the rejects of this run alone, and is not there without any."""

    def __init__(self, path: Path, inputs: Iterable[Path]) -> None:
        """Raises InvalidCommand when it is one of the inputs, InvalidFile when it cannot be written there."""
        self.path = path
        self.count = 0
        self._file: IO[str] | None = None
        if path.resolve() in {other.resolve() for other in inputs}:
            raise InvalidCommand(
                f"{path} is to be replayed, so rejects cannot be written to it", file=str(path)
            )
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise InvalidFile(f"rejects cannot be written to {path}", file=str(path))

    def add(self, record: RawRecord, error: LoyaltyError) -> None:
        """Note one reject. Raises InvalidFile when it cannot be written."""
        line = {
            "file": record.file,
            "line": record.line,
            "code": error.code,
            "reason": error.message,
            "activity": record.raw,
            "text": record.text,
        }
        try:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace")
            json.dump(line, self._file, ensure_ascii=False, separators=(",", ":"), default=str)
            self._file.write("\n")
        except OSError as failure:
            raise InvalidFile(
                f"cannot write {self.path}: {failure.strerror}", file=str(self.path)
            ) from failure
        self.count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        elif kind is None and self.path.is_file():
            self.path.unlink()  # it would pass for this run's
