"""Which lines of a purchase have come back, as exact fractions of what was bought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.errors import OverReturn, UnknownLine
from loyalty_engine.ledger.account import ReturnedLine

NONE_BACK = ReturnedLine()
ALL = Fraction(1)


class BoughtLine(NamedTuple):
    """One line of the original activity."""

    id: str
    quantity: int  # thousandths
    net: int  # minor units; may be 0 or negative


def fraction_back(line: BoughtLine, back: ReturnedLine) -> Fraction:
    """How much of a line has come back: quantity / bought + amount / net, 1 when nothing is left."""
    if back.complete:
        return ALL
    by_quantity = Fraction(back.quantity, line.quantity) if line.quantity else Fraction(0)
    by_amount = Fraction(back.amount, line.net) if line.net > 0 else Fraction(0)
    return by_quantity + by_amount


def take_back(
    bought: Sequence[BoughtLine], before: Mapping[str, ReturnedLine], lines: Iterable[ReturnLine]
) -> dict[str, ReturnedLine]:
    """The new state of each line that a return changes; no lines mean all that is left of the purchase.

    Raises UnknownLine for a line that was not bought, OverReturn when more would come back than is left.
    """
    by_id = {line.id: line for line in bought}
    asked = list(lines) or _all_that_is_left(bought, before)
    after: dict[str, ReturnedLine] = {}
    for wanted in asked:
        line = by_id.get(wanted.id)
        if line is None:
            raise UnknownLine(f"the purchase has no line `{wanted.id}`", line=wanted.id)
        after[line.id] = _add(line, after.get(line.id) or before.get(line.id, NONE_BACK), wanted)
    return after


def _all_that_is_left(bought: Sequence[BoughtLine], before: Mapping[str, ReturnedLine]) -> list[ReturnLine]:
    left = [ReturnLine(line.id) for line in bought if not before.get(line.id, NONE_BACK).complete]
    if not left:
        raise OverReturn("the whole purchase has come back already")
    return left


def _add(line: BoughtLine, back: ReturnedLine, wanted: ReturnLine) -> ReturnedLine:
    if back.complete:
        raise OverReturn(f"nothing is left of line `{line.id}`", line=line.id)
    if wanted.quantity is None and wanted.amount is None:
        return _complete(line, back)
    quantity, amount = wanted.quantity or 0, wanted.amount or 0
    if quantity < 0 or amount < 0 or (quantity and not line.quantity) or (amount and line.net <= 0):
        raise OverReturn(
            f"line `{line.id}` cannot come back by this measure; name it alone for all that is left",
            line=line.id,
            quantity=quantity,
            amount=amount,
        )
    new = ReturnedLine(back.quantity + quantity, back.amount + amount)
    fraction = fraction_back(line, new)
    if fraction > 1:
        raise OverReturn(
            f"more of line `{line.id}` would come back than was bought",
            line=line.id,
            quantity_bought=line.quantity,
            quantity_back=back.quantity,
            net_bought=line.net,
            amount_back=back.amount,
        )
    return new._replace(complete=True) if fraction == 1 else new


def _complete(line: BoughtLine, back: ReturnedLine) -> ReturnedLine:
    """All that is left of a line, told in the measure in which it came back so far."""
    if back.amount and not back.quantity:
        return ReturnedLine(0, line.net, True)
    return ReturnedLine(back.quantity if back.amount else line.quantity, back.amount, True)
