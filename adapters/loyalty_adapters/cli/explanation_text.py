"""An explanation document for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.statement_table import what_of
from loyalty_adapters.cli.table import facts, moment, table


def explanation_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """The entry, why it is there, the lots it moved, and each rule's part in its activity."""
    entry = document["entry"]
    shown: list[RenderableType] = [
        _entry(entry, document["member"]),
        f"Because {document['because']}.",
    ]
    if document["lots"]:
        rows = [(lot["lot"], lot["from"], lot["to"], lot["points"]) for lot in document["lots"]]
        shown.append(table("=lot", "from", "to", "#points", rows=rows, title="Lots"))
    if "activity" in document:
        shown.append(_activity(document))
    if "rules" in document:
        rules = [(rule["rule"], rule["points"], _why(rule)) for rule in document["rules"]]
        shown.append(table("rule", "#points", "why", rows=rules, title="Rules"))
    return shown


def _entry(entry: Mapping[str, Any], member: str) -> RenderableType:
    return facts(
        ("entry", entry["id"]),
        ("member", member),
        ("what", what_of(entry)),
        ("points", f"{entry['points']:,} {entry['currency']}"),
        ("effective", moment(entry["effective_at"])),
        ("recorded", moment(entry["recorded_at"])),
        ("pending until", moment(entry["pending_until"])),
        ("expires", moment(entry["expires_at"])),
        ("hold", entry["hold"]),
        ("actor", entry["actor"]),
    )


def _activity(document: Mapping[str, Any]) -> RenderableType:
    activity, rulebook = document["activity"], document["rulebook"]
    return facts(
        ("activity", f"{activity['type']} {activity['id']} of {activity['source']}"),
        ("occurred", moment(activity["at"])),
        ("rulebook", f"{rulebook['hash'][:12]} from {moment(rulebook['effective'])}"),
        ("known then", _listed(document.get("facts", {}))),
        ("used before", _used(document.get("used_before", ()))),
        title="Activity",
    )


def _listed(values: Mapping[str, Any]) -> str | None:
    return ", ".join(f"{name}: {_plain(value)}" for name, value in values.items()) or None


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _used(counts: Any) -> str | None:
    return (
        ", ".join(f"{one['used']:,} {one['measure']} of {one['of']} ({one['period']})" for one in counts)
        or None
    )


def _why(rule: Mapping[str, Any]) -> str:
    """The phases of what was granted, or the reason why nothing was."""
    if "phases" not in rule:
        return str(rule["reason"])
    return ", ".join(_phase(step) for step in rule["phases"])


def _phase(step: Mapping[str, Any]) -> str:
    note = f" ({step['note']})" if step["note"] else ""
    return f"{step['phase']} {step['amount']}{note}"
