"""Rounding once per activity: the exact sum is rounded and shared out by largest remainder."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from tests.reference.rounding import rounded
from tests.reference.rule import Grant, total
from tests.reference.wider_caps import WiderCaps


def round_once(grants: Sequence[Grant], mode: str, caps: WiderCaps) -> None:
    """Currency by currency; ties go by file order, and no point goes above a cap."""
    for currency in sorted({grant.rule.currency for grant in grants}):
        own = [grant for grant in grants if grant.rule.currency == currency]
        left = rounded(total(grant.points for grant in own), mode)
        remainders = {grant.rule.name: grant.points - floor(grant.points) for grant in own}
        for grant in own:
            grant.points = Fraction(floor(grant.points))
            left -= int(grant.points)
        for grant in sorted(own, key=lambda one: (-remainders[one.rule.name], one.rule.position)):
            of_stack = [other for other in own if other.rule.stack == grant.rule.stack]
            if left > 0 and remainders[grant.rule.name] > 0 and caps.has_room(grant, of_stack):
                grant.points += 1
                left -= 1
