"""A status document for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.balance_table import currencies_table
from loyalty_adapters.cli.table import facts, moment, table


def status_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Counts, what is outstanding, what each rule has granted, what else has moved, and the rulebooks."""
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
        currencies_table(document["outstanding"], title="Outstanding"),
        table(
            "currency", "rule", "#awards", "#granted", "#returned", rows=_by_rule(document), title="By rule"
        ),
        table("currency", "kind", "#entries", "#points", rows=_by_kind(document), title="By kind"),
        table("rulebook", "effective", "hash", rows=versions, title="Rulebooks"),
    ]


def _by_rule(document: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What each rule granted in its currency, and what returns took back of it."""
    rules: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    for one in document["points"]:
        if one["rule"] is not None:
            moved = rules.setdefault((one["currency"], one["rule"]), {})
            moved[one["kind"]] = (one["entries"], one["points"])
    return [
        (currency, rule, *moved.get("accrual", (0, 0)), moved.get("reversal", (0, 0))[1])
        for (currency, rule), moved in sorted(rules.items())
    ]


def _by_kind(document: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All entries of each currency by what moved them."""
    kinds: dict[tuple[str, str], tuple[int, int]] = {}
    for one in document["points"]:
        entries, points = kinds.get((one["currency"], one["kind"]), (0, 0))
        kinds[one["currency"], one["kind"]] = (entries + one["entries"], points + one["points"])
    return [(currency, kind, *moved) for (currency, kind), moved in sorted(kinds.items())]
