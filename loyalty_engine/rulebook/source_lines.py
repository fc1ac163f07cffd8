"""The lines of a rule file as YAML counts them, so that positions and shown lines agree."""

from __future__ import annotations

import re

from loyalty_engine.rulebook.diagnostic import Mark

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def lines_of(text: str) -> list[str]:
    """The lines without their ends."""
    return _BREAK.split(text)


def mark_at(file: str, text: str, index: int, length: int = 1) -> Mark:
    """The position of a character of a text."""
    before = lines_of(text[:index])
    return Mark(file, len(before), len(before[-1]) + 1, length)
