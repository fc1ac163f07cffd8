"""What a return gives back of a purchase that was paid with points: points, and money by the tenders used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from loyalty_engine.activity.activity import POINTS, Activity, ReturnLine
from loyalty_engine.engine.paying import OTHER, listed_money
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.ledger.account import ReturnedLine
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.restoration import Payment, post_restoration
from loyalty_engine.ledger.returned_lines import NONE_BACK, BoughtLine, fraction_back, take_back
from loyalty_engine.money import format_money


class Purchase(NamedTuple):
    """What was bought, what of it has come back before, and the points that paid for it."""

    activity: Activity
    lines: Sequence[BoughtLine]
    returned: Mapping[str, ReturnedLine]
    payment: Payment


def give_back_payment(
    draft: Draft,
    bought: Purchase,
    lines: Iterable[ReturnLine],
    rulebook: CompiledRulebook,
    occasion: Occasion,
) -> dict[str, Any]:
    """Post the points that come back with these lines, and tell the refund by tender.

    `rulebook` is the version of the return. Points come back in proportion to the money, floor(points x
    refunded / paid) in all, unless they are kept: then their worth is refunded in no way. What is due at
    `occasion.now` must have been posted. Raises UnknownLine, OverReturn.
    """
    before = refunded(bought.lines, bought.returned, bought.activity.total)
    changed = take_back(bought.lines, bought.returned, lines)
    after = refunded(bought.lines, {**bought.returned, **changed}, bought.activity.total)
    settings, payment = rulebook.program.returns, bought.payment
    kept = settings.spent_points == "keep"
    points = 0 if kept else _points_back(payment, bought.activity.total, before, after)
    if points:
        reissued = settings.restored_lots == "reissue"
        terms = rulebook.terms.get(payment.entry.currency) if reissued else None
        post_restoration(draft, payment, points, occasion, terms)
    return _refund_data(bought, before, after, points, kept, rulebook.program.places)


def refunded(lines: Iterable[BoughtLine], returned: Mapping[str, ReturnedLine], total: int) -> int:
    """Minor units that come back in all once these lines have come back so far; never less than before.

    The net of what came back, rounded down and never above what was paid; shipping, and tax where prices
    exclude it, come back with the last line, and a line below 0 lowers nothing until then.
    """
    back = [(line.net, fraction_back(line, returned.get(line.id, NONE_BACK))) for line in lines]
    if all(fraction == 1 for _, fraction in back):
        return total
    net = sum(net * fraction for net, fraction in back if net > 0)
    return min(int(net), total)


def split(amounts: Sequence[int], money: int) -> list[int]:
    """Share money over amounts that sum to no less, all in minor units.

    Each takes its part, rounded down, of what those before it left: so a part never shrinks when the money
    grows, and all the money gives the amounts back exactly.
    """
    parts, left = [], sum(amounts)
    for amount in amounts:
        part = money * amount // left if left else 0
        parts.append(part)
        money, left = money - part, left - amount
    return parts


def _points_back(payment: Payment, paid: int, before: int, after: int) -> int:
    points = -payment.entry.points
    return min(points * after // paid - points * before // paid, payment.left)


def _refund_data(
    bought: Purchase, before: int, after: int, points: int, kept: bool, places: int
) -> dict[str, Any]:
    worth = bought.payment.entry.basis or 0
    listed = listed_money(bought.activity)
    rest = bought.activity.total - worth - sum(amount for _, amount in listed)
    money = [*listed, (OTHER, rest)] if rest else listed
    amounts = [worth, *(amount for _, amount in money)]
    shares = zip(split(amounts, before), split(amounts, after), strict=True)
    of_points, *others = [now - then for then, now in shares]
    if kept:
        of_points = 0
    tenders: list[dict[str, Any]] = [
        {"kind": POINTS, "points": points, "amount": format_money(of_points, places)},
        *(
            {"kind": kind, "amount": format_money(amount, places)}
            for (kind, _), amount in zip(money, others, strict=True)
        ),
    ]
    return {"total": format_money(of_points + sum(others), places), "tenders": tenders}
