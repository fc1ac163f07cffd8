"""Use case: what a member may spend points on, and what keeps him from the rest."""

from __future__ import annotations

from typing import Any, NamedTuple

from loyalty_engine.calendar import LATEST
from loyalty_engine.engine.choice import none_permitted, times_had
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.ports.reader import Reader
from loyalty_engine.engine.redemption_data import gives_data
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.engine.settle import at_desk
from loyalty_engine.engine.spend import Spend
from loyalty_engine.errors import InvalidCommand, Refusal
from loyalty_engine.ledger.balance import balance_at
from loyalty_engine.ledger.consumption import insufficient
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.standing import Standing
from loyalty_engine.money import format_money
from loyalty_engine.redemption.catalogue import Offer
from loyalty_engine.redemption.eligibility import check_eligible, check_limit
from loyalty_engine.redemption.reward import Reward
from loyalty_engine.redemption.tender import Permitted, PointsTender
from loyalty_engine.rulebook.tree import Values

NONE = Standing()


class _Seen(NamedTuple):
    """What every offer is judged by."""

    spend: Spend
    draft: Draft
    values: Values
    available: dict[str, int]  # by currency


def rewards_of(reader: Reader, spend: Spend, rulebooks: Rulebooks) -> dict[str, Any]:
    """The rewards document: every offer of the version in force, as of the instant of `spend`.

    Limits are judged by what is counted now. Raises UnknownMember.
    """

    def judged(desk: Desk) -> dict[str, Any]:
        return _document(desk, reader, spend)

    return at_desk(reader.context, spend.ask(None), judged, spend.now, rulebooks)


def _document(desk: Desk, reader: Reader, spend: Spend) -> dict[str, Any]:
    membership = desk.enrolled(spend.member)
    work = desk.open(membership, spend.now)
    record = reader.record(membership.account)
    standings = balance_at(record.entries, record.allocations, spend.now, LATEST)
    rulebook = spend.rulebook
    available = {name: standings.get(name, NONE).available for name in rulebook.terms}
    seen = _Seen(spend, work.draft, spend.values(desk, work), available)
    return {
        "member": membership.member,
        "at": rulebook.program.calendar.text(spend.now),
        "rewards": [_offer_data(offer, seen) for offer in rulebook.catalogue.offers],
    }


def _offer_data(offer: Offer, seen: _Seen) -> dict[str, Any]:
    refusal = _refusal(offer, seen)
    own = _reward_data(offer, seen) if isinstance(offer, Reward) else _tender_data(offer, seen)
    why = None
    if refusal is not None:
        why = {"code": refusal.code, "message": refusal.message, **refusal.parameters}
    return {
        "name": offer.name,
        "title": dict(offer.title),
        "currency": offer.currency,
        **own,
        "may": refusal is None,
        "why": why,
    }


def _refusal(offer: Offer, seen: _Seen) -> Refusal | None:
    """What redeeming it now would be refused with."""
    rulebook, at = seen.spend.rulebook, seen.spend.now
    program, there = rulebook.program, seen.available[offer.currency]
    try:
        check_eligible(offer, seen.values, rulebook.catalogue, program)
        if isinstance(offer, Reward):
            check_limit(offer, times_had(offer, seen.draft, at, rulebook), at, program.calendar)
    except Refusal as refusal:
        return refusal
    if there < _least(offer):
        return insufficient(offer.currency, _least(offer), there)
    if isinstance(offer, PointsTender) and (permitted := _permitted(offer, seen)) and not permitted.most:
        return none_permitted(offer, offer.at_least)
    return None


def _least(offer: Offer) -> int:
    return offer.points if isinstance(offer, Reward) else offer.at_least


def _reward_data(reward: Reward, seen: _Seen) -> dict[str, Any]:
    places = seen.spend.rulebook.program.places
    return {
        "kind": "reward",
        "cost": {
            "points": reward.points,
            "money": format_money(reward.money, places) if reward.money else None,
        },
        "gives": gives_data(reward, places),
        "limit": str(reward.limit) if reward.limit else None,
        "missing": max(reward.points - seen.available[reward.currency], 0),
    }


def _tender_data(tender: PointsTender, seen: _Seen) -> dict[str, Any]:
    return {
        "kind": "tender",
        "worth": tender.worth_text,
        "step": tender.step,
        "at_least": tender.at_least,
        "permitted": _permitted_data(tender, seen),
        "missing": max(tender.at_least - seen.available[tender.currency], 0),
    }


def _permitted_data(tender: PointsTender, seen: _Seen) -> dict[str, Any] | None:
    permitted = _permitted(tender, seen)
    if permitted is None:
        return None
    worth = tender.worth_of(permitted.most)
    return {**permitted._asdict(), "worth": format_money(worth, seen.spend.rulebook.program.places)}


def _permitted(tender: PointsTender, seen: _Seen) -> Permitted | None:
    """What may be paid at this total; None where it depends on a total that is not known."""
    try:
        return tender.permitted(seen.available[tender.currency], seen.spend.wanted.total)
    except InvalidCommand:
        return None
