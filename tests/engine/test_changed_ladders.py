"""A changed ladder: nobody moves by publishing; the next credit, a review or the term's end decides by it."""

from __future__ import annotations

import pytest

from loyalty_engine.engine import review_tiers
from tests.engine.climbing import LADDER, climbing, history, names, reviewed, tier, tiers
from tests.engine.shop import MEMBER, OpenShop, Shop, instant, rule_files


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """M-1 became silver in March 2026, which holds to the end of 2027; then grace lasts for January."""
    shop = climbing(open_shop)
    shop.buy("R-1", "150.00", at="2026-03-01")
    return shop


LOWER = {**LADDER, "tiers": tiers(ladder="{silver: {reach: 50 credits}, gold: {reach: 500 credits}}")}


@pytest.mark.parametrize("effective", ["2026-01-01", "2026-02-01", "2026-05-01"])
def test_nobody_moves_because_a_ladder_changed_and_a_review_lifts(
    open_shop: OpenShop, effective: str
) -> None:
    """Whether it is a correction, one that begins in the past, or one from now on."""
    shop = climbing(open_shop)
    shop.buy("R-1", "70.00", at="2026-03-01")
    shop.wait_until("2026-05-01")
    shop.engine.publish(rule_files(effective=effective, **LOWER))
    shop.wait_until("2026-05-02")
    assert (tier(shop), history(shop)) == (None, [])
    assert shop.engine.tiers()["tiers"][-1] == {"tier": None, "members": 1}
    touched = shop.engine.change_member(MEMBER, attributes={"seen": "yes"}, key="C-1")
    assert touched["tier"] == {"before": None, "after": None}

    preview = shop.engine.review_tiers(shop.now)
    assert names(preview["rises"]) == [(MEMBER, None, "silver")]
    assert tier(shop) is None
    assert names(reviewed(shop, "2026-05-02")["rises"]) == [(MEMBER, None, "silver")]
    assert history(shop) == [("2026-05-02", "silver", "reached")]


def test_or_the_next_credit_does(open_shop: OpenShop) -> None:
    shop = climbing(open_shop)
    shop.buy("R-1", "70.00", at="2026-03-01")
    shop.engine.publish(rule_files(effective="2026-05-01", **LOWER))
    assert shop.buy("R-2", "1.00", at="2026-05-02")["tier"] == {"before": None, "after": "silver"}


def test_a_higher_ladder_takes_nothing_before_the_terms_end(shop: Shop) -> None:
    higher = {**LADDER, "tiers": tiers(ladder="{silver: {reach: 300 credits}, gold: {reach: 900 credits}}")}
    shop.engine.publish(rule_files(effective="2026-05-01", **higher))
    reviewed(shop, "2026-06-01")
    assert tier(shop, "2028-01-31") == "silver"
    shop.buy("R-2", "200.00", at="2027-06-01")
    assert tier(shop, "2028-02-01") is None  # it takes 300 to keep it by then


def test_the_ladder_in_force_at_each_decision_decides(shop: Shop) -> None:
    higher = {**LADDER, "tiers": tiers(ladder="{silver: {reach: 300 credits}}")}
    published = shop.engine.publish(rule_files(effective="2028-01-01", **higher))
    assert published is not None
    shop.buy("R-2", "150.00", at="2027-06-01")
    changes = shop.engine.tier_history(MEMBER, at=instant("2028-02-01"))["changes"]
    assert [(change["tier"], change["needed"]) for change in changes] == [("silver", 100), (None, 300)]
    assert changes[1]["rulebook"] == published.hash != changes[0]["rulebook"]


def test_a_review_goes_on_with_rules_that_another_process_published(
    open_branch: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = climbing(open_branch), climbing(open_branch)
    for member in ("M-1", "M-2"):
        here.buy(member, "70.00", at="2026-03-01", member=member)
    monkeypatch.setattr(review_tiers, "RANGE", 1)

    def publish(members: int) -> None:
        if there.engine.rulebook.hash == here.engine.rulebook.hash:
            there.engine.publish(rule_files(effective="2026-02-01", **LOWER))

    document = reviewed(here, "2026-05-01", progress=publish)
    assert names(document["rises"]) == [("M-2", None, "silver")]
