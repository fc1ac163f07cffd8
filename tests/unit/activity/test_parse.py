"""Types of activities, attributes and members' activities, as a program types them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from loyalty_engine.activity.activity import MemberRef, Original, ReturnLine, Value
from loyalty_engine.activity.field import ActivitySettings
from tests.unit.activity.examples import (
    basket,
    enrolment,
    line,
    member_change,
    parsed,
    problems,
    program,
    purchase,
    return_,
    usage,
)


def attributes(**given: object) -> Mapping[str, Value | None]:
    """A purchase's typed attributes."""
    return parsed(purchase(attributes=given)).attributes


# Types -----------------------------------------------------------------------------------------------


def test_the_programs_own_types_are_known() -> None:
    assert parsed(usage(type="scan")).type == "scan"


def test_another_type_is_refused_and_the_likely_one_named() -> None:
    assert "did you mean `purchase`?" in problems(purchase(type="purchse"))["type"]
    assert "declare it under `types:`" in problems(purchase(type="quest"))["type"]


# Attributes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "typed"),
    [
        ("plan", "M", "M"),
        ("data_gb", "1.50", Decimal("1.5")),
        ("data_gb", "2.0", 2),
        ("data_gb", 2, 2),
        ("voucher", "5.00", 500),
        ("gift", True, True),
        ("gift", "false", False),
        ("season", "2026-03-14", date(2026, 3, 14)),
        ("ready_at", "1970-01-01T01:00:00+01:00", 0),
        ("note", "for Ada", "for Ada"),
    ],
)
def test_a_declared_attribute_has_its_type(name: str, given: object, typed: Value) -> None:
    found = attributes(**{name: given})
    assert found == {name: typed}
    assert type(found[name]) is type(typed)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("plan", "XL"),
        ("plan", 1),
        ("plan", True),
        ("data_gb", "many"),
        ("data_gb", "1e3"),
        ("data_gb", True),
        ("voucher", 5),
        ("voucher", "5.001"),
        ("gift", 1),
        ("gift", "yes"),
        ("season", "2026-02-30"),
        ("season", 20260314),
        ("ready_at", "2026-03-14T11:05:00"),
        ("ready_at", "3026-03-14T11:05:00Z"),
        ("ready_at", 0),
        ("note", 5),
    ],
)
def test_a_declared_attribute_that_does_not_fit_is_refused(name: str, given: object) -> None:
    assert list(problems(purchase(attributes={name: given}))) == [f"attributes.{name}"]


def test_what_is_not_declared_is_kept_as_it_came() -> None:
    assert attributes(bag="own", age=5, gold=True) == {"bag": "own", "age": 5, "gold": True}


def test_an_attribute_of_null_is_missing() -> None:
    assert attributes(plan=None, bag=None, gift=True) == {"gift": True}


def test_an_attribute_is_declared_for_one_place_only() -> None:
    assert attributes(organic="maybe", segment="unknown") == {"organic": "maybe", "segment": "unknown"}


def test_lines_have_attributes_of_their_own() -> None:
    activity = parsed(basket(line(id="b"), line(id="a", attributes={"organic": "true", "row": 3, "x": None})))
    assert [line.attributes for line in activity.lines] == [{"organic": True, "row": 3}, {}]


def test_a_lines_attribute_that_does_not_fit_is_refused_at_its_line() -> None:
    lines = [line(id="b"), line(id="a", attributes={"organic": "maybe", "plan": "XL"})]
    assert list(problems(basket(*lines))) == ["lines[1].attributes.organic"]


def test_problems_of_the_program_are_told_all_at_once() -> None:
    raw = basket(
        line(amount="1.001", attributes={"organic": 1}),
        type="purchse",
        currency="USD",
        attributes={"plan": "XL", "gift": 5},
    )
    assert set(problems(raw)) == {
        "type",
        "currency",
        "attributes.plan",
        "attributes.gift",
        "lines[0].amount",
        "lines[0].attributes.organic",
    }


