"""Use case: why an entry is what it is; its activity is evaluated again under the rulebook it pins."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from loyalty_engine.accrual.explain import explain_accrual
from loyalty_engine.activity.activity import Line, Original, ReturnLine, Tender
from loyalty_engine.engine.because import because
from loyalty_engine.engine.facts_text import facts_from_text
from loyalty_engine.engine.ports.reader import AccountRecord, Reader
from loyalty_engine.engine.receipt import entry_data
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.engine.stored_activity import read_stored
from loyalty_engine.errors import UnknownEntry
from loyalty_engine.ledger.entry import Entry, entry_id, parse_entry_id

_NAMES = {
    "lines": (*Line._fields, "personal"),
    "returned": ReturnLine._fields,
    "tenders": Tender._fields,
}


def explain_entry(reader: Reader, name: str, rulebooks: Rulebooks) -> dict[str, Any]:
    """The explanation document of one entry. Raises UnknownEntry."""
    place = parse_entry_id(name)
    membership = reader.member_of(place[0]) if place else None
    if place is None or membership is None:
        raise UnknownEntry(f"there is no entry `{name[:40]}`", entry=name)
    record = reader.record(place[0])
    entry = next((one for one in record.entries if one.seq == place[1]), None)
    if entry is None:
        raise UnknownEntry(f"there is no entry `{name[:40]}`", entry=name)
    calendar = rulebooks.newest.program.calendar
    document: dict[str, Any] = {
        "entry": {
            **entry_data(entry, calendar),
            "effective_at": calendar.text(entry.effective_at),
            "recorded_at": calendar.text(entry.recorded_at),
            "actor": entry.actor,
            "reason": entry.reason,
            "hold": None if entry.hold is None else entry_id(entry.account, entry.hold),
        },
        "member": membership.member,
        "because": because(entry, record, rulebooks.newest.program),
        "lots": _lots(entry, record),
    }
    if entry.activity is not None:
        document.update(_activity(reader, entry.account, entry.activity, rulebooks))
    return document


def _lots(entry: Entry, record: AccountRecord) -> list[dict[str, Any]]:
    return [
        {
            "lot": entry_id(entry.account, allocation.lot),
            "from": allocation.source,
            "to": allocation.target,
            "points": allocation.points,
        }
        for allocation in record.allocations
        if allocation.seq == entry.seq
    ]


def _activity(reader: Reader, account: int, number: int, rulebooks: Rulebooks) -> dict[str, Any]:
    stored = reader.activity(account, number)
    if stored is None:
        return {}
    rulebook = rulebooks.by_number(stored.rulebook)
    calendar = rulebook.program.calendar
    document: dict[str, Any] = {
        "activity": {
            **stored.key._asdict(),
            "at": calendar.text(stored.at),
            "recorded_at": calendar.text(stored.recorded_at),
            "content": _content(stored.content),
        },
        "rulebook": {"hash": rulebook.hash, "effective": calendar.text(rulebook.program.effective_at)},
    }
    if stored.key.type != "return":
        activity = read_stored(stored, rulebook)
        facts = facts_from_text(stored.facts)
        _, rules = explain_accrual(rulebook.rulebook.models["stacks"], rulebook.plan, activity, facts)
        document["facts"] = {name: _shown(value) for name, value in facts.member.items()}
        document["used_before"] = [
            {"of": key.name, "period": key.period, "measure": key.measure, "used": used}
            for key, used in facts.counters.items()
        ]
        document["rules"] = [rule.as_json() for rule in rules]
    return document


def _content(text: str) -> dict[str, Any]:
    """What is stored, its values named: money in minor units, quantities in thousandths."""
    content: dict[str, Any] = json.loads(text)
    for field, names in _NAMES.items():
        if field in content:
            content[field] = [_named(names, values) for values in content[field]]
    if "of" in content:
        content["of"] = _named(Original._fields, content["of"])
    return content


def _named(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return {name: value for name, value in zip(names, values, strict=False) if value not in (None, {}, [])}


def _shown(value: object) -> Any:
    return value if isinstance(value, str | int | bool) else str(value)
