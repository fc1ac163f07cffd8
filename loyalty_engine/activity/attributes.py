"""Attributes: what an activity, a line or a member carries beyond the built-in fields."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import Field, Scalar
from loyalty_engine.activity.problem import Problem, printable, visible

NO_ATTRIBUTES: Mapping[str, Value] = {}


def typed_attributes(
    wire: Mapping[str, Scalar | None],
    fields: Mapping[str, Field],
    places: int,
    problems: list[Problem],
    where: str = "attributes",
) -> dict[str, Value | None]:
    """Attributes with their declared types; what no field declares keeps its scalar, null stays None.

    A value that does not fit adds to `problems` and is left out. `places` are those of the program's money.
    """
    typed: dict[str, Value | None] = {}
    for name, value in wire.items():
        field = fields.get(name)
        if field is None or value is None:
            typed[name] = value
            continue
        try:
            typed[name] = field.parse_wire(value, places)
        except ValueError as error:
            problems.append((f"{where}.{printable(name)}", visible(str(error))))
    return typed


def present_attributes(
    wire: Mapping[str, Scalar | None] | None,
    fields: Mapping[str, Field],
    places: int,
    problems: list[Problem],
    where: str = "attributes",
) -> Mapping[str, Value]:
    """`typed_attributes` of what may be missing, without those that are null."""
    if not wire:
        return NO_ATTRIBUTES
    typed = typed_attributes(wire, fields, places, problems, where)
    return {name: value for name, value in typed.items() if value is not None}


def wire_attributes(
    typed: Mapping[str, Value | None], fields: Mapping[str, Field], places: int
) -> dict[str, Scalar | None]:
    """The canonical wire form of typed attributes, by name; `typed_attributes` gives the same values back."""
    wire: dict[str, Scalar | None] = {}
    for name in sorted(typed):
        value, field = typed[name], fields.get(name)
        if value is None or field is None:
            assert value is None or isinstance(value, str | int)
            wire[name] = value
        else:
            wire[name] = field.to_wire(value, places)
    return wire
