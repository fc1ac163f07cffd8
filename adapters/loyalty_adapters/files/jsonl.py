"""Reading JSON lines: one activity in the wire format a line."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any

from loyalty_adapters.files.raw_record import RawRecord
from loyalty_adapters.files.source_file import Progress, damage_named, open_bytes

LONGEST_LINE = 4 * 1024 * 1024  # bytes: a basket of ten thousand lines has about two million


def read_jsonl(path: Path) -> tuple[Iterator[RawRecord], Progress, Callable[[], None]]:
    """The records of a file of JSON lines, in its order; the progress; what closes the file.

    Empty lines are left out.
    A line that is no JSON object becomes a record with its problem. Raises InvalidFile when the file
    cannot be opened, and while reading when it is damaged.
    """
    stream, progress = open_bytes(path)
    return _records(path, stream), progress, stream.close


def _records(path: Path, stream: BufferedReader[Any]) -> Iterator[RawRecord]:
    with stream, damage_named(path):
        for number, line in enumerate(_lines(stream), start=1):
            if line.isspace():
                continue
            try:
                raw = parse_object(line)
            except ValueError as error:
                cut = "" if line.endswith(b"\n") else "the file ends in this line; "
                text = line.decode(errors="backslashreplace").rstrip("\r\n")
                yield RawRecord(str(path), number, None, f"{cut}{error}", text)
            else:
                yield RawRecord(str(path), number, raw)


def _lines(stream: BufferedReader[Any]) -> Iterator[bytes]:
    """Lines with their ends; of one that is too long only the beginning, with the rest read over."""
    if stream.peek(3)[:3] == b"\xef\xbb\xbf":  # a byte order mark
        stream.read(3)
    while line := stream.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE + 1)


def parse_object(line: bytes) -> dict[str, Any]:
    """The JSON object of one line.

    Raises ValueError with a sentence when it is none: also for a name that stands twice, NaN, Infinity, a
    number beyond what a double holds, and text that is no Unicode.
    """
    if len(line) > LONGEST_LINE:
        raise ValueError(f"the line is longer than {LONGEST_LINE} bytes")
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start + 1} of the line") from None
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    if "\\ud" in text or "\\uD" in text:
        _refuse_half_characters(value)
    return value


def _refuse_half_characters(value: dict[str, Any]) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half a surrogate pair, which is no Unicode text") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name `{twice[:40]}` stands twice in one object")
    return result


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"`{text[:40]}` is too large a number")
    return number


def _integer(text: str) -> int:
    if len(text) > 40:
        raise ValueError(f"`{text[:20]}...` is too large a number")
    return int(text)


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_finite, parse_int=_integer, parse_constant=_constant
)
