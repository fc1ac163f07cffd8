"""A described rulebook for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.table import facts, table
from loyalty_engine.rulebook.show import rows

_BOUNDS = {"at_least": "at least", "step": "step", "limit": "limit", "hold": "hold", "currency": "in"}
_TABLES = ("stacks", "accrual", "redemption")


def rulebook_shown(described: Mapping[str, Any]) -> list[RenderableType]:
    """The settings, the stacks in the order they are decided, the rules in file order, and the offers."""
    settings = {name: value for name, value in described.items() if name not in _TABLES}
    stacks = [(one["name"], one["take"], one["per"], ", ".join(one["cap"])) for one in described["stacks"]]
    return [
        facts(*rows(settings)),
        table("stack", "take", "per", "cap", rows=stacks, title="Stacks"),
        table(
            "rule",
            "stack",
            "earn",
            "when",
            "lines",
            "bounds",
            rows=map(_rule, described["accrual"]),
            title="Rules",
        ),
        *_offers(described.get("redemption", {})),
    ]


def _rule(rule: Mapping[str, Any]) -> tuple[str, ...]:
    bounds = [
        *([f"active {rule['active']}"] if rule["active"] else []),
        *(f"cap {cap}" for cap in rule["cap"]),
        *(f"{name} {rule[name]}" for name in ("limit", "pending", "expires") if rule[name]),
    ]
    return rule["name"], rule["stack"], rule["earn"], rule["when"], rule["lines"], "; ".join(bounds)


def _offers(offers: Mapping[str, Any]) -> list[RenderableType]:
    if not offers:
        return []
    rows = [_offer(name, offer) for name, offer in offers.items()]
    return [table("offer", "price", "gives", "when", "bounds", rows=rows, title="Redemption")]


def _offer(name: str, offer: Mapping[str, Any]) -> tuple[str, ...]:
    bounds = [
        *([f"active {offer['active']}"] if offer["active"] else []),
        *(f"at most {bound}" for bound in offer.get("at_most", ())),
        *(f"{words} {offer[key]}" for key, words in _BOUNDS.items() if offer.get(key)),
    ]
    price = offer.get("cost") or offer["worth"]
    return name, price, offer.get("gives") or "", offer["when"], "; ".join(bounds)
