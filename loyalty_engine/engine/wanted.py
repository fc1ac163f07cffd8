"""What a caller wants to redeem, checked where it comes in; what that is under the rules is `choice.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from loyalty_engine.engine.arguments import money, optional_name, some_points
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.errors import InvalidCommand

Money = str | Decimal
"""Money of the program as a host says it: a decimal text such as "20.00", or a Decimal; never a float."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many points of the tender, as many as are permitted up to a number, or a reward: just one of these.

    `total` is what is to be paid in all, in minor units; the rest is what the offer's conditions may test.
    """

    points: int | None = None
    up_to: int | None = None
    reward: str | None = None
    total: int | None = None
    currency: str | None = None  # of points; None: whichever the offer takes
    channel: str | None = None
    store: str | None = None

    @property
    def content(self) -> list[Any]:
        """What makes two commands with one key the same."""
        said = [self.points, self.up_to, self.reward, self.total, self.currency]
        return [*said, self.channel, self.store]


def wanted_of(
    rulebook: CompiledRulebook,
    *,
    points: object,
    up_to: object,
    reward: object,
    currency: object,
    **circumstances: object,
) -> Wanted:
    """What a host's arguments ask for. Raises InvalidCommand."""
    if sum(one is not None for one in (points, up_to, reward)) != 1:
        raise InvalidCommand("name one of `points`, `up_to` and `reward`")
    return replace(
        circumstances_of(rulebook, **circumstances),
        points=None if points is None else some_points("points", points),
        up_to=None if up_to is None else some_points("up_to", up_to),
        reward=optional_name("the reward", reward),
        currency=optional_name("the currency", currency),
    )


def circumstances_of(
    rulebook: CompiledRulebook, *, total: object = None, channel: object = None, store: object = None
) -> Wanted:
    """Nothing wanted yet, of what a host says about where and at what price. Raises InvalidCommand."""
    return Wanted(
        total=None if total is None else money("the total", total, rulebook.program.places),
        channel=optional_name("the channel", channel),
        store=optional_name("the store", store),
    )
