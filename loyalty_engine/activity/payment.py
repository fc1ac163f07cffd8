"""Whether the means of payment of an activity pay what is payable, no more and no less."""

from __future__ import annotations

from loyalty_engine.activity.activity import Activity, Tender
from loyalty_engine.activity.problem import Problem
from loyalty_engine.money import format_money


def sum_problem(tenders: tuple[Tender, ...], total: int, places: int) -> list[Problem]:
    """What is wrong with the sum of tenders whose activity costs `total`; minor units.

    Of points whose worth the sender left to the rules nothing is said: `worth_problem` judges them later.
    """
    amounts = [tender.amount for tender in tenders]
    known = [amount for amount in amounts if amount is not None]
    if not amounts or len(known) < len(amounts) or sum(known) == total:
        return []
    due, sent = format_money(total, places), format_money(sum(known), places)
    return [("tenders", f"they sum to {sent} and {due} is payable; list every means, or none")]


def worth_problem(activity: Activity, points: int, worth: int, places: int) -> list[Problem]:
    """What is wrong with the tenders of an activity, now that its points tender's worth is known.

    With `up_to` the points alone are listed, and what they do not pay was paid otherwise.
    """
    tender = activity.points_tender
    if tender is None or tender.up_to is not None:
        return []
    value = format_money(worth, places)
    if tender.amount not in (None, worth):
        return [
            ("tenders", f"{points} points are worth {value}; write that amount, or none beside the points")
        ]
    paid = sum(other.amount or 0 for other in activity.tenders) + (worth if tender.amount is None else 0)
    if paid == activity.total:
        return []
    sent, due = format_money(paid, places), format_money(activity.total, places)
    return [
        (
            "tenders",
            f"they sum to {sent} with {points} points worth {value}, and {due} is payable; list every means",
        )
    ]
