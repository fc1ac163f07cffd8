"""A rule sees a field where it is declared, and nothing that is called the same elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.accrual.shop import line, open_shop, purchase

FIELDS = """
fields:
  offset:    {type: number}
  has_lines: {type: boolean}
  data_gb:   {type: number}
  seats:     {type: number, on: line}
  vip:       {type: boolean, on: member}
"""


def test_an_own_field_may_be_called_like_a_part_of_the_engines_activity() -> None:
    shop = open_shop(
        FIELDS
        + "accrual: {r: {stack: base, when: {offset: 7, has_lines: false}, earn: 1 point per 1 offset}}"
    )
    assert shop.gives(purchase(amount="1.00", attributes={"offset": 7, "has_lines": False})) == {"r": 7}
    assert shop.gives(purchase(amount="1.00")) == {}


@pytest.mark.parametrize("field", ["hour", "total", "age", "tenure_months", "birthday_month", "vip", "seats"])
@pytest.mark.parametrize("smuggled", [1000, "1000", "many", True])
def test_an_attribute_called_like_another_field_earns_nothing(field: str, smuggled: Any) -> None:
    earn = "1 point" if field == "vip" else f"1 point per 1 {field}"
    when = "when: {vip: true}, " if field == "vip" else ""
    shop = open_shop(FIELDS + f"accrual: {{r: {{stack: base, {when}earn: {earn}}}}}")
    expected = {"hour": {"r": 11}, "total": {"r": 5}}.get(field, {})
    assert shop.gives(purchase(amount="5.00", attributes={field: smuggled})) == expected


@pytest.mark.parametrize("type_", ["enrolment", "member-change"])
def test_the_attributes_of_an_enrolment_are_the_members(type_: str) -> None:
    shop = open_shop(
        FIELDS
        + """
        accrual:
          any:   {stack: base, earn: 5 points}
          large: {stack: base, when: {data_gb: ">= 5"}, earn: 5 points}
          each:  {stack: base, earn: 1 point per 1 data_gb}
        """.replace("\n        ", "\n")
    )
    head = {"type": type_, "id": "E-1", "source": "app", "member": "M-1", "at": "2026-03-14T11:05:00+02:00"}
    assert shop.gives({**head, "attributes": {"data_gb": "7"}}) == {"any": 5}
    assert shop.gives({**head, "attributes": {"data_gb": "plenty"}}) == {"any": 5}


def test_an_explanation_names_the_members_missing_field_not_the_attribute_of_that_name() -> None:
    shop = open_shop("accrual: {r: {stack: base, when: {tier: gold}, earn: 5 points}}")
    explained = shop.explain(purchase(amount="5.00", attributes={"tier": "gold"}))["r"]
    assert explained.reason == "`tier` is missing, so `gold` does not hold"


def test_an_attribute_of_the_activity_is_none_of_its_lines() -> None:
    shop = open_shop(FIELDS + "accrual: {r: {stack: base, lines: {seats: 2}, earn: 5 points}}")
    assert shop.gives(purchase(line("5.00"), attributes={"seats": 2})) == {}
    assert shop.gives(purchase(line("5.00", attributes={"seats": 2}))) == {"r": 5}
