"""What a redemption is under the rules in force: which offer, how many points, and what they pay."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.engine.wanted import Wanted
from loyalty_engine.errors import RedemptionNotPermitted, UnknownCurrency
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.redemption.catalogue import Offer
from loyalty_engine.redemption.eligibility import check_eligible, check_limit
from loyalty_engine.redemption.reward import Reward
from loyalty_engine.redemption.tender import PointsTender
from loyalty_engine.rulebook.tree import Values


class Choice(NamedTuple):
    """One offer taken by a member."""

    offer: Offer
    points: int
    worth: int | None  # minor units that the points pay; None: they buy a reward


def choose(wanted: Wanted, rulebook: CompiledRulebook, draft: Draft, values: Values) -> Choice:
    """Take the offer that is wanted, as the member and his account are.

    Raises UnknownReward, UnknownCurrency, NotEligible, LimitReached, RedemptionNotPermitted,
    InsufficientPoints, InvalidCommand (a total is needed and there is none).
    """
    catalogue = rulebook.catalogue
    offer = catalogue.paying() if wanted.reward is None else catalogue.reward(wanted.reward)
    if wanted.currency not in (None, offer.currency):
        raise UnknownCurrency(
            f"`{offer.name}` takes `{offer.currency}`, not `{wanted.currency}`", currency=wanted.currency
        )
    check_eligible(offer, values, catalogue, rulebook.program)
    if isinstance(offer, Reward):
        at, calendar = _instant(values), rulebook.program.calendar
        check_limit(offer, times_had(offer, draft, at, rulebook), at, calendar)
        return Choice(offer, offer.points, None)
    points = _amount(wanted, offer, draft.balance(offer.currency).available)
    return Choice(offer, points, offer.worth_of(points))


def times_had(reward: Reward, draft: Draft, at: int, rulebook: CompiledRulebook) -> int:
    """How often a reward was had in its limit's period of an instant; an open hold counts as having it."""
    calendar = rulebook.program.calendar
    key = reward.counter(at, calendar)
    if key is None:
        return 0
    reserved = [
        hold
        for hold in draft.open_holds()
        if is_of(hold, reward) and reward.counter(hold.made_at, calendar) == key
    ]
    return draft.counter(key) + len(reserved)


def count_reward(draft: Draft, hold: Hold, rulebook: CompiledRulebook) -> None:
    """Count a captured reward, in the period of the instant that it was reserved at.

    `rulebook` is the version of that instant; every count of the account must have been loaded, or those
    of that period.
    """
    reward = rulebook.catalogue.rewards.get(hold.reward or "")
    if reward is None or not is_of(hold, reward):
        return
    key = reward.counter(hold.made_at, rulebook.program.calendar)
    if key is not None:
        draft.count(key, 1)


def is_of(hold: Hold, reward: Reward) -> bool:
    """Whether a hold is of a reward; one of the points tender has a worth."""
    return hold.worth is None and hold.reward == reward.name


def _amount(wanted: Wanted, tender: PointsTender, available: int) -> int:
    if wanted.points is not None:
        tender.check(wanted.points, available, wanted.total)
        return wanted.points
    assert wanted.up_to is not None
    points = tender.clamp(wanted.up_to, available, wanted.total)
    if not points:
        raise none_permitted(tender, wanted.up_to)
    return points


def none_permitted(tender: PointsTender, asked: int) -> RedemptionNotPermitted:
    """The refusal where not even the least amount may be paid."""
    least = tender.at_least
    return RedemptionNotPermitted(
        f"no points can be paid here: the least is {least} points, and so many are not available, not"
        " asked for, or not permitted",
        points=asked,
        least=least,
        most=0,
        step=tender.step,
        permitted=0,
    )


def _instant(values: Values) -> int:
    at = values("at")
    assert isinstance(at, int)
    return at
