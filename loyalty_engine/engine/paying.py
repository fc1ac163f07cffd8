"""An activity's points tender: points are spent before any are earned, so no basket pays for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from loyalty_engine.activity.activity import POINTS, Activity, Tender, Value
from loyalty_engine.activity.payment import worth_problem
from loyalty_engine.engine.choice import choose
from loyalty_engine.engine.desk import Desk, Work
from loyalty_engine.engine.hold_work import HoldName
from loyalty_engine.engine.member_values import member_values
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.engine.spend import hold_end
from loyalty_engine.engine.wanted import Wanted
from loyalty_engine.errors import InvalidActivity, NotEligible, RedemptionNotPermitted
from loyalty_engine.ledger.capture import post_capture
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.entry import parse_entry_id
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.hold_release import open_hold
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.reservation import post_hold
from loyalty_engine.money import format_money
from loyalty_engine.redemption.eligibility import redemption_values

OTHER = "other"  # the kind of tender that an activity did not list


class Paid(NamedTuple):
    """What points paid of an activity, in minor units."""

    points: int
    worth: int


NOTHING = Paid(0, 0)


def hold_number(activity: Activity) -> int | None:
    """The number of the hold that an activity is paid with, to be loaded."""
    tender = activity.points_tender
    place = parse_entry_id(tender.hold) if tender and tender.hold else None
    return place[1] if place else None


def pay(
    desk: Desk,
    work: Work,
    activity: Activity,
    rulebook: CompiledRulebook,
    occasion: Occasion,
    given: Mapping[str, Value | None],
) -> Paid | None:
    """Spend the points that an activity is paid with; None when it is not paid with any.

    `given` are member's fields that an example states. Raises what `choose` raises, UnknownHold,
    HoldResolved, RedemptionNotPermitted when a hold pays more than the tender's share of this total, and
    InvalidActivity when the tenders do not sum to what is payable.
    """
    tender = activity.points_tender
    if tender is None:
        return None
    if tender.hold is not None:
        hold: Hold | None = _reserved(work.draft, tender.hold)
    else:
        hold = _set_aside(desk, work, activity, tender, rulebook, occasion, given)
    if hold is None:
        return NOTHING
    assert hold.worth is not None  # it is of the tender
    problems = worth_problem(activity, hold.points, hold.worth, rulebook.program.places)
    if problems:
        raise InvalidActivity(problems)
    if tender.hold is not None and rulebook.catalogue.tender is not None:
        rulebook.catalogue.tender.check_held(hold.points, hold.worth, activity.total)
    post_capture(work.draft, hold, hold.points, occasion)
    return Paid(hold.points, hold.worth)


def payment_data(activity: Activity, paid: Paid, places: int) -> list[dict[str, Any]]:
    """Each tender as the receipt shows it; what an activity did not list is one of kind `other`."""
    tenders = [
        _points_data(paid, places)
        if tender.kind == POINTS
        else _money_data(tender.kind, tender.amount or 0, places)
        for tender in activity.tenders
    ]
    rest = activity.total - paid.worth - sum(other for _, other in listed_money(activity))
    return [*tenders, _money_data(OTHER, rest, places)] if rest else tenders


def listed_money(activity: Activity) -> list[tuple[str, int]]:
    """Kind and amount of the tenders that are money, as they are listed."""
    return [(tender.kind, tender.amount or 0) for tender in activity.tenders if tender.kind != POINTS]


def _points_data(paid: Paid, places: int) -> dict[str, Any]:
    return {"kind": POINTS, "points": paid.points, "amount": format_money(paid.worth, places)}


def _money_data(kind: str, amount: int, places: int) -> dict[str, Any]:
    return {"kind": kind, "amount": format_money(amount, places)}


def _reserved(draft: Draft, name: str) -> Hold:
    """The open hold of this member that pays. A reward pays no money."""
    hold = open_hold(draft, HoldName(name).find(draft))
    if hold.worth is None:
        raise RedemptionNotPermitted(
            f"hold `{name}` is of `{hold.reward}`, a reward that pays nothing; capture it by itself",
            points=hold.points,
            least=0,
            most=0,
            step=1,
            permitted=0,
        )
    return hold


def _set_aside(
    desk: Desk,
    work: Work,
    activity: Activity,
    tender: Tender,
    rulebook: CompiledRulebook,
    occasion: Occasion,
    given: Mapping[str, Value | None],
) -> Hold | None:
    """Hold the points that are asked for; None when `up_to` comes to none."""
    catalogue, program = rulebook.catalogue, rulebook.program
    known = member_values(desk, work, rulebook, catalogue.member_fields, catalogue.fields, activity.at)
    stated = {name: value for name, value in {**known, **given}.items() if value is not None}
    values = redemption_values(
        activity.at,
        program.calendar,
        stated,
        channel=activity.channel,
        store=activity.store,
        total=activity.total,
    )
    wanted = Wanted(points=tender.points, up_to=tender.up_to, total=activity.total)
    try:
        choice = choose(wanted, rulebook, work.draft, values)
    except (NotEligible, RedemptionNotPermitted):
        if tender.up_to is None:
            raise
        return None
    return post_hold(
        work.draft,
        choice.offer.currency,
        choice.points,
        occasion,
        until=hold_end(choice, rulebook, occasion.now),
        reward=choice.offer.name,
        worth=choice.worth,
    )
