"""Tiers in batches: the same answers as one by one, also where credits of years ago are loaded on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from loyalty_engine.engine import settle
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.ports.store import Batch
from loyalty_engine.engine.receipt import Receipt
from tests.engine.climbing import EXTRA, climbing, history, tier, tiers
from tests.engine.shop import OpenShop, Shop, giving_back, purchase


def at_once_and_one_by_one(
    open_shop: OpenShop,
    past: Sequence[dict[str, Any]],
    batch: Sequence[dict[str, Any]],
    now: str,
    **rules: str,
) -> tuple[Shop, Shop]:
    """Two shops of the same past; what comes now comes in one batch here and activity by activity there."""
    here, there = (climbing(open_shop, accrual=EXTRA, **rules) for _ in range(2))
    for shop in (here, there):
        for activity in past:
            shop.record(activity)
        shop.wait_until(now)
    together = here.engine.record_many(batch)
    alone = [there.engine.record(activity) for activity in batch]
    assert [_text(one) for one in together] == [_text(one) for one in alone]
    assert here.dump() == there.dump()
    assert here.engine.verify().sound
    return here, there


def _text(outcome: object) -> str:
    assert isinstance(outcome, Receipt), outcome
    return outcome.text


@contextmanager
def loads() -> Iterator[list[int]]:
    """How many accounts each load was of."""
    sizes: list[int] = []

    def counted(batch: Batch, *more: Any) -> Desk:
        sizes.append(len(batch.accounts))
        return Desk(batch, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settle, "Desk", counted)
        yield sizes


def test_a_later_activity_sees_the_tier_that_an_earlier_one_reached(open_shop: OpenShop) -> None:
    batch = [
        purchase("R-1", "60.00", at="2026-03-01", member="M-1"),
        purchase("S-1", "90.00", at="2026-03-01", member="M-2"),
        purchase("R-2", "60.00", at="2026-03-02", member="M-1"),
        purchase("R-3", "10.00", at="2026-03-03", member="M-1"),
        purchase("S-2", "10.00", at="2026-03-03", member="M-2"),
        giving_back("X-1", "R-2", at="2026-03-04", member="M-1"),
        purchase("R-4", "10.00", at="2026-03-05", member="M-1"),
        purchase("S-3", "10.00", at="2026-03-05", member="M-2"),
    ]
    here, _ = at_once_and_one_by_one(open_shop, [], batch, now="2026-03-06")
    assert history(here, member="M-1") == [
        ("2026-03-02", "silver", "reached"),
        ("2026-03-06", None, "withdrawn"),
    ]
    assert tier(here, member="M-2") == "silver"


def test_members_of_several_programs_and_periods_mix(open_shop: OpenShop) -> None:
    past = [purchase(f"P-{n}", "150.00", at="2026-03-01", member=f"M-{n}") for n in range(3)]
    batch = [
        purchase(f"R-{n}-{year}", "60.00", at=f"{year}-06-01", member=f"M-{n}")
        for year in (2027, 2028, 2029)
        for n in range(3)
    ]
    at_once_and_one_by_one(open_shop, past, batch, now="2030-01-01")


def test_an_activity_of_years_ago_in_the_middle_is_heard(open_shop: OpenShop) -> None:
    """A batch loads the credits of the last two years; what an early one needs is loaded when it comes."""
    past = [
        purchase(f"P-{year}-{n}", "60.00", at=f"{year}-03-01", member=f"M-{n % 5}")
        for n, year in enumerate(range(2026, 2036))
    ]
    batch = [
        purchase(f"R-{n}", "45.00", at="2035-05-01" if n != 23 else "2027-05-01", member=f"M-{n % 5}")
        for n in range(50)
    ]
    here, there = at_once_and_one_by_one(open_shop, past, batch, now="2035-06-01")
    assert history(here, member="M-3") == history(there, member="M-3")


def test_a_batch_of_history_is_loaded_twice_and_not_again_for_each(open_shop: OpenShop) -> None:
    shop = climbing(open_shop)
    for n in range(20):
        shop.buy(f"P-{n}", "60.00", at="2033-03-01", member=f"M-{n}")
    shop.wait_until("2035-06-01")
    for n in range(20):
        shop.buy(f"Q-{n}", "10.00", at="2035-05-01", member=f"M-{n}")
    old = [purchase(f"R-{n}", "120.00", at="2027-05-01", member=f"M-{n}") for n in range(20)]
    with loads() as sizes:
        outcomes = shop.engine.record_many(old)
    assert all(isinstance(one, Receipt) for one in outcomes)
    assert sum(sizes) <= 3 * len(old)
    assert {tier(shop, "2028-06-01", member=f"M-{n}") for n in range(20)} == {"silver"}


def test_members_who_come_back_after_years_cost_no_second_load(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, tiers=tiers(valid="36 months"))
    for n in range(20):
        shop.buy(f"P-{n}", "160.00", at="2026-03-01", member=f"M-{n}")
    back = [purchase(f"R-{n}", "10.00", at="2034-05-01", member=f"M-{n}") for n in range(20)]
    shop.wait_until("2034-06-01")
    with loads() as sizes:
        shop.engine.record_many(back)
    assert sizes == [20]
    assert history(shop, member="M-7") == [
        ("2026-03-01", "silver", "reached"),
        ("2029-04-02", None, "dropped"),
    ]


def test_nor_does_a_first_purchase_long_after_the_enrolment(open_shop: OpenShop) -> None:
    shop = climbing(open_shop)
    for n in range(20):
        shop.engine.enrol(f"M-{n}")
    shop.wait_until("2034-06-01")
    with loads() as sizes:
        shop.engine.record_many([purchase(f"R-{n}", at="2034-06-01", member=f"M-{n}") for n in range(20)])
    assert sizes == [20]
