"""The offers of a program as readable data, for `rules show`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.money import format_money
from loyalty_engine.redemption.catalogue import Catalogue, Offer
from loyalty_engine.redemption.phrase import points_text
from loyalty_engine.redemption.reward import Reward
from loyalty_engine.redemption.tender import PointsTender, percent_text
from loyalty_engine.rulebook.program import Program


def describe_redemption(catalogue: Catalogue, program: Program) -> Mapping[str, Any]:
    """The tender and the rewards by name, in the words of the file; nothing without offers."""
    if not catalogue.offers:
        return {}
    return {"redemption": {offer.name: _offer(offer, program.places) for offer in catalogue.offers}}


def _offer(offer: Offer, places: int) -> dict[str, Any]:
    own = _tender(offer) if isinstance(offer, PointsTender) else _reward(offer, places)
    return {
        **own,
        "when": offer.condition.text,
        "active": offer.active.text,
        "hold": str(offer.hold),
        "currency": offer.currency,
        "title": dict(offer.title) or None,
    }


def _tender(tender: PointsTender) -> dict[str, Any]:
    share, points = tender.at_most_share, tender.at_most_points
    at_most = [f"{percent_text(share)} of total"] if share is not None else []
    return {
        "worth": tender.worth_text,
        "step": points_text(tender.step),
        "at_least": points_text(tender.at_least),
        "at_most": at_most + ([points_text(points)] if points is not None else []),
    }


def _reward(reward: Reward, places: int) -> dict[str, Any]:
    money = f" + {format_money(reward.money, places)}" if reward.money else ""
    amount = "" if reward.gives_amount is None else format_money(reward.gives_amount, places) + " "
    return {
        "cost": points_text(reward.points) + money,
        "gives": amount + reward.gives or None,
        "limit": str(reward.limit) if reward.limit else None,
    }
