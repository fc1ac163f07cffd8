"""The published JSON Schema agrees with the engine about what has the shape of an activity."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from loyalty_engine.activity.schema import activity_schema
from tests.unit.activity.examples import (
    basket,
    enrolment,
    line,
    member_change,
    parsed,
    problems,
    purchase,
    recharge,
    return_,
    usage,
)

VALIDATOR = Draft202012Validator(activity_schema())


def test_it_is_a_json_schema_in_one_document() -> None:
    Draft202012Validator.check_schema(activity_schema())
    assert json.loads(json.dumps(activity_schema())) == activity_schema()
    assert '"$ref": "#/$defs/' in json.dumps(activity_schema())


@pytest.mark.parametrize(
    "raw",
    [
        purchase(),
        purchase(member={"card": "9000-1"}, partner=None, currency="EUR"),
        {**purchase(), "partner": None, "amount": None},
        basket(line(), {"amount": "-1.50", "quantity": "0.750", "attributes": {"organic": "true"}}),
        basket(lines=None, amount="84.50"),
        purchase(
            tenders=[{"kind": "points", "points": 500, "hold": None}, {"kind": "card", "amount": "1.00"}]
        ),
        purchase(tenders=[{"kind": "points", "points": 500, "amount": "76.50"}]),
        purchase(tenders=[{"kind": "points", "hold": "0000000001-00000007"}]),
        purchase(tenders=[{"kind": "points", "up_to": 2000, "points": None, "amount": None}]),
        recharge(),
        recharge(amount=None, lines=[{"amount": "20.00"}]),
        return_(),
        return_(lines=None, of={"source": "pos", "type": "purchase", "id": "R-1001"}),
        return_(lines=[{"id": "1", "amount": "5.00"}, {"id": "2"}]),
        enrolment(),
        enrolment(identities={"card": "9000-1", "phone": ["+1", "+2"]}),
        member_change(attributes={"segment": None}),
        usage(),
        usage(type="scan"),
    ],
)
def test_what_the_engine_accepts_fits_the_schema(raw: dict[str, Any]) -> None:
    parsed(raw)
    assert [error.message for error in VALIDATOR.iter_errors(raw)] == []


@pytest.mark.parametrize(
    "raw",
    [
        {},
        [],
        "purchase",
        purchase(source=None),
        purchase(at="2026-03-14T11:05:00"),
        purchase(at="2026-03-14"),
        purchase(member={}),
        purchase(member={"card": "1", "phone": "2"}),
        purchase(id=""),
        purchase(id="x" * 201),
        purchase(id="a\0b"),
        purchase(chanel="web"),
        purchase(amount="84.50"),
        purchase(lines=None),
        purchase(lines=[]),
        purchase(of="R-1"),
        purchase(shipping="-1.00"),
        purchase(currency="euro"),
        purchase(tenders=[{"kind": "points", "amount": "5.00"}]),
        purchase(tenders=[{"kind": "points"}]),
        purchase(tenders=[{"kind": "points", "points": 0}]),
        purchase(tenders=[{"kind": "points", "points": "500"}]),
        purchase(tenders=[{"kind": "points", "points": 500, "hold": "H-1"}]),
        purchase(tenders=[{"kind": "points", "up_to": 500, "amount": "4.00"}]),
        purchase(tenders=[{"kind": "card", "amount": "76.50", "points": 500}]),
        purchase(attributes={"bag": 1.5}),
        purchase(attributes={"bag": ["own"]}),
        basket(line(amount=84.5)),
        basket(line(amount=84)),
        basket(line(amount="84,50")),
        basket(line(quantity=-1)),
        basket(line(quantity=0.5)),
        basket(line(discount="-5.00")),
        recharge(amount="-20.00"),
        recharge(amount=None),
        recharge(amount=None, lines=[{"amount": "-20.00"}]),
        return_(of=None),
        return_(of={"id": "R-1001"}),
        return_(discount="1.00"),
        return_(lines=[{"quantity": 1}]),
        return_(lines=[{"id": "1", "quantity": 1, "amount": "5.00"}]),
        enrolment(amount="5.00"),
        enrolment(identities={"card": []}),
        enrolment(identities={"member": "M-1"}),
        usage(of="R-1"),
        usage(identities={"card": "1"}),
    ],
)
def test_what_does_not_fit_the_schema_the_engine_refuses_too(raw: Any) -> None:
    assert not VALIDATOR.is_valid(raw)
    assert problems(raw)
