"""Typed fields: text to value and back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import ActivitySettings, Field, Scalar, parse_moment

PLAN = Field("plan", "choice", "activity", choices=("S", "M"))


def field(type_: str) -> Field:
    return Field("x", type_, "activity")


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("text", "", ""),
        ("choice", "anything", "anything"),
        ("number", "12", 12),
        ("number", "-12.50", Decimal("-12.5")),
        ("number", "100.0", 100),
        ("number", "-0", 0),
        ("number", "999999999999999.999999", Decimal("999999999999999.999999")),
        ("money", "84.5", 8450),
        ("boolean", "true", True),
        ("date", "2028-02-29", date(2028, 2, 29)),
        ("instant", "1970-01-01T02:00:00+02:00", 0),
        ("quantity", "0.75", 750),
        ("quantity", "12", 12_000),
    ],
)
def test_text_has_a_value(type_: str, text: str, value: Value) -> None:
    found = field(type_).parse(text, 2)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("number", "1e3"),
        ("number", "1234567890123456"),
        ("number", "1.1234567"),
        ("number", "NaN"),
        ("number", "٣"),
        ("money", "1.001"),
        ("boolean", "True"),
        ("boolean", "1"),
        ("date", "2026-02-29"),
        ("date", "20260314"),
        ("date", "0000-01-01"),
        ("instant", "2026-03-14T11:05:00"),
        ("instant", "3000-01-01T00:00:00Z"),
        ("instant", "noon"),
        ("quantity", "-1"),
        ("quantity", "0.0001"),
    ],
)
def test_text_that_does_not_fit_is_refused(type_: str, text: str) -> None:
    with pytest.raises(ValueError, match="`"):
        field(type_).parse(text, 2)


def test_a_choice_is_one_of_its_choices() -> None:
    assert PLAN.parse("S", 2) == "S"
    with pytest.raises(ValueError, match="not one of S, M"):
        PLAN.parse("L", 2)


@pytest.mark.parametrize(
    ("type_", "wire"),
    [
        ("text", "a"),
        ("number", 5),
        ("number", "5.25"),
        ("money", "-0.05"),
        ("boolean", False),
        ("date", "1999-12-31"),
        ("instant", "2026-03-14T11:05:00.000001+00:00"),
        ("instant", "1900-01-01T00:00:00+00:00"),
        ("quantity", "0.750"),
    ],
)
def test_a_value_has_one_canonical_wire_form(type_: str, wire: Scalar) -> None:
    one = field(type_)
    assert one.to_wire(one.parse_wire(wire, 2), 2) == wire


@pytest.mark.parametrize(
    ("type_", "spellings"),
    [
        ("number", ["5", "5.0", 5, "05.000"]),
        ("number", ["0.5", "0.50", "00.5"]),
        ("money", ["5", "5.0", "5.00"]),
        ("boolean", [True, "true"]),
        ("instant", ["2026-03-14T11:05:00+02:00", "2026-03-14T09:05:00Z"]),
    ],
)
def test_spellings_of_one_value_have_one_form(type_: str, spellings: list[Scalar]) -> None:
    one = field(type_)
    assert len({one.to_wire(one.parse_wire(spelling, 2), 2) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("type_", "wire"),
    [
        ("text", 5),
        ("choice", True),
        ("number", False),
        ("money", 5),
        ("boolean", 1),
        ("date", 5),
        ("instant", 0),
    ],
)
def test_a_json_number_or_boolean_fits_few_types(type_: str, wire: Scalar) -> None:
    with pytest.raises(ValueError, match=r"is not a .*; write"):
        field(type_).parse_wire(wire, 2)


def test_a_moment_is_an_instant_and_the_offset_it_was_written_with() -> None:
    assert parse_moment("1970-01-01T05:45:00+05:45") == (0, 345)
    assert parse_moment("1969-12-31T23:30:00-00:30") == (0, -30)


def test_settings_know_every_personal_field() -> None:
    settings = ActivitySettings(
        "EUR",
        2,
        True,
        frozenset(),
        activity_fields={"note": Field("note", "text", "activity", personal=True), "plan": PLAN},
        line_fields={"engraving": Field("engraving", "text", "line", personal=True)},
        member_fields={"name": Field("name", "text", "member", personal=True)},
    )
    assert settings.personal == {"note", "engraving", "name"}


@pytest.mark.parametrize(
    ("type_", "ordered"),
    [
        ("number", True),
        ("money", True),
        ("date", True),
        ("instant", True),
        ("quantity", True),
        ("text", False),
        ("choice", False),
        ("boolean", False),
    ],
)
def test_only_what_has_an_order_can_be_compared(type_: str, ordered: bool) -> None:
    assert field(type_).ordered is ordered
