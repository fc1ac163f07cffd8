"""Which version of the rules decides: the one in force when the activity happened, as published last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loyalty_adapters import open_engine
from loyalty_engine.errors import (
    ActivityConflict,
    InvalidActivity,
    InvalidRulebook,
    NoRulebook,
    UnknownEntry,
)
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, purchase, rule_files

DOUBLE = "{goods: {stack: base, when: {type: purchase}, earn: 2 points per 1.00}}"
TRIPLE = "{goods: {stack: base, when: {type: purchase}, earn: 3 points per 1.00}}"


def publish(shop: Shop, effective: str, accrual: str = DOUBLE, **changes: str) -> str:
    """Publish other rules; gives their hash."""
    stored = shop.engine.publish(rule_files(effective=effective, accrual=accrual, **changes))
    assert stored is not None
    return stored.hash


def test_before_the_first_version_nothing_can_be_decided(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(NoRulebook, match="the first version starts at 2026-01-01T00:00:00"):
        shop.engine.record(purchase("R-1", at="2025-12-31T23:59"))
    assert shop.dump() == before
    assert shop.buy("R-1", at="2026-01-01T00:00").totals == {"points": 20}


def test_an_activity_is_decided_by_the_version_of_its_instant(shop: Shop) -> None:
    publish(shop, "2026-03-01")
    assert shop.buy("R-1", at="2026-03-01T00:00").totals == {"points": 40}
    assert shop.buy("R-2", at="2026-02-28T23:59").totals == {"points": 20}


def test_receipts_and_entries_pin_the_version_that_decided(shop: Shop) -> None:
    first = shop.engine.rulebook.hash
    second = publish(shop, "2026-03-01")
    old, new = shop.buy("R-1", at="2026-02-01"), shop.buy("R-2", at="2026-03-02")
    assert (old.data["rulebook"], new.data["rulebook"]) == (first, second)
    for receipt, hash_ in ((old, first), (new, second)):
        explained = shop.engine.explain(receipt.entries[0]["id"])
        assert explained["rulebook"]["hash"] == hash_
        assert explained["rules"][0]["points"] == receipt.totals["points"]


def test_a_correction_decides_what_is_recorded_from_then_on_and_nothing_again(shop: Shop) -> None:
    first = shop.buy("R-1", at="2026-02-01")
    publish(shop, "2026-01-01", TRIPLE)
    assert shop.buy("R-2", at="2026-02-01").totals == {"points": 60}
    assert shop.engine.record(purchase("R-1", at="2026-02-01")).text == first.text
    assert shop.points() == Points(80)
    explained = shop.engine.explain(first.entries[0]["id"])
    assert explained["rules"][0]["points"] == 20


def test_a_return_negates_what_was_granted_whatever_the_rules_say_now(shop: Shop) -> None:
    shop.buy("R-1", at="2026-02-01")
    publish(shop, "2026-02-02", TRIPLE)
    assert shop.give_back("X-1", "R-1", at="2026-02-10").totals == {"points": -20}


def test_opening_again_with_the_same_rules_publishes_nothing(open_branch: OpenShop) -> None:
    open_branch()
    again = open_branch()
    assert [one["number"] for one in again.engine.status()["rulebooks"]] == [1]


def test_a_comment_is_no_new_version(open_branch: OpenShop) -> None:
    open_branch()
    again = open_branch(currency="EUR  # of the shop")
    assert [one["number"] for one in again.engine.status()["rulebooks"]] == [1]


def test_rules_with_a_mistake_are_not_published(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(InvalidRulebook) as mistake:
        shop.engine.publish(rule_files(accrual="{goods: {stack: bass, earn: 1 point per 1.00}}"))
    assert [found.severity for found in mistake.value.diagnostics].count("error") == 1
    assert shop.dump() == before
    assert shop.buy("R-1").totals == {"points": 20}


def test_rules_whose_examples_fail_are_not_published(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(InvalidRulebook):
        shop.engine.publish(rule_files(examples="{e: {activity: {amount: 5.00}, gives: {goods: 6}}}"))
    assert shop.dump() == before


def test_the_history_of_a_rule_goes_on_under_its_new_name(open_shop: OpenShop) -> None:
    shop = open_shop(accrual="{hello: {stack: promo, earn: 5 points, limit: once per member}}")
    shop.buy("R-1", at="2026-01-10")
    renamed = "{welcome: {stack: promo, earn: 5 points, limit: once per member, was: hello}}"
    publish(shop, "2026-02-01", renamed)
    assert shop.buy("R-2", at="2026-02-10").entries == []


# -- another process publishes --------------------------------------------------------------------------


@pytest.fixture
def here(open_branch: OpenShop) -> Shop:
    """The process that was there first."""
    shop = open_branch()
    shop.wait_until("2026-03-01")
    return shop


@pytest.fixture
def there(here: Shop, open_branch: OpenShop) -> Shop:
    """Another process at the same database."""
    shop = open_branch()
    shop.wait_until("2026-03-01")
    return shop


USES: dict[str, Callable[[Shop], Any]] = {
    "record": lambda shop: shop.engine.record(purchase("R-1")).totals["points"],
    "record_many": lambda shop: [
        one.totals["points"]  # type: ignore[union-attr]
        for one in shop.engine.record_many([purchase("R-1"), purchase("R-2")])
    ],
    "quote": lambda shop: shop.engine.quote(purchase("R-1")).totals["points"],
    "status": lambda shop: len(shop.engine.status()["rulebooks"]),
}


@pytest.mark.parametrize(
    ("use", "expected"), [("record", 40), ("record_many", [40, 40]), ("quote", 40), ("status", 2)]
)
def test_what_another_process_publishes_holds_here_at_once(
    here: Shop, there: Shop, use: str, expected: object
) -> None:
    publish(there, "2026-02-01")
    assert USES[use](here) == expected


def test_a_program_that_another_process_publishes_first_is_found(open_branch: OpenShop) -> None:
    empty = Shop(open_branch().url.replace("shop.db", "other.db"), None, "corner-shop")
    with pytest.raises(NoRulebook, match="no rules are published yet"):
        empty.buy("R-1")
    with open_engine(empty.url) as elsewhere:
        elsewhere.publish(rule_files())
    assert empty.buy("R-1").totals == {"points": 20}
    empty.engine.close()


def test_even_where_no_program_was_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    with open_engine(url) as here, open_engine(url) as there:
        there.publish(rule_files())
        assert here.quote(purchase("R-1")).totals == {"points": 20}
        assert here.enrol(MEMBER, at="2026-02-01T00:00:00Z").member == MEMBER


def test_a_type_of_activity_declared_elsewhere_is_known_here(here: Shop, there: Shop) -> None:
    order = purchase("O-1") | {"type": "online-order"}
    with pytest.raises(InvalidActivity):
        here.engine.record(order)
    publish(there, "2026-02-01", "{goods: {stack: base, earn: 2 points per 1.00}}", types="[online-order]")
    assert here.engine.record(order).totals == {"points": 40}


def test_what_another_process_granted_by_rules_of_its_own_can_be_explained_here(
    here: Shop, there: Shop
) -> None:
    publish(there, "2026-02-01")
    entry = there.engine.record(purchase("R-1")).entries[0]["id"]
    assert here.engine.explain(entry)["rules"][0]["points"] == 40


def test_what_another_process_granted_by_rules_of_its_own_can_come_back_here(here: Shop, there: Shop) -> None:
    publish(there, "2026-02-01")
    there.engine.record(purchase("R-1"))
    assert here.give_back("X-1", "R-1").totals == {"points": -40}


def test_an_adjustment_knows_a_currency_declared_elsewhere(here: Shop, there: Shop) -> None:
    here.buy("R-1")
    publish(there, "2026-02-01", points="{points: {expires: 12 months}, stars: {expires: never}}")
    receipt = here.adjust(3, currency="stars")
    assert receipt.totals == {"points": 0, "stars": 3}
    assert here.engine.balance(MEMBER)["currencies"]["stars"]["available"] == 3


def test_a_repeat_is_recognised_whatever_is_published_between(here: Shop, there: Shop) -> None:
    first = here.engine.record(purchase("R-1"))
    publish(there, "2026-02-01")
    assert here.engine.record(purchase("R-1")).text == first.text
    with pytest.raises(ActivityConflict):
        here.engine.record(purchase("R-1", "21.00"))


def test_the_balance_shows_a_currency_that_only_an_older_version_had(open_shop: OpenShop) -> None:
    shop = open_shop(
        points="{points: {expires: 12 months}, stars: {expires: never}}",
        accrual="{star: {stack: promo, earn: 1 point in stars}}",
    )
    shop.buy("R-1", at="2026-01-10")
    publish(shop, "2026-02-01", points="{points: {expires: 12 months}}")
    assert shop.points("2026-03-01", "stars") == Points(1)


def test_an_entry_that_nobody_posted_is_unknown(shop: Shop) -> None:
    shop.buy("R-1", at="2026-02-01")
    for name in ("0000000001-00000002", "0000000009-00000001", "nonsense", "", "1-1-1", "-1", "1" * 400):
        with pytest.raises(UnknownEntry):
            shop.engine.explain(name)


def test_what_was_granted_in_a_currency_that_is_gone_can_still_come_back(open_shop: OpenShop) -> None:
    shop = open_shop(
        points="{points: {expires: 12 months}, stars: {expires: never}}",
        accrual="{star: {stack: promo, when: {type: purchase}, earn: 4 points in stars}}",
    )
    shop.buy("R-1", at="2026-01-10")
    publish(shop, "2026-02-01", points="{points: {expires: 12 months}}")
    assert shop.give_back("X-1", "R-1", at="2026-03-01").totals == {"points": 0, "stars": -4}
    assert shop.points(currency="stars") == Points(0)
    assert shop.engine.verify().sound
