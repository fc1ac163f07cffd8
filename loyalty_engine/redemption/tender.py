"""Paying with points: what points are worth, and which amounts of them a purchase takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from loyalty_engine.calendar import Duration
from loyalty_engine.errors import InsufficientPoints, InvalidCommand, RedemptionNotPermitted
from loyalty_engine.money import format_money
from loyalty_engine.redemption.phrase import points_text
from loyalty_engine.rulebook.condition import Condition
from loyalty_engine.rulebook.window_reading import Window


class Permitted(NamedTuple):
    """The amounts of points that may be paid: every multiple of `step` from `least` to `most`.

    `most` is 0 when nothing may be paid; `least` then still says what the least would be.
    """

    least: int
    most: int
    step: int

    def nearest(self, points: int) -> int:
        """The greatest permitted amount of at most so many points, 0 when there is none."""
        found = min(points, self.most) // self.step * self.step
        return found if found >= self.least else 0


@dataclass(frozen=True, slots=True)
class PointsTender:
    """The way to pay with points that a program has.

    `at_least` is a multiple of `step` and worth something. Amounts of money are minor units.
    """

    name: str
    currency: str  # of points
    worth: Fraction  # minor units a point
    step: int
    at_least: int
    at_most_share: Fraction | None  # of the total
    at_most_points: int | None
    condition: Condition
    active: Window
    hold: Duration  # how long a reservation waits for its capture
    title: Mapping[str, str]  # locale -> what a member reads; "": for every locale
    worth_text: str  # as written

    def worth_of(self, points: int) -> int:
        """Minor units that points pay, the fraction of a unit dropped."""
        return points * self.worth.numerator // self.worth.denominator

    def permitted(self, available: int, total: int | None = None) -> Permitted:
        """What may be paid out of `available` points at a price of `total` (None: no price is known).

        Never worth more than the total or the tender's share of it, and no step more than it takes to reach
        that. Within it any step may be paid, its worth rounded down. Raises InvalidCommand when the tender
        takes a share of the total and there is none.
        """
        most = min((available, *self._bounds(total))) // self.step * self.step
        return Permitted(self.at_least, most if most >= self.at_least else 0, self.step)

    def clamp(self, up_to: int, available: int, total: int | None = None) -> int:
        """The greatest amount of at most `up_to` points that may be paid, 0 when there is none.

        Raises InvalidCommand as `permitted` does.
        """
        return self.permitted(available, total).nearest(up_to)

    def check(self, points: int, available: int, total: int | None = None) -> None:
        """Refuse an amount that may not be paid.

        RedemptionNotPermitted when the tender does not take it at this price, however much there is; only
        then InsufficientPoints, when it is more than what is available. Raises InvalidCommand as `permitted`
        does.
        """
        if points == 0 or self.clamp(points, points, total) != points:
            raise self._refusal(points, self.permitted(available, total))
        if points > available:
            raise InsufficientPoints(
                f"{points} {self.currency} are needed, and {max(available, 0)} are available",
                currency=self.currency,
                points=points,
                available=max(available, 0),
            )

    def check_held(self, points: int, worth: int, total: int) -> None:
        """Refuse points set aside earlier, so much worth then, that are more than a price takes.

        A reservation may have been made for another price. Raises RedemptionNotPermitted.
        """
        if worth > self._most_money(total):
            raise self._refusal(points, self.permitted(points, total))

    def _most_money(self, total: int) -> int:
        share = 1 if self.at_most_share is None else self.at_most_share
        return max(total, 0) * share.numerator // share.denominator

    def _bounds(self, total: int | None) -> list[int]:
        """How many points the tender takes at most, whatever is available; none: any number."""
        bounds = [] if self.at_most_points is None else [self.at_most_points]
        if total is not None:
            bounds.append(self._fewest_worth(self._most_money(total)))
        elif self.at_most_share is not None:
            percent = percent_text(self.at_most_share)
            raise InvalidCommand(f"the total is needed: at most {percent} of it can be paid with points")
        return bounds

    def _fewest_worth(self, money: int) -> int:
        """The fewest points, in whole steps, that are worth as much as can be without exceeding this."""
        of_step = self.worth * self.step
        most_steps = ((money + 1) * of_step.denominator - 1) // of_step.numerator
        return ceil(self.worth_of(most_steps * self.step) / of_step) * self.step

    def _refusal(self, points: int, permitted: Permitted) -> RedemptionNotPermitted:
        least, most, step = permitted
        nearest = permitted.nearest(points)
        if not most:
            why = f"the least is {points_text(least)}, and so many are not available or not allowed here"
        elif least == most:
            why = f"only {points_text(least)} can"
        else:
            why = f"from {least} to {points_text(most)} can" + (f", in steps of {step}" if step > 1 else "")
        if nearest:
            why += f"; the nearest amount permitted is {points_text(nearest)}"
        return RedemptionNotPermitted(
            f"{points_text(points)} cannot be paid: {why}",
            points=points,
            least=least,
            most=most,
            step=step,
            permitted=nearest,
        )


def percent_text(share: Fraction) -> str:
    """A share as the rule files write it: 50%, 12.5%."""
    return format_money(int(share * 10**8), 6).rstrip("0").rstrip(".") + "%"
