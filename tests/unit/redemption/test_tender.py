"""Paying with points: what they are worth, which amounts a purchase takes, what is said of the others."""

from __future__ import annotations

import pytest

from loyalty_engine.errors import InsufficientPoints, InvalidCommand, RedemptionNotPermitted
from loyalty_engine.redemption.tender import Permitted
from tests.unit.redemption.offers import tender

PLENTY = 10**9
ACME = "worth: 100 points = 0.80, step: 100 points, at_least: 500 points, at_most: 50% of total"


def refusal(
    points: int, available: int, total: int | None = None, settings: str = ACME
) -> tuple[str, object]:
    """What is said, and the amount that is offered instead."""
    with pytest.raises(RedemptionNotPermitted) as refused:
        tender(ACME).check(points, available, total)
    return refused.value.message, refused.value.parameters["permitted"]


# What points are worth --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worth", "points", "money"),
    [
        ("100 points = 0.80", 500, 400),
        ("100 points = 0.80", 1, 0),
        ("100 points = 0.80", 2, 1),  # 1.6 cents
        ("200 points = 1.00", 7218, 3609),
        ("200 points = 1.00", 7217, 3608),
        ("3 points = 0.10", 10, 33),
        ("1 point = 2.50", 3, 750),
    ],
)
def test_the_fraction_of_a_minor_unit_is_dropped(worth: str, points: int, money: int) -> None:
    assert tender(f"worth: {worth}").worth_of(points) == money


def test_money_without_decimal_places() -> None:
    assert tender("worth: 100 points = 80", "currency: JPY").worth_of(1000) == 800


# What may be paid -------------------------------------------------------------------------------------


def test_an_odd_price_can_be_paid_to_the_cent() -> None:
    paying = tender("worth: 200 points = 1.00")
    assert paying.permitted(PLENTY, 3609) == Permitted(least=2, most=7218, step=1)
    assert paying.worth_of(7218) == 3609


def test_points_that_would_pay_nothing_more_are_not_taken() -> None:
    paying = tender("worth: 200 points = 1.00")
    assert paying.worth_of(7219) == 3609
    with pytest.raises(RedemptionNotPermitted):
        paying.check(7219, PLENTY, 3609)


def test_a_price_that_points_do_not_meet_exactly_is_paid_by_the_next_point() -> None:
    paying = tender("worth: 100 points = 0.80")  # 4511 points are worth 36.088, 4512 are worth 36.096
    assert paying.permitted(PLENTY, 3609).most == 4512
    assert paying.worth_of(4512) == 3609


def test_amounts_are_multiples_of_the_step_from_the_least() -> None:
    paying = tender(ACME)
    assert paying.permitted(1234, 10_000) == Permitted(least=500, most=1200, step=100)


def test_a_share_of_the_total_is_the_most() -> None:
    paying = tender(ACME)
    assert paying.permitted(PLENTY, 3609) == Permitted(500, 2200, 100)  # 17.60 of at most 18.04
    assert paying.permitted(PLENTY, 3520) == Permitted(500, 2200, 100)  # 17.60 of at most 17.60
    assert paying.permitted(PLENTY, 3519) == Permitted(500, 2100, 100)


def test_a_share_that_is_no_whole_minor_unit_is_rounded_down() -> None:
    third = tender("worth: 1 point = 0.01, at_most: 33.3% of total")
    assert third.permitted(PLENTY, 100).most == 33
    assert third.permitted(PLENTY, 3).most == 0


def test_a_number_of_points_is_the_most() -> None:
    paying = tender("worth: 1 point = 0.01, at_most: 5000 points")
    assert paying.permitted(PLENTY, 100_000).most == 5000
    assert paying.permitted(PLENTY).most == 5000


def test_of_a_share_and_a_number_the_lower_holds() -> None:
    paying = tender("worth: 1 point = 0.01, at_most: [5000 points, 50% of total]")
    assert [paying.permitted(PLENTY, total).most for total in (4000, 40_000)] == [2000, 5000]


def test_points_never_pay_more_than_the_total() -> None:
    paying = tender("worth: 100 points = 1.00, step: 100 points")
    assert [paying.permitted(PLENTY, total).most for total in (0, 99, 100, 199)] == [0, 0, 100, 100]


def test_nothing_may_be_paid_of_nothing() -> None:
    paying = tender("worth: 200 points = 1.00")
    assert paying.permitted(PLENTY, 0).most == 0
    assert paying.permitted(PLENTY, -100).most == 0
    assert paying.permitted(0, 100).most == 0
    assert paying.permitted(-5, 100).most == 0


def test_below_the_least_nothing_may_be_paid() -> None:
    assert tender(ACME).permitted(499, 10_000) == Permitted(500, 0, 100)
    assert tender(ACME).permitted(PLENTY, 799) == Permitted(500, 0, 100)  # 500 points are half of 8.00


