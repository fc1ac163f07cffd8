"""The lines of an activity in wire format, their nets, and the money that awards are computed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from tests.reference.program import Program

SHIPPING = ""  # shipping is on no line; where it earns, it takes part under this name


@dataclass
class Line:
    """One position; money as exact numbers of the currency's own unit."""

    id: str
    wire: Mapping[str, Any]
    quantity: Fraction
    amount: Fraction
    discount: Fraction
    tax: Fraction
    net: Fraction


@dataclass
class Basket:
    """The lines by id, and what they come to."""

    lines: list[Line]
    shipping: Fraction
    amount: Fraction
    total: Fraction


def basket_of(activity: Mapping[str, Any], program: Program) -> Basket:
    """An activity without lines is one line with its amount, or with nothing."""
    wire_lines = activity.get("lines")
    if wire_lines is None:
        wire_lines = [{"amount": activity.get("amount")}]
    lines = [_line(wire, position) for position, wire in enumerate(wire_lines, start=1)]
    lines.sort(key=lambda line: line.id)
    _lower_by_the_orders_discount(lines, _money(activity.get("discount")), program.places)
    shipping = _money(activity.get("shipping"))
    total = sum((line.net for line in lines), shipping)
    if not program.prices_include_tax:
        total += sum(line.tax for line in lines)
    return Basket(lines, shipping, sum((line.amount for line in lines), Fraction(0)), total)


def basis_of(line: Line, program: Program) -> Fraction:
    """What of a line earns, by `basis:` and `prices:`."""
    basis = line.amount if program.basis.startswith("before discounts") else line.net
    with_tax = "tax" in program.basis
    if program.prices_include_tax:
        return basis if with_tax else basis - line.tax
    return basis + line.tax if with_tax else basis


def _line(wire: Mapping[str, Any], position: int) -> Line:
    amount, discount = _money(wire.get("amount")), _money(wire.get("discount"))
    quantity = wire.get("quantity")
    return Line(
        id=wire.get("id") or str(position),
        wire=wire,
        quantity=Fraction(1 if quantity is None else str(quantity)),
        amount=amount,
        discount=discount,
        tax=_money(wire.get("tax")),
        net=amount - discount,
    )


def _lower_by_the_orders_discount(lines: Sequence[Line], discount: Fraction, places: int) -> None:
    """Shared over positive lines by amount - discount, in whole minor units, by largest remainder."""
    unit = Fraction(1, 10**places)
    positive = [line for line in lines if line.net > 0]
    whole = sum(line.net for line in positive)
    exact = {line.id: discount * line.net / whole / unit for line in positive}
    shares = {id_: floor(share) for id_, share in exact.items()}
    odd = int(discount / unit) - sum(shares.values())
    by_remainder = sorted(positive, key=lambda line: (floor(exact[line.id]) - exact[line.id], line.id))
    for line in by_remainder[:odd]:
        shares[line.id] += 1
    for line in positive:
        line.net -= shares[line.id] * unit


def _money(text: str | None) -> Fraction:
    return Fraction(0) if text is None else Fraction(text)
