"""A review of tiers while everybody buys: each member ends where he would have without it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from loyalty_engine.engine import review_tiers
from tests.engine.climbing import climbing
from tests.engine.shop import OpenShop, Shop, instant, purchase

CALLERS = 8
EACH = 6  # members of a caller
NOW = "2028-03-01"


def grown(open_shop: OpenShop) -> Shop:
    """A shop whose members' reviews are due: most will drop."""
    shop = climbing(open_shop)
    for caller in range(CALLERS):
        for n in range(EACH):
            shop.buy(f"P-{caller}-{n}", "150.00", at="2026-03-01", member=f"M-{caller}-{n}")
    shop.wait_until(NOW)
    return shop


def purchases(caller: int) -> list[dict[str, Any]]:
    """What a caller records: late ones, which renew the tier, and ones of now."""
    late = [purchase(f"L-{n}", "120.00", "2027-12-01", member=f"M-{caller}-{n}") for n in range(0, EACH, 2)]
    new = [purchase(f"N-{n}", "500.00", NOW, member=f"M-{caller}-{n}") for n in range(0, EACH, 3)]
    return [raw | {"id": f"{caller}-{raw['id']}"} for raw in (*late, *new)]


def histories(shop: Shop) -> list[list[dict[str, Any]]]:
    """Every member's tier history, but for what tells when a change was recorded."""
    found = []
    for caller in range(CALLERS):
        for n in range(EACH):
            changes = shop.engine.tier_history(f"M-{caller}-{n}")["changes"]
            found.append([change | {"number": None, "recorded_at": None} for change in changes])
    return found


def test_a_review_while_eight_callers_record(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_tiers, "RANGE", 3)
    shop, calm = grown(open_shop), grown(open_shop)
    for caller in range(CALLERS):
        for raw in purchases(caller):
            calm.engine.record(raw)
    calm.engine.review_tiers(instant(NOW), dry_run=False)

    start = threading.Barrier(CALLERS + 1)

    def record(caller: int) -> None:
        start.wait()
        for raw in purchases(caller):
            shop.engine.record(raw)

    def review() -> list[int]:
        start.wait()
        return [shop.engine.review_tiers(instant(NOW), dry_run=False)["members"] for _ in range(3)]

    with ThreadPoolExecutor(CALLERS + 1) as pool:
        reviewing = pool.submit(review)
        for recording in [pool.submit(record, caller) for caller in range(CALLERS)]:
            recording.result()
        assert reviewing.result() == [CALLERS * EACH] * 3

    assert histories(shop) == histories(calm)
    assert shop.engine.tiers() == calm.engine.tiers()
    again = shop.engine.review_tiers(instant(NOW), dry_run=False)
    assert [again[name] for name in ("rises", "drops", "renewals")] == [[], [], []]
    assert shop.engine.verify().sound
