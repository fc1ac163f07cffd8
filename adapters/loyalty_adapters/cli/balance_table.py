"""A balance document for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.table import moment, table


def balance_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Who and when, the currencies, and what expires when."""
    shown: list[RenderableType] = [
        f"Member {document['member']} at {document['at']}",
        currencies_table(document["currencies"]),
    ]
    expiring = [
        (moment(lot["at"]), lot["points"], name)
        for name, standing in document["currencies"].items()
        for lot in standing["expiring"]
    ]
    if expiring:
        shown.append(table("expires at", "#points", "currency", rows=sorted(expiring), title="Expiring"))
    return shown


def currencies_table(currencies: Mapping[str, Mapping[str, Any]], title: str | None = None) -> RenderableType:
    """One row a currency: what is available, pending, held, and owed."""
    rows = [
        (name, one["available"], one["pending"], one["held"], one["deficit"])
        for name, one in currencies.items()
    ]
    return table("currency", "#available", "#pending", "#held", "#deficit", rows=rows, title=title)
