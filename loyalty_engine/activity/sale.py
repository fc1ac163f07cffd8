"""The money of an activity: lines, charges and means of payment, read in one pass. The hot path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from loyalty_engine.activity.activity import POINTS, QUANTITY_SCALE, Line, Tender
from loyalty_engine.activity.attributes import NO_ATTRIBUTES
from loyalty_engine.activity.field import parse_quantity
from loyalty_engine.activity.net import lowered
from loyalty_engine.money import LARGEST, money_reader

_NET = Line._fields.index("net")
_by_id = itemgetter(0)
_line: Callable[[Iterable[Any]], Line] = partial(tuple.__new__, Line)  # quicker than Line(*values)


class Sale(NamedTuple):
    """What an activity sells, in minor units; attributes of lines still as they stand on the wire."""

    lines: tuple[Line, ...]  # by id
    own_attributes: bool  # whether any line carries attributes
    amount: int  # of the lines; so are net and tax
    net: int
    tax: int
    shipping: int
    discount: int
    tenders: tuple[Tender, ...]  # sorted, as their order says nothing


def read_sale(body: Mapping[str, Any], places: int) -> Sale:
    """Read the money of an activity that fits its model; `places` are those of the program's currency.

    Raises ValueError when it does not add up; `sale_problems` says why.
    """
    units = money_reader(places)
    discount, shipping, tenders = body.get("discount"), body.get("shipping"), body.get("tenders")
    discount = 0 if discount is None else units(discount)
    shipping = 0 if shipping is None else units(shipping)
    positions: list[list[Any]] = []  # the values of a Line each; its net may still be lowered
    amounts = nets = taxes = 0
    size = discount + shipping
    ordered, own_attributes, last = True, False, ""
    for index, line in enumerate(body.get("lines") or [{"amount": body.get("amount") or "0"}], 1):
        get = line.get
        id_, quantity, less, tax, attributes = (
            get("id"),
            get("quantity"),
            get("discount"),
            get("tax"),
            get("attributes"),
        )
        amount = units(line["amount"])
        less = 0 if less is None else units(less)
        tax = 0 if tax is None else units(tax)
        if id_ is None:
            id_ = str(index)
        if id_ <= last:
            ordered = False
        last = id_
        if attributes:
            own_attributes = True
        net = amount - less
        amounts += amount
        nets += net
        taxes += tax
        size += abs(amount) + less + tax
        positions.append(
            [
                id_,
                quantity * QUANTITY_SCALE if quantity.__class__ is int else thousandths(quantity),
                amount,
                less,
                tax,
                net,
                get("sku"),
                get("category"),
                get("brand"),
                attributes or NO_ATTRIBUTES,
            ]
        )
    if not ordered:
        _order(positions)
    if discount:
        _lower(positions, discount)
        nets -= discount
    if size > LARGEST:
        _check_sums(positions, discount, shipping)
    paid = () if tenders is None else _tenders(tenders, units)
    return Sale(tuple(map(_line, positions)), own_attributes, amounts, nets, taxes, shipping, discount, paid)


def thousandths(quantity: int | str | None) -> int:
    """Whole thousandths of a quantity that fits its model; one when it is left out."""
    if quantity is None:
        return QUANTITY_SCALE
    return quantity * QUANTITY_SCALE if isinstance(quantity, int) else parse_quantity(quantity)


def _order(positions: list[list[Any]]) -> None:
    """Sort by id, so that nothing depends on the order in which a source lists its lines."""
    positions.sort(key=_by_id)
    if len(set(map(_by_id, positions))) < len(positions):
        raise ValueError("two lines have one id")


def _lower(positions: Sequence[list[Any]], discount: int) -> None:
    """Take the order's discount off the nets."""
    nets = lowered([position[_NET] for position in positions], discount)
    for position, net in zip(positions, nets, strict=True):
        position[_NET] = net


def _tenders(given: Sequence[Mapping[str, Any]], units: Callable[[str], int]) -> tuple[Tender, ...]:
    tenders = [
        _of_points(one, units) if one["kind"] == POINTS else Tender(one["kind"], units(one["amount"]))
        for one in given
    ]
    tenders.sort()  # no two of one kind have an amount and none: points stand once
    return tuple(tenders)


def _of_points(given: Mapping[str, Any], units: Callable[[str], int]) -> Tender:
    amount = given.get("amount")
    worth = None if amount is None else units(amount)
    return Tender(POINTS, worth, given.get("points"), given.get("hold"), given.get("up_to"))


def _check_sums(positions: Iterable[list[Any]], discount: int, shipping: int) -> None:
    """Raise ValueError when a sum is beyond LARGEST; otherwise no part of the lines sums to more either."""
    lines = [_line(position) for position in positions]
    amounts = sum(abs(line.amount) for line in lines)
    discounts = sum(line.discount for line in lines) + discount
    nets = sum(abs(line.net) for line in lines) + shipping
    if max(amounts, discounts, nets, sum(line.tax for line in lines)) > LARGEST:
        raise ValueError("the sums are too large")
