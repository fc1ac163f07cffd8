"""The stored text of the facts that an evaluation read, and back; so that `explain` can repeat it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic_core import to_json

from loyalty_engine.activity.activity import Value
from loyalty_engine.decision import CounterKey, Facts


def facts_text(member: dict[str, Value], reads: Iterable[tuple[CounterKey, int]]) -> str:
    """Compact JSON: the member's fields by name, and each count that was looked at."""
    document: dict[str, Any] = {}
    if member:
        document["member"] = {name: _plain(value) for name, value in sorted(member.items())}
    counters = [[*key, used] for key, used in reads]
    if counters:
        document["counters"] = counters
    return to_json(document).decode()


def facts_from_text(text: str) -> Facts:
    """The facts that `facts_text` wrote."""
    document = json.loads(text)
    member = {name: _typed(value) for name, value in document.get("member", {}).items()}
    counters = {CounterKey(*row[:5]): row[5] for row in document.get("counters", ())}
    return Facts(member, counters)


def _plain(value: Value) -> Any:
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _typed(value: Any) -> Value:
    if isinstance(value, dict):
        return Decimal(value["number"]) if "number" in value else date.fromisoformat(value["date"])
    plain: Value = value
    return plain
