"""Use case: a member's statement, every movement with its running balance."""

from __future__ import annotations

from typing import Any

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.engine.lookup import known_member
from loyalty_engine.engine.ports.reader import Reader
from loyalty_engine.engine.receipt import entry_data
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.ledger.entry import entry_id
from loyalty_engine.ledger.statement import StatementRow, statement


def statement_of(reader: Reader, ref: MemberRef, at: int, rulebooks: Rulebooks) -> dict[str, Any]:
    """The statement document: entries effective at or before `at`, by sequence. Raises UnknownMember."""
    membership = known_member(reader, ref)
    record = reader.record(membership.account)
    entries = [entry for entry in record.entries if entry.effective_at <= at]
    calendar = rulebooks.newest.program.calendar
    keys: dict[int, dict[str, str] | None] = {}

    def activity(number: int | None) -> dict[str, str] | None:
        if number is None:
            return None
        if number not in keys:
            stored = reader.activity(membership.account, number)
            keys[number] = stored.key._asdict() if stored else None
        return keys[number]

    def row(line: StatementRow) -> dict[str, Any]:
        entry = line.entry
        return {
            **entry_data(entry, calendar),
            "balance": line.balance,
            "effective_at": calendar.text(entry.effective_at),
            "recorded_at": calendar.text(entry.recorded_at),
            "activity": activity(entry.activity),
            "actor": entry.actor,
            "reason": entry.reason,
            "hold": None if entry.hold is None else entry_id(entry.account, entry.hold),
        }

    return {
        "member": membership.member,
        "at": calendar.text(at),
        "entries": [row(line) for line in statement(entries, record.allocations)],
    }
