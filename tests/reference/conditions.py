"""Conditions as they are written, decided with Kleene's three values: True, False, None for unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.program import Program
from tests.reference.values import NUMERIC, Present, Value

ORDERED = (*NUMERIC, "date", "instant")


class Conditions:
    """The tests of one scope: `kinds` are the types of the fields that may be tested there."""

    def __init__(self, program: Program, kinds: Mapping[str, str]) -> None:
        self._program = program
        self._kinds = kinds

    def hold(self, block: Mapping[str, Any], present: Present) -> bool:
        """Whether a block is known to hold: unknown at the end is no match."""
        return self.truth(block, present) is True

    def truth(self, block: Mapping[str, Any], present: Present) -> bool | None:
        """All entries must hold."""
        return all_of(self._entry(key, written, present) for key, written in block.items())

    def _entry(self, key: str, written: Any, present: Present) -> bool | None:
        if key == "any":
            return any_of(self.truth(block, present) for block in written)
        if key == "not":
            return opposite(self.truth(written, present))
        if key not in present:
            return None
        return self._passes(written, present[key], self._kinds[key])

    def _passes(self, test: Any, value: Value, kind: str) -> bool:
        """What stands behind a field, on a value that is there."""
        if isinstance(test, dict):
            return not self._passes(test["not"], value, kind)
        if isinstance(test, list):
            return any(self._passes(one, value, kind) for one in test)
        if test.startswith("$"):
            return self._passes(self._program.lists[test[1:]], value, kind)
        if kind in ORDERED:
            return self._in_order(test, value, kind)
        if kind == "boolean":
            return (test == "true") is value
        assert isinstance(value, str)
        return value.startswith(test[:-1]) if test.endswith("*") else value == test

    def passes_window(self, text: str, at: datetime) -> bool:
        """Whether an instant lies in the text of `active:`."""
        return self._in_order(text, at, "instant")

    def _in_order(self, test: str, value: Value, kind: str) -> bool:
        zone = self._program.zone
        for sign in (">=", "<=", ">", "<"):
            if test.startswith(sign):
                side = compared(value, test[len(sign) :].strip(), kind, zone)
                return {">=": side >= 0, "<=": side <= 0, ">": side > 0, "<": side < 0}[sign]
        if ".." not in test:
            return compared(value, test, kind, zone) == 0
        low, _, high = test.partition("..")
        end_out = high.startswith("<")
        above = compared(value, low.strip(), kind, zone) >= 0
        side = compared(value, high.lstrip("<").strip(), kind, zone)
        return above and (side < 0 if end_out else side <= 0)


def compared(value: Any, text: str, kind: str, zone: ZoneInfo) -> int:
    """-1, 0 or 1: the value lies before, at or after what is written. A day is all its instants."""
    bound: Any
    if kind in NUMERIC:
        bound = Fraction(text)
    elif kind == "date":
        bound = date.fromisoformat(text)
    elif len(text) == len("2026-03-14"):
        value, bound = value.astimezone(zone).date(), date.fromisoformat(text)
    else:
        bound = moment(text, zone)
    return int(value > bound) - int(value < bound)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A point in time of a rule file in UTC; without a zone or an offset it is on the program's clock."""
    wall, _, name = text.partition(" ")
    written = datetime.fromisoformat(wall)
    if written.tzinfo is None:
        written = written.replace(tzinfo=ZoneInfo(name) if name else zone)
    return written.astimezone(UTC)


def all_of(truths: Iterable[bool | None]) -> bool | None:
    """False wins over unknown, unknown over true."""
    seen = list(truths)
    if False in seen:
        return False
    return None if None in seen else True


def any_of(truths: Iterable[bool | None]) -> bool | None:
    """True wins over unknown, unknown over false."""
    seen = list(truths)
    if True in seen:
        return True
    return None if None in seen else False


def opposite(truth: bool | None) -> bool | None:
    """The opposite of unknown is unknown."""
    return None if truth is None else not truth
