"""A redemption and its hold as receipts and reads show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.calendar import Calendar
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.ledger.entry import entry_id
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.money import format_money
from loyalty_engine.redemption.catalogue import Catalogue, Offer
from loyalty_engine.redemption.reward import Reward


def redemption_data(
    hold: Hold, points: int, worth: int | None, offer: Offer | None, rulebook: CompiledRulebook
) -> dict[str, Any]:
    """What was redeemed: so many points of a hold, which pay `worth` minor units where they pay money.

    `offer` is what the hold was made for, None when its rules no longer say.
    """
    places = rulebook.program.places
    reward = offer if isinstance(offer, Reward) else None
    return {
        **_named(hold),
        "currency": hold.currency,
        "points": points,
        "worth": _money(worth, places),
        "money": _money(reward.money, places) if reward and reward.money else None,
        "gives": gives_data(reward, places),
        "title": {} if offer is None else dict(offer.title),
    }


def hold_data(hold: Hold, account: int, calendar: Calendar, places: int) -> dict[str, Any]:
    """A hold: its id, what it is for, and how it stands; instants in ISO 8601 with the program's offset."""
    return {
        "id": entry_id(account, hold.number),
        **_named(hold),
        "currency": hold.currency,
        "points": hold.points,
        "captured": hold.captured,
        "worth": _money(hold.worth, places),
        "status": str(hold.status),
        "made_at": calendar.text(hold.made_at),
        "until": None if hold.until is None else calendar.text(hold.until),
    }


def offer_of(hold: Hold, catalogue: Catalogue) -> Offer | None:
    """The offer of a catalogue that a hold was made for."""
    if hold.worth is None:
        return catalogue.rewards.get(hold.reward or "")
    tender = catalogue.tender
    return tender if tender is not None and tender.name == hold.reward else None


def gives_data(reward: Reward | None, places: int) -> Mapping[str, Any] | None:
    """What a reward gives beside its name: words, and an amount of money such as a voucher's."""
    if reward is None or not (reward.gives or reward.gives_amount):
        return None
    return {"what": reward.gives, "amount": _money(reward.gives_amount, places)}


def _named(hold: Hold) -> dict[str, Any]:
    """Only what pays money is held of the tender."""
    of_tender = hold.worth is not None
    return {"reward": None if of_tender else hold.reward, "tender": hold.reward if of_tender else None}


def _money(units: int | None, places: int) -> str | None:
    return None if units is None else format_money(units, places)
