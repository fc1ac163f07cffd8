"""The first step of the proof: every stored column holds a value of its type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, get_type_hints

from loyalty_engine.ledger.account import Balance
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Findings
from loyalty_engine.ledger.lot import Lot

_ENTRY, _ALLOCATION = get_type_hints(Entry), get_type_hints(Allocation)
_LOT = {column.name: get_type_hints(Lot)[column.name] for column in fields(Lot)}
_BALANCE = {column.name: get_type_hints(Balance)[column.name] for column in fields(Balance)}


def prove_entry_types(entries: Iterable[Entry], moves: Iterable[Allocation], findings: Findings) -> None:
    """Check the columns of the journal; a database may hold text where a number belongs."""
    for entry in entries:
        _check(f"entry {entry.seq}", entry, _ENTRY, findings)
    for move in moves:
        _check(f"allocation {move.seq} of lot {move.lot}", move, _ALLOCATION, findings)


def prove_state_types(
    lots: Iterable[Lot], balances: Iterable[tuple[str, Balance]], findings: Findings
) -> None:
    """Check the columns of lots and balances."""
    for lot in lots:
        _check(f"lot {lot.number}", lot, _LOT, findings)
    for currency, balance in balances:
        _check(f"balance {currency}", balance, _BALANCE, findings)


def _check(place: str, row: object, types: dict[str, Any], findings: Findings) -> None:
    for column, expected in types.items():
        value = getattr(row, column)
        if not isinstance(value, expected):
            name = getattr(expected, "__name__", str(expected))
            findings.add("column-type", f"{place} {column}", name, f"{type(value).__name__} {value}")
