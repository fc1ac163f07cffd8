"""The first step of the proof: every column of the journal holds a value of its type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args, get_type_hints

from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Findings

Types = list[tuple[type, ...]]


def prove_types(entries: Iterable[Entry], moves: Iterable[Allocation], findings: Findings) -> None:
    """Check every column; a database may hold text where a number belongs, and nothing can be booked then."""
    for entry in entries:
        _check(f"entry {entry.seq}", entry, _ENTRY, findings)
    for move in moves:
        _check(f"allocation {move.seq} of lot {move.lot}", move, _ALLOCATION, findings)


def _check(place: str, row: Entry | Allocation, columns: Types, findings: Findings) -> None:
    for name, value, types in zip(row._fields, row, columns, strict=True):
        if type(value) not in types and not isinstance(value, types):
            allowed = " or ".join(kind.__name__ for kind in types)
            findings.add("column-type", f"{place} {name}", allowed, f"{type(value).__name__} {value}")


def _types_of(kind: type[Entry | Allocation]) -> Types:
    hints = get_type_hints(kind)
    return [get_args(hints[name]) or (hints[name],) for name in kind._fields]


_ENTRY, _ALLOCATION = _types_of(Entry), _types_of(Allocation)
