"""From the wire to an `Activity`: the program version in force then gives each value its type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

from loyalty_engine.activity.activity import Activity, Line, Value
from loyalty_engine.activity.attributes import NO_ATTRIBUTES, present_attributes, typed_attributes
from loyalty_engine.activity.field import ActivitySettings
from loyalty_engine.activity.payment import sum_problem
from loyalty_engine.activity.problem import Problem, first_problems, printable
from loyalty_engine.activity.sale import Sale, read_sale
from loyalty_engine.activity.sale_problem import sale_problems
from loyalty_engine.activity.unpriced import member_activity, return_activity
from loyalty_engine.activity.wire import WireActivity, read_wire
from loyalty_engine.errors import InvalidActivity
from loyalty_engine.money import LARGEST

_NOT_OF_A_SALE: tuple[Any, ...] = ({}, None, ())  # identities, of, returned
_activity: Callable[[Iterable[Any]], Activity] = partial(tuple.__new__, Activity)  # quicker than Activity(…)
_line: Callable[[Iterable[Any]], Line] = partial(tuple.__new__, Line)


def parse_activity(raw: object, settings: ActivitySettings) -> Activity:
    """An activity from a mapping or from JSON text: `read_wire`, then `activity_from_wire`.

    Raises InvalidActivity.
    """
    return activity_from_wire(read_wire(raw), settings)


def activity_from_wire(wire: WireActivity, settings: ActivitySettings) -> Activity:
    """Type an activity by a version of its program.

    Raises InvalidActivity with every problem; those of its sums only when each value fits.
    """
    problems: list[Problem] = []
    type_, body = wire.type, wire.body
    if type_ not in settings.types:
        problems.append(("type", _no_such_type(type_, settings)))
    if (currency := body.get("currency")) is not None and currency != settings.currency:
        problems.append(("currency", f"the program's money is {settings.currency}, not {currency}"))
    given, places = body.get("attributes"), settings.places
    if type_ == "member-change":
        changed = typed_attributes(given or {}, settings.member_fields, places, problems)
        activity = member_activity(wire, changed)
    elif type_ == "enrolment":
        activity = member_activity(wire, present_attributes(given, settings.member_fields, places, problems))
    else:
        attributes = (
            present_attributes(given, settings.activity_fields, places, problems) if given else NO_ATTRIBUTES
        )
        build = return_activity if type_ == "return" else _sale_activity
        activity = build(wire, settings, attributes, problems)
    if problems:
        raise InvalidActivity(first_problems(problems))
    return activity


def _no_such_type(type_: str, settings: ActivitySettings) -> str:
    close = get_close_matches(type_, sorted(settings.types), n=1)
    hint = f"did you mean `{close[0]}`?" if close else "declare it under `types:` of the program"
    return f"there is no type of activity `{printable(type_)}`; {hint}"


def _sale_activity(
    wire: WireActivity, settings: ActivitySettings, attributes: Mapping[str, Value], problems: list[Problem]
) -> Activity:
    body = wire.body
    try:
        sale = read_sale(body, settings.places)
    except ValueError:
        problems += sale_problems(body, settings.places)
        _attributes_by_line(body, settings, problems)
        raise InvalidActivity(first_problems(problems)) from None
    total = sale.net + sale.shipping
    if not settings.prices_include_tax:
        total += sale.tax
    if sale.tenders or not -LARGEST <= total <= LARGEST:
        _check_total(sale, total, settings, problems)
    values = (
        wire.type,
        wire.source,
        wire.id,
        wire.member,
        wire.at,
        wire.offset,
        _typed_lines(sale, body, settings, problems) if sale.own_attributes else sale.lines,
        body.get("lines") is not None,
        sale.amount,
        total,
        sale.shipping,
        sale.discount,
        body.get("channel"),
        body.get("store"),
        body.get("partner"),
        sale.tenders,
        attributes,
        *_NOT_OF_A_SALE,
    )
    return _activity(values)


def _check_total(sale: Sale, total: int, settings: ActivitySettings, problems: list[Problem]) -> None:
    if not -LARGEST <= total <= LARGEST:
        problems.append(("", "payable sums of more than 10^12 minor units are not booked"))
    problems += sum_problem(sale.tenders, total, settings.places)


def _attributes_by_line(
    body: Mapping[str, Any], settings: ActivitySettings, problems: list[Problem]
) -> Mapping[str, Mapping[str, Value]]:
    """The typed attributes of each line, by its id."""
    fields, places = settings.line_fields, settings.places
    return {
        line.get("id") or str(index + 1): present_attributes(
            line.get("attributes"), fields, places, problems, f"lines[{index}].attributes"
        )
        for index, line in enumerate(body.get("lines") or ())
    }


def _typed_lines(
    sale: Sale, body: Mapping[str, Any], settings: ActivitySettings, problems: list[Problem]
) -> tuple[Line, ...]:
    attributes = _attributes_by_line(body, settings, problems)
    return tuple([_line((*line[:-1], attributes[line[0]])) for line in sale.lines])  # attributes stand last
