"""Activities that carry no money of their own: returns, enrolments, changes of a member."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from loyalty_engine.activity.activity import QUANTITY_SCALE, Activity, Line, Original, ReturnLine, Value
from loyalty_engine.activity.field import ActivitySettings
from loyalty_engine.activity.line_ids import repeated_ids
from loyalty_engine.activity.problem import Problem
from loyalty_engine.activity.sale import thousandths
from loyalty_engine.activity.wire import WireActivity
from loyalty_engine.money import parse_money

MEMBER_TYPES = ("enrolment", "member-change")  # whose attributes are the member's
NOTHING_BOUGHT = Line(id="1", quantity=QUANTITY_SCALE, amount=0, discount=0, tax=0, net=0)


def member_activity(wire: WireActivity, attributes: Mapping[str, Value | None]) -> Activity:
    """An enrolment or a change of a member, with the member's typed attributes."""
    identities = {
        kind: (values,) if isinstance(values, str) else tuple(sorted(set(values)))
        for kind, values in (wire.body.get("identities") or {}).items()
    }
    return _without_money(wire, (NOTHING_BOUGHT,))._replace(attributes=attributes, identities=identities)


def return_activity(
    wire: WireActivity, settings: ActivitySettings, attributes: Mapping[str, Value], problems: list[Problem]
) -> Activity:
    """A return; money that does not fit and repeated line ids add to `problems`."""
    of = wire.body["of"]
    lines = enumerate(wire.body.get("lines") or ())
    returned = [_return_line(f"lines[{index}].amount", line, settings, problems) for index, line in lines]
    problems += repeated_ids(line.id for line in returned)
    return _without_money(wire, ())._replace(
        attributes=attributes,
        of=Original(of) if isinstance(of, str) else Original(of["id"], of["source"], of["type"]),
        returned=tuple(sorted(returned, key=attrgetter("id"))),
    )


def _return_line(
    where: str, line: Mapping[str, Any], settings: ActivitySettings, problems: list[Problem]
) -> ReturnLine:
    quantity, amount = line.get("quantity"), line.get("amount")
    try:
        units = None if amount is None else parse_money(amount, settings.places)
    except ValueError as error:
        problems.append((where, str(error)))
        units = None
    return ReturnLine(line["id"], None if quantity is None else thousandths(quantity), units)


def _without_money(wire: WireActivity, lines: tuple[Line, ...]) -> Activity:
    body = wire.body
    return Activity(
        type=wire.type,
        source=wire.source,
        id=wire.id,
        member=wire.member,
        at=wire.at,
        offset=wire.offset,
        lines=lines,
        has_lines=False,
        amount=0,
        total=0,
        channel=body.get("channel"),
        store=body.get("store"),
        partner=body.get("partner"),
    )