# Returns ---------------------------------------------------------------------------------------------


def test_a_return_names_lines_by_quantity_amount_or_whole() -> None:
    activity = parsed(
        return_(lines=[{"id": "2", "amount": "5.00"}, {"id": "1", "quantity": "0.5"}, {"id": "3"}])
    )
    assert activity.returned == (
        ReturnLine("1", quantity=500),
        ReturnLine("2", amount=500),
        ReturnLine("3"),
    )
    assert (activity.lines, activity.has_lines, activity.total) == ((), False, 0)


def test_a_return_without_lines_is_of_all_that_is_left() -> None:
    assert parsed(return_(lines=None)).returned == ()


def test_a_return_names_its_activity_by_id_or_full_key() -> None:
    assert parsed(return_()).of == Original("R-1001")
    key = {"source": "pos", "type": "purchase", "id": "R-1001"}
    assert parsed(return_(of=key)).of == Original("R-1001", "pos", "purchase")


@pytest.mark.parametrize("amount", ["5.001", "10000000000.01"])
def test_a_returned_amount_has_the_places_of_the_currency(amount: str) -> None:
    assert list(problems(return_(lines=[{"id": "1", "amount": amount}]))) == ["lines[0].amount"]


def test_a_line_cannot_come_back_twice_in_one_return() -> None:
    raw = return_(lines=[{"id": "1", "quantity": 1}, {"id": "1", "amount": "1.00"}])
    assert "stands 2 times" in problems(raw)["lines"]


def test_a_return_has_attributes_of_an_activity() -> None:
    activity = parsed(return_(attributes={"plan": "S"}, currency="EUR", channel="web"))
    assert (activity.attributes, activity.channel) == ({"plan": "S"}, "web")
    assert list(problems(return_(currency="USD"))) == ["currency"]


# Enrolments and changes ------------------------------------------------------------------------------


@pytest.mark.parametrize("example", [enrolment, member_change])
def test_attributes_of_an_enrolment_are_the_members(example: Any) -> None:
    activity = parsed(example(attributes={"segment": "student", "plan": "XL"}))
    assert activity.attributes == {"segment": "student", "plan": "XL"}
    assert list(problems(example(attributes={"segment": "rich"}))) == ["attributes.segment"]


def test_null_takes_an_attribute_away_in_a_change_and_is_missing_in_an_enrolment() -> None:
    assert parsed(member_change(attributes={"segment": None, "x": None})).attributes == {
        "segment": None,
        "x": None,
    }
    assert parsed(enrolment(attributes={"segment": None, "x": None})).attributes == {}


def test_identities_are_one_value_or_several() -> None:
    activity = parsed(enrolment(identities={"card": ["2", "1", "2"], "phone": "+371"}))
    assert activity.identities == {"card": ("1", "2"), "phone": ("+371",)}


def test_an_enrolment_needs_neither_identities_nor_attributes() -> None:
    activity = parsed(enrolment(identities=None, attributes=None))
    assert (activity.identities, activity.attributes) == ({}, {})


def test_an_enrolment_is_one_line_of_nothing_so_that_rules_can_welcome() -> None:
    activity = parsed(enrolment())
    assert [(line.id, line.net) for line in activity.lines] == [("1", 0)]
    assert (activity.has_lines, activity.total) == (False, 0)


def test_the_activity_knows_its_member_key_and_time() -> None:
    activity = parsed(purchase(member={"card": "9000-1"}))
    assert activity.member == MemberRef("card", "9000-1")
    assert activity.key == ("pos", "purchase", "R-1001")
    assert (activity.at, activity.offset) == (1_773_479_100_000_000, 120)


def test_a_program_without_own_fields_reads_all_the_same() -> None:
    bare = ActivitySettings("EUR", 2, True, program().types)
    assert parsed(purchase(), bare) == parsed(purchase())