@pytest.mark.parametrize(
    ("settings", "least"),
    [
        ("worth: 1 point = 0.01", 1),
        ("worth: 200 points = 1.00", 2),  # one point is half a cent
        ("worth: 100 points = 0.80, step: 100 points", 100),
        ("worth: 1000 points = 0.01, step: 300 points", 1200),
    ],
)
def test_unless_said_the_least_is_the_first_step_that_pays_something(settings: str, least: int) -> None:
    assert tender(settings).permitted(PLENTY).least == least


def test_without_a_total_only_points_bound_the_amount() -> None:
    paying = tender("worth: 100 points = 1.00, step: 100 points")
    assert paying.permitted(1234) == Permitted(100, 1200, 100)


def test_a_share_needs_the_total() -> None:
    paying = tender("worth: 100 points = 1.00, at_most: 12.5% of total")
    for ask in (lambda: paying.permitted(1000), lambda: paying.check(1000, 1000), lambda: paying.clamp(5, 5)):
        with pytest.raises(InvalidCommand, match=r"the total is needed: at most 12\.5% of it"):
            ask()


# What is refused --------------------------------------------------------------------------------------


def test_an_amount_between_two_steps_is_refused_with_the_one_below() -> None:
    message, permitted = refusal(750, 5000, 10_000)
    assert permitted == 700
    assert message == (
        "750 points cannot be paid: from 500 to 5000 points can, in steps of 100; "
        "the nearest amount permitted is 700 points"
    )


def test_an_amount_above_the_share_is_refused_with_the_most() -> None:
    message, permitted = refusal(2300, 5000, 3609)
    assert permitted == 2200
    assert message.startswith("2300 points cannot be paid: from 500 to 2200 points can, in steps of 100")


def test_an_amount_below_the_least_is_refused_and_nothing_lies_below_it() -> None:
    assert refusal(400, 5000, 10_000) == (
        "400 points cannot be paid: from 500 to 5000 points can, in steps of 100",
        0,
    )


def test_where_one_amount_is_permitted_it_is_named() -> None:
    assert refusal(600, 5000, 900) == (
        "600 points cannot be paid: only 500 points can; the nearest amount permitted is 500 points",
        500,
    )


def test_where_nothing_is_permitted_the_least_is_named() -> None:
    message, permitted = refusal(500, 5000, 100)
    assert permitted == 0
    assert message == (
        "500 points cannot be paid: the least is 500 points, "
        "and so many are not available or not allowed here"
    )


@pytest.mark.parametrize("points", [0, -100, -PLENTY])
def test_nothing_and_less_is_refused(points: int) -> None:
    assert refusal(points, 5000, 10_000)[1] == 0


def test_a_refusal_tells_a_machine_what_would_do() -> None:
    with pytest.raises(RedemptionNotPermitted) as refused:
        tender(ACME).check(750, 1250, 10_000)
    assert refused.value.parameters == {
        "points": 750,
        "least": 500,
        "most": 1200,
        "step": 100,
        "permitted": 700,
    }


def test_an_amount_that_would_do_but_is_not_there_is_insufficient() -> None:
    with pytest.raises(InsufficientPoints) as refused:
        tender(ACME).check(1300, 1250, 10_000)
    assert refused.value.message == "1300 points are needed, and 1250 are available"
    assert refused.value.parameters == {"currency": "points", "points": 1300, "available": 1250}


def test_an_amount_that_would_not_do_anyway_is_not_called_insufficient() -> None:
    assert refusal(1350, 1250, 10_000)[1] == 1200  # off the step
    assert refusal(9900, 1250, 3609)[1] == 1200  # above the share
    assert refusal(300, 250, 10_000)[1] == 0  # below the least


def test_what_is_available_is_never_below_nothing() -> None:
    with pytest.raises(InsufficientPoints, match="0 are available"):
        tender(ACME).check(500, -30, 10_000)


# As much as is permitted ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("up_to", "available", "total", "points"),
    [
        (2000, 5000, 10_000, 2000),
        (2050, 5000, 10_000, 2000),
        (2000, 1234, 10_000, 1200),
        (2000, 5000, 2000, 1200),  # 9.60 of at most 10.00
        (499, 5000, 10_000, 0),
        (2000, 499, 10_000, 0),
        (2000, 5000, 0, 0),
        (0, 5000, 10_000, 0),
        (-1, 5000, 10_000, 0),
    ],
)
def test_up_to_takes_the_most_that_is_permitted_perhaps_nothing(
    up_to: int, available: int, total: int, points: int
) -> None:
    assert tender(ACME).clamp(up_to, available, total) == points
