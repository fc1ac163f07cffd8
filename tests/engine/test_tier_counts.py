"""How many members have each tier, and how they moved between tiers over time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.climbing import LADDER, climbing, tiers
from tests.engine.shop import OpenShop, Shop, instant


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """Three members of the spring of 2026, and one who came a year later."""
    shop = climbing(open_shop)
    shop.buy("R-1", "150.00", at="2026-03-01", member="falls")
    shop.buy("R-2", "150.00", at="2026-03-20", member="climbs")
    shop.buy("R-3", "20.00", at="2026-04-01", member="stays")
    shop.buy("R-4", "500.00", at="2027-02-01", member="climbs")
    shop.buy("R-5", "20.00", at="2027-03-01", member="comes")
    return shop


def members(tiers: list[dict[str, Any]]) -> dict[str | None, int]:
    """Members by tier."""
    return {one["tier"]: one["members"] for one in tiers}


def count(shop: Shop, at: str) -> dict[str | None, int]:
    return members(shop.engine.tiers(at=instant(at))["tiers"])


def moves(shop: Shop, since: str, until: str) -> dict[str, Any]:
    return shop.engine.tier_moves(instant(since), until=instant(until))


def test_members_are_counted_by_tier_as_of_any_time(shop: Shop) -> None:
    assert count(shop, "2026-02-01") == {"gold": 0, "silver": 0, None: 0}
    assert count(shop, "2026-03-10") == {"gold": 0, "silver": 1, None: 0}
    assert count(shop, "2026-05-01") == {"gold": 0, "silver": 2, None: 1}
    assert count(shop, "2027-12-31") == {"gold": 1, "silver": 1, None: 2}
    assert count(shop, "2028-02-01") == {"gold": 1, "silver": 0, None: 3}  # which nobody has written down
    document = shop.engine.tiers()
    assert document["at"] == "2027-03-01T12:00:00+00:00"
    assert [one["tier"] for one in document["tiers"]] == ["gold", "silver", None]


def test_a_base_tier_stands_for_none(open_shop: OpenShop) -> None:
    ladder = tiers(ladder="{member: {reach: 0 credits}, silver: {reach: 100 credits}}")
    shop = climbing(open_shop, tiers=ladder)
    shop.buy("R-1", "20.00")
    assert members(shop.engine.tiers()["tiers"]) == {"silver": 0, "member": 1}


def test_moves_are_counted_by_month_and_reason(shop: Shop) -> None:
    document = moves(shop, "2026-01-01", "2028-06-01")
    assert document["moves"] == [
        {"month": "2026-03", "from": None, "to": "silver", "reason": "reached", "members": 2},
        {"month": "2027-02", "from": "silver", "to": "gold", "reason": "reached", "members": 1},
        {"month": "2028-02", "from": "silver", "to": None, "reason": "dropped", "members": 1},
    ]
    assert members(document["before"]) == {"gold": 0, "silver": 0, None: 0}
    assert members(document["after"]) == {"gold": 1, "silver": 0, None: 3}


def test_from_the_first_instant_to_before_the_last(shop: Shop) -> None:
    assert moves(shop, "2026-03-01", "2026-03-20")["moves"] == [
        {"month": "2026-03", "from": None, "to": "silver", "reason": "reached", "members": 1}
    ]
    document = moves(shop, "2026-03-20", "2027-02-01")
    assert [move["members"] for move in document["moves"]] == [1]
    assert (members(document["before"]), members(document["after"])) == (
        {"gold": 0, "silver": 1, None: 0},
        {"gold": 0, "silver": 2, None: 1},
    )


def test_the_members_before_those_who_came_and_the_moves_make_those_after(shop: Shop) -> None:
    document = moves(shop, "2026-03-25", "2028-06-01")
    counts = members(document["before"])
    counts[None] += 2  # who came without a tier
    for move in document["moves"]:
        counts[move["from"]] -= move["members"]
        counts[move["to"]] += move["members"]
    assert counts == members(document["after"])


def test_a_renewal_is_no_move(shop: Shop) -> None:
    shop.buy("R-6", "100.00", at="2027-05-01", member="falls")
    assert moves(shop, "2027-06-01", "2028-06-01")["moves"] == []


def test_a_grant_moves_and_so_does_its_end(shop: Shop) -> None:
    said: dict[str, Any] = {"reason": "thanks", "actor": "dana"}
    shop.engine.grant_tier("stays", "silver", until=instant("2027-05-15"), **said)
    shop.engine.grant_tier("comes", "gold", until=instant("2027-12-15"), **said)
    shop.wait_until("2027-04-10")
    shop.engine.grant_tier("comes", None, **said)
    assert moves(shop, "2027-02-15", "2027-12-31")["moves"] == [
        {"month": "2027-03", "from": None, "to": "gold", "reason": "granted", "members": 1},
        {"month": "2027-03", "from": None, "to": "silver", "reason": "granted", "members": 1},
        {"month": "2027-04", "from": "gold", "to": None, "reason": "grant ended", "members": 1},
        {"month": "2027-05", "from": "silver", "to": None, "reason": "grant ended", "members": 1},
    ]


def test_moves_are_told_as_they_are_known_now(shop: Shop) -> None:
    shop.buy("R-6", "85.00", at="2026-06-01", member="stays")
    assert {"month": "2026-06", "from": None, "to": "silver", "reason": "reached", "members": 1} in moves(
        shop, "2026-01-01", "2027-01-01"
    )["moves"]


def test_months_are_those_of_the_program(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, time_zone="Pacific/Auckland")
    shop.buy("R-1", "150.00", at="2026-03-31T12:30")
    assert moves(shop, "2026-01-01", "2027-01-01")["moves"][0]["month"] == "2026-04"


def test_without_a_ladder_all_members_have_none(open_shop: OpenShop) -> None:
    shop = open_shop(points=LADDER["points"])
    shop.buy("R-1", "150.00")
    assert count(shop, "2026-04-01") == {None: 1}
    assert moves(shop, "2026-01-01", "2027-01-01")["moves"] == []


def test_the_status_counts_members_by_tier(shop: Shop) -> None:
    status = shop.engine.status(at=instant("2027-12-31"))
    assert members(status["tiers"]) == {"gold": 1, "silver": 1, None: 2}


def test_the_status_of_a_program_without_a_ladder_says_nothing_of_tiers(open_shop: OpenShop) -> None:
    shop = open_shop()
    assert shop.engine.status()["tiers"] is None
