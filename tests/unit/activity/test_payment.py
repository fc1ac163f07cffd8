"""Means of payment pay what is payable; what points are worth is known only when the rules have said it."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.activity.activity import Activity, Tender
from loyalty_engine.activity.payment import worth_problem
from tests.unit.activity.examples import parsed, problems, purchase

CARD = {"kind": "card", "amount": "72.50"}


def paid(*tenders: dict[str, Any]) -> Activity:
    """The basket of 76.50, paid so."""
    return parsed(purchase(tenders=list(tenders)))


def points(**fields: Any) -> dict[str, Any]:
    return {"kind": "points", **fields}


def test_a_tender_of_points_says_how_they_are_named() -> None:
    assert paid(CARD, points(points=500)).tenders == (
        Tender("card", 7250),
        Tender("points", None, points=500),
    )
    assert paid(CARD, points(hold="H-1", amount="4.00")).points_tender == Tender("points", 400, hold="H-1")
    assert paid(points(up_to=2000)).points_tender == Tender("points", None, up_to=2000)
    assert paid(CARD | {"amount": "76.50"}).points_tender is None


def test_what_is_stated_must_sum_to_what_is_payable() -> None:
    assert problems(purchase(tenders=[CARD])) == {
        "tenders": "they sum to 72.50 and 76.50 is payable; list every means, or none"
    }
    over = problems(purchase(tenders=[CARD, points(points=500, amount="4.01")]))
    assert "they sum to 76.51" in over["tenders"]


def test_points_without_an_amount_wait_for_the_rules() -> None:
    activity = paid(CARD, points(points=500))
    assert worth_problem(activity, 500, 400, 2) == []
    assert worth_problem(activity, 500, 399, 2) == [
        (
            "tenders",
            "they sum to 76.49 with 500 points worth 3.99, and 76.50 is payable; list every means",
        )
    ]


def test_an_amount_beside_points_is_what_they_are_worth() -> None:
    activity = paid(CARD, points(hold="H-1", amount="4.00"))
    assert worth_problem(activity, 500, 400, 2) == []
    ((place, sentence),) = worth_problem(activity, 500, 399, 2)
    assert (place, sentence.partition(";")[0]) == ("tenders", "500 points are worth 3.99")


@pytest.mark.parametrize("worth", [0, 1, 7650])
def test_beside_as_many_as_are_permitted_the_rest_is_paid_otherwise(worth: int) -> None:
    assert worth_problem(paid(points(up_to=2000)), 100, worth, 2) == []


def test_nothing_is_wrong_where_no_points_are_paid() -> None:
    assert worth_problem(parsed(purchase()), 0, 0, 2) == []
