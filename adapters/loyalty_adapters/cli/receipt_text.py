"""A receipt for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.balance_table import currencies_table
from loyalty_adapters.cli.output import Output
from loyalty_adapters.cli.redemption_text import spending_shown
from loyalty_adapters.cli.statement_table import what_of
from loyalty_adapters.cli.table import moment, table
from loyalty_engine.engine.receipt import Receipt


def receipt_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """What was decided on, what it posted, and what the member has after it."""
    shown: list[RenderableType] = [_heading(document), *spending_shown(document)]
    rows = [
        (
            entry["id"],
            what_of(entry),
            entry["currency"],
            entry["points"],
            moment(entry["pending_until"]),
            moment(entry["expires_at"]),
        )
        for entry in document["entries"]
    ]
    if rows:
        shown.append(table("=entry", "what", "currency", "#points", "pending until", "expires at", rows=rows))
    else:
        shown.append("No points move.")
    return [*shown, currencies_table(document["balance"]["currencies"])]


def _heading(document: Mapping[str, Any]) -> str:
    activity, member = document["activity"], document["member"]
    if activity is None:
        return f"Member {member}"
    return f"{activity['type']} {activity['id']} of {activity['source']}, member {member}"


def show_receipt(receipt: Receipt, output: Output) -> None:
    """Print a receipt; that it was given before, as talk."""
    if receipt.repeated:
        output.say("This was accepted before; nothing changed.")
    output.document(receipt.data, *receipt_shown(receipt.data))
