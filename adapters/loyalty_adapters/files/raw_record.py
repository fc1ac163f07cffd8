"""What a reader gives: one activity as the file has it, or why that place of the file gives none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class RawRecord(NamedTuple):
    """An activity in the wire format, not parsed yet, with the place it came from.

    Exactly one of `raw` and `problem` is there. A problem is a sentence for a person.
    """

    file: str
    line: int  # from 1: the line of a text file, the row of a table; of a basket, its first
    raw: Mapping[str, Any] | None
    problem: str | None = None
    text: str | None = None  # the line as it stands in the file, where it is one that cannot be read
