"""The tier as a field of rules: that of the activity's own time; who crosses a line earns by old or new."""

from __future__ import annotations

from typing import Any

from tests.engine.climbing import EXTRA, PENDING, climbing, history, tier, tiers
from tests.engine.shop import OpenShop, purchase


def test_rules_test_the_tier_that_the_member_has(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, accrual=EXTRA)
    assert shop.buy("R-1", "60.00", at="2026-03-01").totals["points"] == 60
    assert shop.buy("R-2", "60.00", at="2026-03-02").totals["points"] == 60
    assert shop.buy("R-3", "60.00", at="2026-03-03").totals["points"] == 67


def test_the_activity_that_crosses_a_line_earns_by_the_old_tier(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, accrual=EXTRA)
    shop.buy("R-1", "450.00", at="2026-03-01")
    crossing = shop.buy("R-2", "100.00", at="2026-03-02")
    assert crossing["tier"] == {"before": "silver", "after": "gold"}
    assert crossing.totals["points"] == 107
    assert shop.buy("R-3", "100.00", at="2026-03-03").totals["points"] == 150


def test_or_by_the_new_one_fixed_awards_and_shares_alike(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, accrual=EXTRA, tiers=tiers(crossing="new"))
    shop.wait_until("2026-03-01")
    crossings = [("R-1", "100.00", 107, "silver"), ("R-2", "393.00", 393 + 196, "gold")]
    for id_, amount, points, reached in crossings:
        quoted = shop.engine.quote(purchase(id_, amount))
        crossing = shop.buy(id_, amount)
        assert (crossing.totals["points"], crossing["tier"]["after"]) == (points, reached)
        assert (quoted.totals, quoted["tier"]) == (crossing.totals, crossing["tier"])
    assert shop.engine.verify().sound


def test_what_the_rules_saw_at_the_crossing_is_kept(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, accrual=EXTRA, tiers=tiers(crossing="new"))
    entry = shop.buy("R-1", "100.00").entries[0]
    told = {rule["rule"]: rule for rule in shop.engine.explain(entry["id"])["rules"]}
    assert told["silver"]["points"] == 7
    assert told["gold"]["points"] in (None, 0)


def test_a_till_ahead_of_our_clock_crosses_by_its_own_time(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, accrual=EXTRA, tiers=tiers(crossing="new"))
    shop.wait_until("2026-03-01T09:00")
    receipt = shop.engine.record(purchase("R-1", "100.00", at="2026-03-01T09:02"))
    assert (receipt.totals["points"], receipt["tier"]["after"]) == (107, None)
    assert tier(shop, "2026-03-01T09:02") == "silver"


def test_pending_credits_cross_no_line_at_the_till(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, points=PENDING, accrual=EXTRA, tiers=tiers(crossing="new"))
    assert shop.buy("R-1", "120.00").totals["points"] == 120


def test_a_late_activity_earns_by_the_tier_of_its_own_time(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, accrual=EXTRA)
    shop.buy("R-1", "20.00", at="2026-03-01")
    shop.buy("R-2", "200.00", at="2026-05-01")
    shop.buy("R-3", "300.00", at="2026-07-01")
    late: dict[str, Any] = {"R-4": ("2026-04-01", 10), "R-5": ("2026-06-01", 17), "R-6": ("2026-08-01", 15)}
    shop.wait_until("2026-09-01")
    for id_, (at, points) in late.items():
        assert shop.buy(id_, "10.00", at=at).totals["points"] == points


def test_a_late_activity_crosses_at_its_own_time(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, accrual=EXTRA, tiers=tiers(crossing="new"))
    shop.buy("R-1", "90.00", at="2026-03-01")
    shop.wait_until("2026-09-01")
    receipt = shop.buy("R-2", "10.00", at="2026-04-01")
    assert (receipt.totals["points"], receipt["tier"]["after"]) == (17, "silver")
    assert history(shop) == [("2026-04-01", "silver", "reached")]


def test_a_quote_says_what_recording_would_say(open_shop: OpenShop) -> None:
    shop = climbing(open_shop)
    shop.buy("R-1", "60.00")
    before = shop.dump()
    quoted = shop.engine.quote(purchase("R-2", "60.00"))
    assert quoted["tier"] == {"before": None, "after": "silver"}
    assert (shop.dump(), tier(shop)) == (before, None)
    assert shop.buy("R-2", "60.00")["tier"] == quoted["tier"]


def test_a_quote_is_told_the_tier_after_years_of_silence(open_shop: OpenShop) -> None:
    shop = climbing(open_shop, accrual=EXTRA, tiers=tiers(valid="60 months"))
    shop.buy("R-1", "120.00")
    shop.wait_until("2029-05-01")
    assert shop.engine.quote(purchase("R-2", "10.00", at="2029-05-01")).totals["points"] == 17
