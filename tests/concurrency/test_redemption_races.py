"""Thirty-two callers spend one member's points at once: just what the balance covers succeeds, and once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import LoyaltyError
from tests.concurrency.test_engine_races import CALLERS, at_once, told
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, purchase

REDEMPTION = """
  pay: {worth: 100 points = 1.00, step: 100 points}
  voucher: {cost: 500 points, limit: 3 times per member}
  cup: {cost: 300 points}"""


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The member has 5000 points."""
    shop = open_shop(redemption=REDEMPTION)
    shop.buy("R-0", "5000.00")
    return shop


WAYS: dict[str, Callable[[Shop, int], Receipt]] = {
    "redeem points": lambda shop, _: shop.redeem(points=500),
    "redeem as much as there is": lambda shop, _: shop.redeem(up_to=500),
    "reserve and capture": lambda shop, _: shop.engine.capture(shop.reserve(points=500).id),
    "reserve": lambda shop, _: shop.reserve(points=500),
    "pay": lambda shop, caller: shop.engine.record(
        purchase(f"R-{caller}", "5.00", type="recharge", tenders=[{"kind": "points", "points": 500}])
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_the_balance_covers_succeeds_and_nothing_more(shop: Shop, way: str) -> None:
    outcomes = at_once(lambda caller: WAYS[way](shop, caller))
    refused = "RedemptionNotPermitted" if way == "redeem as much as there is" else "InsufficientPoints"
    assert told(outcomes) == {"receipt": 10, refused: CALLERS - 10}
    assert shop.points() == Points(0, held=5000 if way == "reserve" else 0)
    assert shop.engine.verify().sound


def test_ways_of_spending_mix(shop: Shop) -> None:
    def work(caller: int) -> int:
        """Points that this caller has spent or holds."""
        way = caller % 4
        if way == 0:
            return -shop.redeem(reward="cup").totals["points"]
        hold = shop.reserve(points=400)
        if way == 1:
            return -shop.engine.capture(hold.id).totals["points"]
        if way == 2:
            return -shop.engine.capture(hold.id, points=100).totals["points"]
        return shop.engine.release(hold.id).totals["points"]

    outcomes = at_once(work)
    spent = sum(one for one in outcomes if isinstance(one, int))
    assert shop.points() == Points(5000 - spent)
    assert shop.engine.verify().sound
    assert shop.engine.holds(MEMBER)["holds"] == []


def test_one_key_is_paid_once(shop: Shop) -> None:
    outcomes = at_once(lambda _: shop.redeem(points=500, key="K-1"))
    assert told(outcomes) == {"receipt": 1, "repeat": CALLERS - 1}
    assert len({one.text for one in outcomes if isinstance(one, Receipt)}) == 1
    assert shop.points() == Points(4500)


def test_one_key_for_two_things_stands_for_one_of_them(shop: Shop) -> None:
    outcomes = at_once(lambda caller: shop.redeem(points=500 + 100 * (caller % 2), key="K-1"))
    assert told(outcomes) == {"receipt": 1, "repeat": CALLERS // 2 - 1, "ActivityConflict": CALLERS // 2}
    assert shop.points().available in (4500, 4400)


def test_a_hold_is_resolved_once(shop: Shop) -> None:
    hold = shop.reserve(points=500)
    tender = {"kind": "points", "hold": hold.id}

    def work(caller: int) -> Receipt:
        if caller % 3 == 0:
            return shop.engine.capture(hold.id)
        if caller % 3 == 1:
            return shop.engine.release(hold.id)
        return shop.engine.record(purchase(f"R-{caller}", "5.00", type="recharge", tenders=[tender]))

    outcomes = at_once(work)
    assert told(outcomes) == {"receipt": 1, "HoldResolved": CALLERS - 1}
    (status,) = {one["status"] for one in shop.engine.holds(MEMBER, all=True)["holds"]}
    assert shop.points() == Points(5000 if status == "released" else 4500)
    assert shop.engine.verify().sound


@pytest.mark.parametrize("call", ["redeem", "reserve"])
def test_a_limit_holds(shop: Shop, call: str) -> None:
    outcomes = at_once(lambda _: getattr(shop, call)(reward="voucher"))
    assert told(outcomes) == {"receipt": 3, "LimitReached": CALLERS - 3}
    assert shop.points() == Points(3500, held=0 if call == "redeem" else 1500)


def test_earning_and_spending_race_without_a_debt(shop: Shop) -> None:
    def work(caller: int) -> list[int]:
        moved = []
        for n in range(6):
            try:
                if caller % 2:
                    moved.append(shop.engine.record(purchase(f"R-{caller}-{n}", "100.00")).totals["points"])
                else:
                    moved.append(shop.redeem(up_to=900).totals["points"])
            except LoyaltyError as refusal:
                assert refusal.code in ("RedemptionNotPermitted", "InsufficientPoints")
        return moved

    moved = sum(sum(one) for one in at_once(work) if isinstance(one, list))
    assert shop.points() == Points(5000 + moved)
    assert shop.engine.verify().sound


def test_engines_at_one_database_spend_one_balance(open_branch: OpenShop) -> None:
    branches = [open_branch(redemption=REDEMPTION) for _ in range(3)]
    branches[0].buy("R-0", "5000.00")
    for branch in branches:
        branch.wait_until("2026-03-15")
    outcomes = at_once(lambda caller: branches[caller % 3].redeem(points=500))
    assert told(outcomes) == {"receipt": 10, "InsufficientPoints": CALLERS - 10}
    assert [branch.points() for branch in branches] == [Points(0)] * 3
    assert branches[0].engine.verify().sound


def test_who_spends_at_once_shares_commits(open_branch: OpenShop) -> None:
    shop = open_branch(redemption=REDEMPTION)
    shop.buy("R-0", "500000.00")
    writer: Any = shop.engine._driver.writer  # type: ignore[attr-defined]
    groups, postings = writer.groups, writer.postings

    def work(_: int) -> int:
        return len([shop.redeem(points=100) for _ in range(10)])

    assert at_once(work) == [10] * CALLERS
    assert writer.postings - postings == 10 * CALLERS
    assert writer.groups - groups <= 10 * CALLERS // 3
    assert shop.points() == Points(500000 - 100 * 10 * CALLERS)
