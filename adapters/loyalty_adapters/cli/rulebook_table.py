"""A described rulebook for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.table import facts, table
from loyalty_engine.rulebook.show import rows


def rulebook_shown(described: Mapping[str, Any]) -> list[RenderableType]:
    """The settings, the stacks in the order they are decided, and the rules in file order."""
    settings = {name: value for name, value in described.items() if name not in ("stacks", "accrual")}
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
    ]


def _rule(rule: Mapping[str, Any]) -> tuple[str, ...]:
    bounds = [
        *([f"active {rule['active']}"] if rule["active"] else []),
        *(f"cap {cap}" for cap in rule["cap"]),
        *(f"{name} {rule[name]}" for name in ("limit", "pending", "expires") if rule[name]),
    ]
    return rule["name"], rule["stack"], rule["earn"], rule["when"], rule["lines"], "; ".join(bounds)
