"""A statement document for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.table import moment, table


def statement_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Who and when, then every movement with the balance that it left."""
    heading = f"Member {document['member']} until {document['at']}"
    if not document["entries"]:
        return [heading, "No points have moved."]
    rows = [
        (
            entry["id"],
            moment(entry["effective_at"]),
            what_of(entry),
            _activity(entry),
            entry["currency"],
            entry["points"],
            entry["balance"],
        )
        for entry in document["entries"]
    ]
    columns = ("=entry", "time", "what", "activity", "currency", "#points", "#balance")
    return [heading, table(*columns, rows=rows, below={"time": "entry", "activity": "what"})]


def what_of(entry: Mapping[str, Any]) -> str:
    """What an entry is in a few words: its kind, and the rule or the reason behind it."""
    behind = entry["rule"] or entry.get("reason")
    return f"{entry['kind']}: {behind}" if behind else str(entry["kind"])


def _activity(entry: Mapping[str, Any]) -> str:
    activity = entry["activity"]
    return f"{activity['type']} {activity['id']}" if activity else ""
