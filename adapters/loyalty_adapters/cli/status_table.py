"""A status document for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.balance_table import currencies_table
from loyalty_adapters.cli.table import facts, moment, table
from loyalty_adapters.cli.tier_tables import members_table


def status_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Counts, what is outstanding, what rules, offers and all kinds of entries moved, tiers, rulebooks."""
    versions = [
        (str(one["number"]), moment(one["effective"]), one["hash"][:12]) for one in document["rulebooks"]
    ]
    offers = _by_offer(document)
    spent = table("currency", "offer", "#redemptions", "#spent", "#given back", rows=offers, title="By offer")
    return [
        facts(
            ("program", document["program"]),
            ("at", document["at"]),
            ("last activity", moment(document["last_activity_at"])),
            *document["counts"].items(),
        ),
        currencies_table(document["outstanding"], title="Outstanding"),
        table(
            "currency", "rule", "#awards", "#granted", "#returned", rows=_by_rule(document), title="By rule"
        ),
        *([spent] if offers else []),
        *([members_table(document["tiers"])] if document["tiers"] else []),
        table("currency", "kind", "#entries", "#points", rows=_by_kind(document), title="By kind"),
        table("rulebook", "effective", "hash", rows=versions, title="Rulebooks"),
    ]


def _by_rule(document: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What each rule granted in its currency, and what returns took back of it."""
    return [
        (currency, rule, *moved["accrual"], moved.get("reversal", (0, 0))[1])
        for (currency, rule), moved in _named(document)
        if "accrual" in moved
    ]


def _by_offer(document: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What was spent on each reward, or paid with points, and what returns gave back of it."""
    return [
        (currency, offer, entries, -points, moved.get("restoration", (0, 0))[1])
        for (currency, offer), moved in _named(document)
        if "redemption" in moved
        for entries, points in (moved["redemption"],)
    ]


def _named(document: Mapping[str, Any]) -> list[tuple[tuple[str, str], dict[str, tuple[int, int]]]]:
    """Entries and points by kind, of each rule or offer in its currency."""
    found: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    for one in document["points"]:
        if one["rule"] is not None:
            moved = found.setdefault((one["currency"], one["rule"]), {})
            moved[one["kind"]] = (one["entries"], one["points"])
    return sorted(found.items())


def _by_kind(document: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All entries of each currency by what moved them."""
    kinds: dict[tuple[str, str], tuple[int, int]] = {}
    for one in document["points"]:
        entries, points = kinds.get((one["currency"], one["kind"]), (0, 0))
        kinds[one["currency"], one["kind"]] = (entries + one["entries"], points + one["points"])
    return [(currency, kind, *moved) for (currency, kind), moved in sorted(kinds.items())]
