"""What fits each field by itself and not all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.activity.complaint import POINTS_TENDER
from loyalty_engine.activity.problem import Problem


def contradictions(body: Mapping[str, Any]) -> list[Problem]:
    """Fields that fit each by itself and not together."""
    problems: list[Problem] = []
    type_, lines = body["type"], body.get("lines")
    if type_ == "return":
        for index, line in enumerate(lines or ()):
            problems += _return_line(f"lines[{index}]", line)
        return problems
    if lines is not None and body.get("amount") is not None:
        problems.append(("amount", "stands beside `lines`, which carry the amounts; keep one of the two"))
    if lines is None and type_ in ("purchase", "recharge") and body.get("amount") is None:
        problems.append(("", f"a {type_} needs `lines` or an `amount`"))
    for index, tender in enumerate(body.get("tenders") or ()):
        if tender["kind"] == "points":
            problems.append((f"tenders[{index}]", POINTS_TENDER))
    if "member" in (body.get("identities") or ()):
        problems.append(("identities.member", "is not an identity: it is the member's own id; leave it out"))
    return problems


def _return_line(where: str, line: Mapping[str, Any]) -> list[Problem]:
    quantity, amount = line.get("quantity"), line.get("amount")
    if quantity is not None and amount is not None:
        return [(where, "has a `quantity` and an `amount`; keep one of the two")]
    for name, value in (("quantity", quantity), ("amount", amount)):
        if value is not None and not str(value).strip("-0."):
            return [(f"{where}.{name}", "is 0; write how much comes back, or leave the line out")]
    return []
