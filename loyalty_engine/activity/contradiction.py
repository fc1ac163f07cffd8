"""What fits each field by itself and not all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loyalty_engine.activity.activity import POINTS
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
    if tenders := body.get("tenders"):
        problems += _points_tenders(tenders)
    if "member" in (body.get("identities") or ()):
        problems.append(("identities.member", "is not an identity: it is the member's own id; leave it out"))
    return problems


def _points_tenders(tenders: Sequence[Mapping[str, Any]]) -> list[Problem]:
    of_points = [index for index, tender in enumerate(tenders) if tender["kind"] == POINTS]
    problems: list[Problem] = []
    for index in of_points:
        where, tender = f"tenders[{index}]", tenders[index]
        named = [name for name in ("points", "hold", "up_to") if tender.get(name) is not None]
        if len(named) != 1:
            problems.append((where, "names points by one of `points`, `hold` and `up_to`"))
        elif named == ["up_to"] and len(tenders) > 1:
            problems.append((where, "with `up_to` stands alone; what points do not pay is paid otherwise"))
        if "up_to" in named and tender.get("amount") is not None:
            problems.append(
                (f"{where}.amount", "stands beside `up_to`, whose worth is known only afterwards")
            )
    problems += [
        (f"tenders[{index}]", "is a second tender of points; pay with them once") for index in of_points[1:]
    ]
    return problems


def _return_line(where: str, line: Mapping[str, Any]) -> list[Problem]:
    quantity, amount = line.get("quantity"), line.get("amount")
    if quantity is not None and amount is not None:
        return [(where, "has a `quantity` and an `amount`; keep one of the two")]
    for name, value in (("quantity", quantity), ("amount", amount)):
        if value is not None and not str(value).strip("-0."):
            return [(f"{where}.{name}", "is 0; write how much comes back, or leave the line out")]
    return []
