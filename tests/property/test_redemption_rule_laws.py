"""What may be paid with points, against every amount tried one by one; offers of any shape are read."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.calendar import Duration
from loyalty_engine.engine.sections import SECTIONS
from loyalty_engine.errors import InsufficientPoints, RedemptionNotPermitted
from loyalty_engine.redemption.reward_reading import REWARD_KEYS
from loyalty_engine.redemption.tender import PointsTender
from loyalty_engine.redemption.tender_reading import TENDER_KEYS
from loyalty_engine.rulebook.condition import ALWAYS
from loyalty_engine.rulebook.load import load_rulebook
from loyalty_engine.rulebook.show import describe
from loyalty_engine.rulebook.window_reading import ALWAYS_ACTIVE
from tests.samples.rule_files import completed
from tests.unit.redemption.offers import EARNING

MOST = 90  # points that are tried one by one
DEAREST = 60  # minor units
ENOUGH = (DEAREST + 1) * 12 + 12  # points: worth more than the dearest price by any tender here


@st.composite
def tenders(draw: st.DrawFn) -> PointsTender:
    """Any tender that a rule file can say, in numbers small enough to try them all."""
    worth = Fraction(draw(st.integers(1, 12)), draw(st.integers(1, 12)))
    step = draw(st.integers(1, 12))
    first = next(points for points in range(step, 10**6, step) if points * worth >= 1)
    share = draw(st.none() | st.builds(Fraction, st.integers(1, 20), st.just(20)))
    return PointsTender(
        name="pay",
        currency="points",
        worth=worth,
        step=step,
        at_least=first + step * draw(st.integers(0, 3)),
        at_most_share=share,
        at_most_points=draw(st.none() | st.integers(1, MOST)),
        condition=ALWAYS,
        active=ALWAYS_ACTIVE,
        hold=Duration(30, "minutes"),
        title={},
        worth_text="",
    )


def totals(paying: PointsTender) -> st.SearchStrategy[int | None]:
    """Prices in minor units; without one only where no share of it is asked for."""
    prices: st.SearchStrategy[int | None] = st.integers(0, DEAREST)
    return prices if paying.at_most_share is not None else prices | st.none()


cases = tenders().flatmap(
    lambda paying: st.tuples(st.just(paying), st.integers(0, MOST), totals(paying))
)  # a tender, what is available, the price


def accepted_one_by_one(paying: PointsTender, available: int, total: int | None) -> list[int]:
    """The permitted amounts by the words of the rule language, each asked by itself.

    A multiple of the step, from the least to the most, which pays no more than the total or its share; and
    with a step less it would pay less than what points can pay of this total at all.
    """
    worth = [points * paying.worth.numerator // paying.worth.denominator for points in range(ENOUGH)]
    steps = range(paying.step, ENOUGH, paying.step)
    room = None if total is None else Fraction(total) * (paying.at_most_share or 1)
    fitting = [points for points in steps if room is None or worth[points] <= room]
    most_money = max((worth[points] for points in fitting), default=0)
    return [
        points
        for points in fitting
        if paying.at_least <= points <= available
        and (paying.at_most_points is None or points <= paying.at_most_points)
        and (room is None or worth[points - paying.step] < most_money)
    ]


def is_accepted(paying: PointsTender, points: int, available: int, total: int | None) -> bool:
    try:
        paying.check(points, available, total)
    except (RedemptionNotPermitted, InsufficientPoints):
        return False
    return True


@given(cases)
def test_just_the_permitted_amounts_are_accepted(case: tuple[PointsTender, int, int | None]) -> None:
    paying, available, total = case
    accepted = [p for p in range(-3, MOST + 3) if is_accepted(paying, p, available, total)]
    assert accepted == accepted_one_by_one(paying, available, total)


@given(cases)
def test_permitted_says_all_of_them(case: tuple[PointsTender, int, int | None]) -> None:
    paying, available, total = case
    least, most, step = paying.permitted(available, total)
    assert list(range(least, most + 1, step)) == accepted_one_by_one(paying, available, total)


@given(cases, st.integers(-5, MOST + 20))
def test_up_to_takes_the_greatest_accepted_amount_not_above_it(
    case: tuple[PointsTender, int, int | None], up_to: int
) -> None:
    paying, available, total = case
    accepted = accepted_one_by_one(paying, available, total)
    taken = paying.clamp(up_to, available, total)
    assert taken == max((points for points in accepted if points <= up_to), default=0)
    assert taken == 0 or is_accepted(paying, taken, available, total)


@given(cases, st.integers(-5, MOST + 20))
def test_a_refusal_offers_an_amount_that_is_accepted(
    case: tuple[PointsTender, int, int | None], points: int
) -> None:
    paying, available, total = case
    try:
        paying.check(points, available, total)
    except RedemptionNotPermitted as refused:
        offered = refused.parameters["permitted"]
        assert offered == paying.clamp(points, available, total)
        assert str(offered or refused.parameters["least"]) in refused.message
    except InsufficientPoints:
        assert points > available
        assert is_accepted(paying, points, points, total)


@given(cases)
def test_more_points_available_or_a_higher_price_never_permit_less(
    case: tuple[PointsTender, int, int | None],
) -> None:
    paying, available, total = case
    here = paying.permitted(available, total).most
    assert paying.permitted(available + 1, total).most >= here
    assert total is None or paying.permitted(available, total + 1).most >= here


@given(tenders(), st.integers(0, 10**12), st.integers(0, 10**6))
def test_more_points_are_never_worth_less_and_never_more_than_exactly(
    paying: PointsTender, points: int, more: int
) -> None:
    worth = paying.worth_of(points)
    assert worth <= paying.worth_of(points + more)
    assert worth <= points * paying.worth < worth + 1


PIECES = st.sampled_from(
    [
        "100 points", "1 point", "0 points", "9999999999999 points", "\u0663 points", "1 point = 0.01",
        "= 0.80", "+ 99.00", "50% of total", "99999% of total", "0", "10.00", "1" * 40, "EUR",
        "voucher", "十欧元券", "$x", "..",
    ]
)  # fmt: skip
PHRASES = st.lists(PIECES, max_size=3).map(" ".join) | st.text(max_size=8)
NODES = st.recursive(
    PHRASES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(PHRASES, inner, max_size=2),
    max_leaves=4,
)


@given(st.lists(st.dictionaries(st.sampled_from([*TENDER_KEYS, *REWARD_KEYS, "stock"]), NODES, max_size=5)))
def test_whatever_an_offer_says_it_is_read_or_told_what_is_wrong(offers: list[dict[str, Any]]) -> None:
    named = {f"offer-{number}": offer for number, offer in enumerate(offers)}
    files = completed({"a.yaml": f"{EARNING}redemption: {json.dumps(named)}\n"})
    loaded = load_rulebook(files, SECTIONS)
    wrong = [found for found in loaded.diagnostics if found.severity == "error"]
    assert (loaded.rulebook is None) == bool(wrong)
    if loaded.rulebook is not None:
        assert {offer.name for offer in loaded.rulebook.models["redemption"].offers} == named.keys()
        describe(loaded.rulebook, SECTIONS)
