"""A status document for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.balance_table import currencies_table
from loyalty_adapters.cli.table import facts, moment, table


def status_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Counts, what is outstanding, what each rule and kind of entry has moved, and the rulebooks."""
    movements = [
        (one["kind"], one["rule"], one["currency"], one["entries"], one["points"])
        for one in document["points"]
    ]
    versions = [
        (str(one["number"]), moment(one["effective"]), one["hash"][:12]) for one in document["rulebooks"]
    ]
    return [
        facts(
            ("program", document["program"]),
            ("at", document["at"]),
            ("last activity", moment(document["last_activity_at"])),
            *document["counts"].items(),
        ),
        currencies_table(document["outstanding"]),
        table("kind", "rule", "currency", "#entries", "#points", rows=movements, title="Moved so far"),
        table("rulebook", "effective", "hash", rows=versions, title="Rulebooks"),
    ]
