"""Rounding once per activity: exact until the end, then shared out by largest remainder."""

from __future__ import annotations

from fractions import Fraction

from loyalty_engine.accrual.grant import Grant
from loyalty_engine.accrual.rounding import Round


def round_once(grants: list[Grant], rounding: Round) -> None:
    """Replace exact amounts by whole points whose sum, per currency, is the rounded exact sum.

    Points left over after flooring go to the largest fractions first (ties by file order), but never to
    a grant whose caps have no room.
    """
    for currency in {grant.rule.currency for grant in grants}:
        _round_currency([grant for grant in grants if grant.rule.currency == currency], rounding)


def _round_currency(grants: list[Grant], rounding: Round) -> None:
    exact = [Fraction(grant.amount) for grant in grants]
    total = sum(exact, Fraction(0))
    left = rounding(total.numerator, total.denominator)
    for grant, amount in zip(grants, exact, strict=True):
        grant.amount = amount.numerator // amount.denominator
        left -= grant.amount
        for room in grant.rooms:
            room.left -= grant.amount
    by_fraction = sorted(
        (position for position, amount in enumerate(exact) if amount.denominator != 1),
        key=lambda position: (-(exact[position] % 1), grants[position].rule.bit),
    )
    for position in by_fraction:
        grant = grants[position]
        if left > 0 and all(room.left > 0 for room in grant.rooms):
            grant.amount += 1
            left -= 1
            for room in grant.rooms:
                room.left -= 1
