"""Thirty-two callers at once: nothing is lost, doubled or overdrawn, and they share their commits."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

import pytest

from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import LoyaltyError
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, giving_back, instant, purchase, rule_files

CALLERS = 32
Result = TypeVar("Result")


def at_once(work: Callable[[int], Result], callers: int = CALLERS) -> list[Result | LoyaltyError]:
    """What each of so many threads gets that begin together; a refusal is a result."""
    start = threading.Barrier(callers)

    def call(number: int) -> Result | LoyaltyError:
        start.wait()
        try:
            return work(number)
        except LoyaltyError as refusal:
            return refusal

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(call, range(callers)))


def told(outcomes: Sequence[object]) -> Counter[str]:
    """How many receipts, repeats and refusals of each kind."""
    return Counter(
        outcome.code
        if isinstance(outcome, LoyaltyError)
        else ("repeat" if isinstance(outcome, Receipt) and outcome.repeated else "receipt")
        for outcome in outcomes
    )


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """A shop in March."""
    shop = open_shop()
    shop.wait_until("2026-03-15")
    return shop


# -- nothing is lost --------------------------------------------------------------------------------------


def test_on_one_member_every_purchase_counts_once(shop: Shop) -> None:
    each = 8

    def work(caller: int) -> list[Receipt]:
        return [shop.engine.record(purchase(f"R-{caller}-{n}", "1.00")) for n in range(each)]

    receipts = [one for outcome in at_once(work) for one in outcome]  # type: ignore[union-attr]
    assert len({receipt.entries[0]["id"] for receipt in receipts}) == CALLERS * each
    balances = sorted(receipt.balance["currencies"]["points"]["available"] for receipt in receipts)
    assert balances == list(range(1, CALLERS * each + 1))  # each saw what the one before it had left
    assert shop.points() == Points(CALLERS * each)
    assert shop.engine.verify().sound


def test_on_many_members_every_purchase_counts_once(shop: Shop) -> None:
    members = 7

    def work(caller: int) -> int:
        return sum(
            shop.buy(f"R-{caller}-{n}", f"{n + 1}.00", member=f"M-{(caller + n) % members}").totals["points"]
            for n in range(8)
        )

    assert at_once(work) == [sum(range(1, 9))] * CALLERS
    status = shop.engine.status()
    assert status["counts"]["members"] == members  # though many tried to enrol the same one
    assert status["counts"]["activities"] == CALLERS * 8
    assert status["outstanding"]["points"]["available"] == CALLERS * 36
    assert sum(shop.points(member=f"M-{m}").available for m in range(members)) == CALLERS * 36
    assert shop.engine.verify().sound


def test_record_many_and_single_calls_mix(shop: Shop) -> None:
    def work(caller: int) -> int:
        if caller % 2:
            return shop.engine.record(purchase(f"R-{caller}", "5.00")).totals["points"]
        batch = [purchase(f"R-{caller}-{n}", "1.00") for n in range(5)]
        outcomes = shop.engine.record_many(batch)
        return sum(one.totals["points"] for one in outcomes if isinstance(one, Receipt))

    assert at_once(work) == [5] * CALLERS
    assert shop.points() == Points(5 * CALLERS)


def test_readers_see_whole_commits_only(shop: Shop) -> None:
    """Each basket grants two awards; nobody ever sees one without the other."""
    shop.engine.publish(
        rule_files(
            effective="2026-01-01",
            accrual="""
  goods: {stack: promo, when: {type: purchase}, earn: 2 points}
  more: {stack: promo, when: {type: purchase}, earn: 5 points}""",
        )
    )
    shop.buy("R-0")

    def work(caller: int) -> list[int]:
        if caller % 2:
            return [shop.engine.record(purchase(f"R-{caller}-{n}")).totals["points"] for n in range(5)]
        return [shop.points().available for _ in range(10)]

    outcomes = at_once(work)
    seen = [points for outcome in outcomes[::2] for points in outcome]  # type: ignore[union-attr]
    assert all(points % 7 == 0 for points in seen)
    assert shop.points() == Points(7 * (1 + 5 * CALLERS // 2))


# -- nothing is doubled -----------------------------------------------------------------------------------


def test_the_same_activity_from_everybody_is_recorded_once(shop: Shop) -> None:
    outcomes = at_once(lambda _: shop.engine.record(purchase("R-1")))
    assert told(outcomes) == {"receipt": 1, "repeat": CALLERS - 1}
    assert len({outcome.text for outcome in outcomes}) == 1  # type: ignore[union-attr]
    assert shop.points() == Points(20)


def test_the_same_key_with_other_content_is_recorded_once(shop: Shop) -> None:
    outcomes = at_once(lambda caller: shop.engine.record(purchase("R-1", f"{caller + 1}.00")))
    assert told(outcomes) == {"receipt": 1, "ActivityConflict": CALLERS - 1}


def test_the_same_key_for_other_members_is_recorded_once(shop: Shop) -> None:
    outcomes = at_once(lambda caller: shop.engine.record(purchase("R-1", member=f"M-{caller}")))
    assert told(outcomes) == {"receipt": 1, "ActivityConflict": CALLERS - 1}
    assert shop.engine.status()["counts"]["members"] == 1


def test_an_adjustment_with_a_key_happens_once(shop: Shop) -> None:
    shop.buy("R-1")
    assert told(at_once(lambda _: shop.adjust(5, key="K-1"))) == {"receipt": 1, "repeat": CALLERS - 1}
    assert shop.points() == Points(25)


def test_a_purchase_comes_back_once(shop: Shop) -> None:
    shop.buy("R-1")
    outcomes = at_once(lambda caller: shop.engine.record(giving_back(f"X-{caller}", "R-1")))
    assert told(outcomes) == {"receipt": 1, "OverReturn": CALLERS - 1}
    assert shop.points() == Points(0)


def test_an_identity_gets_one_owner(shop: Shop) -> None:
    outcomes = at_once(lambda caller: shop.engine.enrol(f"M-{caller}", identities={"card": "1"}))
    assert told(outcomes) == {"receipt": 1, "IdentityTaken": CALLERS - 1}
    assert shop.engine.status()["counts"]["members"] == 1


# -- nothing is overdrawn ---------------------------------------------------------------------------------


def test_points_are_taken_once(open_shop: OpenShop) -> None:
    shop = open_shop(returns="{deficit: refuse}")
    shop.buy("R-1", "50.00")
    outcomes = at_once(lambda _: shop.adjust(-10))
    assert told(outcomes) == {"receipt": 5, "InsufficientPoints": CALLERS - 5}
    assert shop.points() == Points(0)
    assert shop.engine.verify().sound


@pytest.mark.parametrize(
    "rule",
    [
        "earn: 1 point per 1.00, cap: 70 points per member per month",
        "earn: 35 points, limit: 2 times per member",
    ],
)
def test_caps_and_limits_hold(open_shop: OpenShop, rule: str) -> None:
    shop = open_shop(accrual=f"{{goods: {{stack: base, when: {{type: purchase}}, {rule}}}}}")
    shop.wait_until("2026-03-15")
    at_once(lambda caller: shop.engine.record(purchase(f"R-{caller}")))
    assert shop.points() == Points(70)


# -- several processes ------------------------------------------------------------------------------------


def test_engines_at_one_database_race_as_callers_of_one(open_branch: OpenShop) -> None:
    branches = [open_branch() for _ in range(3)]
    for branch in branches:
        branch.wait_until("2026-03-15")

    def work(caller: int) -> Receipt:
        return branches[caller % 3].engine.record(purchase(f"R-{caller // 2}", "1.00"))

    outcomes = at_once(work)
    assert told(outcomes) == {"receipt": CALLERS // 2, "repeat": CALLERS // 2}
    assert [branch.points() for branch in branches] == [Points(CALLERS // 2)] * 3
    assert branches[0].engine.verify().sound


def test_rules_published_in_the_middle_decide_from_then_on(open_branch: OpenShop) -> None:
    here, there = open_branch(), open_branch()
    double = rule_files(accrual="{goods: {stack: base, when: {type: purchase}, earn: 2 points per 1.00}}")
    for branch in (here, there):
        branch.wait_until("2026-03-15")

    def work(caller: int) -> list[int]:
        if caller == 0:
            there.engine.publish(double)
            return []
        return [here.engine.record(purchase(f"R-{caller}-{n}", "1.00")).totals["points"] for n in range(6)]

    outcomes = at_once(work)
    granted = [points for outcome in outcomes for points in outcome]  # type: ignore[union-attr]
    assert set(granted) <= {1, 2}
    for outcome in outcomes:
        assert all(before <= after for before, after in pairwise(outcome))  # type: ignore[arg-type]
    assert here.engine.record(purchase("last", "1.00")).totals == {"points": 2}
    entries = here.engine.statement(MEMBER, at=instant("2026-12-01"))["entries"]
    explained = [here.engine.explain(entry["id"])["rules"][0]["points"] for entry in entries[::17]]
    assert explained == [entry["points"] for entry in entries[::17]]


# -- commits are shared -----------------------------------------------------------------------------------


def test_whoever_waits_shares_one_commit(open_branch: OpenShop) -> None:
    """While one transaction is under way the others gather, and are settled together."""
    shop = open_branch()
    shop.wait_until("2026-03-15")
    driver: Any = shop.engine._driver
    groups, postings = driver.writer.groups, driver.writer.postings
    entered, leave = threading.Event(), threading.Event()

    def block(session: object) -> None:
        entered.set()
        assert leave.wait(30)

    with ThreadPoolExecutor(1) as pool:
        blocking = pool.submit(driver.transact, block)
        assert entered.wait(30)
        with ThreadPoolExecutor(CALLERS) as callers:
            calls = [callers.submit(shop.engine.record, purchase(f"R-{n}", "1.00")) for n in range(CALLERS)]
            wait_until(lambda: len(list(driver.writer.turn.waiting())) == CALLERS)
            leave.set()
            receipts = [call.result() for call in calls]
        blocking.result()
    assert (driver.writer.groups - groups, driver.writer.postings - postings) == (1, CALLERS)
    assert len({receipt.entries[0]["id"] for receipt in receipts}) == CALLERS
    assert shop.points() == Points(CALLERS)


def test_callers_that_run_freely_share_commits_too(open_branch: OpenShop) -> None:
    shop = open_branch()
    shop.wait_until("2026-03-15")
    writer: Any = shop.engine._driver.writer  # type: ignore[attr-defined]
    groups, postings = writer.groups, writer.postings

    def work(caller: int) -> int:
        return len([shop.engine.record(purchase(f"R-{caller}-{n}", member=f"M-{caller}")) for n in range(10)])

    assert at_once(work) == [10] * CALLERS
    assert writer.postings - postings == 10 * CALLERS
    assert writer.groups - groups <= 10 * CALLERS // 3


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)
