"""Dated attributes of a member: rules see what held when the activity happened."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.errors import InvalidActivity
from tests.engine.shop import MEMBER, OpenShop, Shop, instant, moment, purchase

PLANS = {
    "fields": """
  plan: {type: choice, of: [S, M], on: member}
  email: {type: text, on: member, personal: true}""",
    "accrual": """
  plan-m: {stack: promo, when: {type: purchase, plan: M}, earn: 5 points}
  settled: {stack: promo, when: {type: purchase, tenure_months: ">= 2"}, earn: 2 points}
  grown-up: {stack: promo, when: {type: purchase, age: ">= 18"}, earn: 1 point}""",
}


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """A shop that grants 5 points to members of plan M."""
    shop = open_shop(**PLANS)
    shop.engine.enrol(MEMBER, attributes={"plan": "S"})
    return shop


def change(shop: Shop, key: str, at: str, **attributes: Any) -> None:
    shop.wait_until(at)
    shop.engine.change_member(MEMBER, attributes=attributes, key=key)


def attributes(shop: Shop, at: str) -> Any:
    return shop.engine.member(MEMBER, at=instant(at))["attributes"]


def earned(shop: Shop, id_: str, at: str) -> list[str]:
    return [entry["rule"] for entry in shop.record(purchase(id_, at=at)).entries]


def test_an_attribute_holds_from_its_date_until_the_next(shop: Shop) -> None:
    change(shop, "C-1", "2026-01-10", plan="M", note="by phone")
    change(shop, "C-2", "2026-01-20", plan=None)
    assert attributes(shop, "2026-01-09") == {"plan": "S"}
    assert attributes(shop, "2026-01-10") == {"plan": "M", "note": "by phone"}
    assert attributes(shop, "2026-01-20") == {"note": "by phone"}


def test_a_late_activity_sees_the_attributes_of_its_time(shop: Shop) -> None:
    change(shop, "C-1", "2026-01-10", plan="M")
    change(shop, "C-2", "2026-01-20", plan="S")
    assert earned(shop, "R-1", "2026-01-09") == []
    assert earned(shop, "R-2", "2026-01-10") == ["plan-m"]
    assert earned(shop, "R-3", "2026-01-21") == []


def test_a_change_dated_back_decides_what_is_recorded_from_then_on(shop: Shop) -> None:
    assert earned(shop, "R-1", "2026-01-15") == []
    shop.engine.change_member(
        MEMBER, attributes={"plan": "M"}, key="C-1", at=moment("2026-01-10").isoformat()
    )
    assert earned(shop, "R-2", "2026-01-15") == ["plan-m"]
    assert earned(shop, "R-3", "2026-01-09") == []


def test_of_two_changes_at_one_instant_the_later_recorded_holds(shop: Shop) -> None:
    for key, plan in (("C-1", "M"), ("C-2", "S")):
        change(shop, key, "2026-01-10", plan=plan)
    assert attributes(shop, "2026-01-11") == {"plan": "S"}
    outcomes = [
        {"type": "member-change", "id": key, "source": "desk", "member": MEMBER, "attributes": {"plan": plan}}
        | {"at": moment("2026-01-12").isoformat()}
        for key, plan in (("D-1", "S"), ("D-2", "M"))
    ]
    shop.engine.record_many([*outcomes, purchase("R-1", at="2026-01-12")])
    assert shop.movements() == [("accrual", 5)]
    assert attributes(shop, "2026-01-12") == {"plan": "M"}


def test_the_enrolment_itself_is_decided_by_what_it_says(open_shop: OpenShop) -> None:
    shop = open_shop(
        fields="{plan: {type: choice, of: [S, M], on: member}}",
        accrual="{hello-m: {stack: promo, when: {type: enrolment, plan: M}, earn: 9 points}}",
    )
    assert shop.engine.enrol(MEMBER, attributes={"plan": "M"}).totals == {"points": 9}
    assert shop.engine.enrol("M-2", attributes={"plan": "S"}).totals == {"points": 0}


def test_an_attribute_that_does_not_fit_its_type_is_refused(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(InvalidActivity, match="plan"):
        shop.engine.change_member(MEMBER, attributes={"plan": "XXL"}, key="C-1")
    assert shop.dump() == before


def test_tenure_and_age_are_as_of_the_activity(shop: Shop) -> None:
    change(shop, "C-1", "2026-01-02", birth_date="2008-03-15")
    assert earned(shop, "R-1", "2026-02-27") == []
    assert earned(shop, "R-2", "2026-03-01") == ["settled"]
    assert earned(shop, "R-3", "2026-03-15") == ["settled", "grown-up"]


def test_who_bought_before_he_was_known_has_no_tenure_then(shop: Shop) -> None:
    """A purchase dated before the enrolment is decided as that of a new member."""
    assert earned(shop, "R-1", "2026-06-01") == ["settled"]
    shop.engine.enrol("M-2", at=moment("2026-05-01").isoformat())
    assert shop.record(purchase("R-2", at="2026-04-01", member="M-2")).entries == []


# -- personal ---------------------------------------------------------------------------------------------


def test_a_personal_attribute_stands_only_beside_the_member(open_shop: OpenShop) -> None:
    shop = open_shop(**PLANS, enrolment="open")
    shop.engine.enrol(MEMBER, identities={"card": "4400017"}, attributes={"email": "ada@example.com"})
    shop.buy("R-1", member={"card": "4400017"})
    assert shop.engine.member(MEMBER)["attributes"] == {"email": "ada@example.com"}
    assert places_of(shop, "ada@example.com") == {"attribute"}
    assert places_of(shop, "4400017") == {"identity"}


def test_two_who_differ_only_in_personal_values_have_the_same_content(open_shop: OpenShop) -> None:
    """So no hash covers them: the content that is fingerprinted names the attribute only."""
    shop = open_shop(**PLANS)
    first = shop.engine.enrol(MEMBER, key="E-1", attributes={"email": "ada@example.com"})
    assert shop.engine.enrol(MEMBER, key="E-1", attributes={"email": "eve@example.com"}).text == first.text
    assert shop.engine.member(MEMBER)["attributes"] == {"email": "ada@example.com"}


def places_of(shop: Shop, value: str) -> set[str]:
    """Tables (without their prefix) in which a text stands anywhere."""
    dump = shop.dump()
    if isinstance(dump, dict):
        return {name.removeprefix("loyalty_") for name, rows in dump.items() if value in repr(rows)}
    found = set()
    for ledger in dump.ledgers.values():  # type: ignore[attr-defined]
        for name in ("attributes", "links", "activities", "entries", "counters", "awards"):
            if value in repr(getattr(ledger, name)):
                found.add({"attributes": "attribute", "links": "identity"}.get(name, name))
    return found | ({"activity_key"} if value in repr(dump.keys) else set())  # type: ignore[attr-defined]
