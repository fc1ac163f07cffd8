"""Everything that points can be spent on under one rulebook: the points tender and the rewards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from loyalty_engine.activity.field import Field
from loyalty_engine.errors import UnknownReward
from loyalty_engine.redemption.reward import Reward
from loyalty_engine.redemption.tender import PointsTender
from loyalty_engine.rulebook.near import did_you_mean

Offer = PointsTender | Reward


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The `redemption` section, read and compiled; rewards by name in the file's order."""

    tender: PointsTender | None = None
    rewards: Mapping[str, Reward] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)  # what conditions may test, by name
    member_fields: frozenset[str] = field(init=False)  # names of the member's fields that conditions test
    periods: tuple[str, ...] = field(init=False)  # of the limits, each once, sorted

    def __post_init__(self) -> None:
        tested = {name for offer in self.offers for name in offer.condition.fields}
        of_member = (name for name in tested if self.fields[name].scope == "member")
        limits = {reward.limit.period for reward in self.rewards.values() if reward.limit}
        object.__setattr__(self, "member_fields", frozenset(of_member))
        object.__setattr__(self, "periods", tuple(sorted(limits)))

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The tender, if there is one, and every reward."""
        return (*(() if self.tender is None else (self.tender,)), *self.rewards.values())

    def reward(self, name: str) -> Reward:
        """The reward of a name. Raises UnknownReward."""
        found = self.rewards.get(name)
        if found is None:
            help_text = did_you_mean(name, self.rewards)
            raise UnknownReward(f"there is no reward `{name[:40]}`; {help_text}", reward=name[:200])
        return found

    def paying(self) -> PointsTender:
        """The points tender. Raises UnknownReward when points do not pay in this program."""
        if self.tender is None:
            raise UnknownReward("this program takes no points as payment; its rewards have fixed prices")
        return self.tender
