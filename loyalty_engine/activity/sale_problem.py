"""What is wrong with the money of an activity whose shape is right: places, line ids, sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from loyalty_engine.activity.line_ids import repeated_ids
from loyalty_engine.activity.net import lowered
from loyalty_engine.activity.problem import Problem
from loyalty_engine.errors import InvariantViolation
from loyalty_engine.money import LARGEST, parse_money


def sale_problems(body: Mapping[str, Any], places: int) -> list[Problem]:
    """Every reason why `read_sale` refuses an activity that fits its model; sums only when each value fits.

    `places` are the decimal places of the program's money.
    """
    found = list(_values(body, places)) or list(_sums(body, places))
    if not found:
        raise InvariantViolation("an activity was refused and nothing is wrong with it")
    return found


def _values(body: Mapping[str, Any], places: int) -> Iterator[Problem]:
    holders: list[tuple[str, Mapping[str, Any]]] = [("", body)]
    for name in ("lines", "tenders"):
        holders += [(f"{name}[{index}].", one) for index, one in enumerate(body.get(name) or ())]
    for where, holder in holders:
        for name in ("amount", "discount", "tax", "shipping"):
            if (text := holder.get(name)) is not None:
                try:
                    parse_money(text, places)
                except ValueError as error:
                    yield where + name, str(error)
    lines = body.get("lines") or ()
    yield from repeated_ids(line.get("id") or str(index) for index, line in enumerate(lines, 1))


def _sums(body: Mapping[str, Any], places: int) -> Iterator[Problem]:
    lines = body.get("lines") or [{"amount": body.get("amount")}]
    amounts, discounts, taxes = (
        [parse_money(line.get(name) or "0", places) for line in lines]
        for name in ("amount", "discount", "tax")
    )
    nets = [amount - discount for amount, discount in zip(amounts, discounts, strict=True)]
    discount, shipping = (parse_money(body.get(name) or "0", places) for name in ("discount", "shipping"))
    if discount:
        try:
            nets = lowered(nets, discount)
        except ValueError:
            yield "discount", "no line has an amount above 0 that it could lower; put it on a line"
            return
    sums = {
        "amounts": sum(map(abs, amounts)),
        "discounts": sum(discounts) + discount,
        "taxes": sum(taxes),
        "nets and shipping": sum(map(abs, nets)) + shipping,
    }
    for name, size in sums.items():
        if size > LARGEST:
            yield "", f"{name} of more than 10^12 minor units are not booked"
