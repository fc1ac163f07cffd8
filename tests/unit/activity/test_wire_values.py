"""Which values the fields of the wire format take: times, money, quantities, names, attributes."""

from __future__ import annotations

import pytest

from loyalty_engine.activity.wire import read_wire
from loyalty_engine.errors import InvalidActivity
from tests.unit.activity.examples import basket, line, purchase, recharge, return_


def refused(raw: object) -> dict[str, str]:
    with pytest.raises(InvalidActivity) as caught:
        read_wire(raw)
    return dict(caught.value.problems)


# Times -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "offset"),
    [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("1970-01-01T00:00:00+00:00", 0, 0),
        ("1970-01-01T05:45:00+05:45", 0, 345),
        ("1969-12-31T19:30:00-04:30", 0, -270),
        ("1970-01-01T00:00Z", 0, 0),
        ("1970-01-01T00:00:01.5Z", 1_500_000, 0),
        ("1970-01-01T00:00:00.123456Z", 123_456, 0),
        ("1970-01-01T00:00:00.123456789Z", 123_456, 0),
        ("1900-01-01T00:00:00Z", -2_208_988_800_000_000, 0),
        ("2999-12-31T23:59:59.999999Z", 32_503_679_999_999_999, 0),
    ],
)
def test_a_time_is_iso_8601_with_its_offset(text: str, at: int, offset: int) -> None:
    wire = read_wire(purchase(at=text))
    assert (wire.at, wire.offset) == (at, offset)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-14T11:05:00",
        "2026-03-14",
        "2026-03-14 11:05:00+02:00",
        "20260314T110500Z",
        "2026-W11-6T11:05:00Z",
        "2026-03-14T24:00:00Z",
        "2026-03-14T11:60:00Z",
        "2026-03-14T11:05:60Z",
        "2026-03-14T11:05:00+0200",
        "2026-03-14T11:05:00+24:00",
        "14.03.2026",
        "yesterday",
        "",
    ],
)
def test_another_notation_of_time_is_refused(text: str) -> None:
    assert "2026-03-14T11:05:00+02:00" in refused(purchase(at=text))["at"]


@pytest.mark.parametrize("text", ["2026-02-30T11:05:00Z", "2026-13-01T11:05:00Z", "0000-01-01T00:00:00Z"])
def test_a_day_that_the_calendar_does_not_have_is_refused(text: str) -> None:
    assert "not a time" in refused(purchase(at=text))["at"]


@pytest.mark.parametrize(
    "text", ["1899-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "3000-01-01T00:00:00-01:00"]
)
def test_a_time_outside_the_years_1900_to_2999_is_refused(text: str) -> None:
    assert "1900 to 2999" in refused(purchase(at=text))["at"]


def test_a_number_is_no_time() -> None:
    assert "ISO 8601" in refused(purchase(at=1_773_479_100))["at"]


# Money and quantities --------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [84.5, 84, -1, 10**30, float("nan"), float("inf")])
def test_a_json_number_is_no_money(number: float) -> None:
    said = refused(basket(line(amount=number)))["lines[0].amount"]
    assert "JSON number" in said
    assert 'as text, such as "84.50"' in said


@pytest.mark.parametrize(
    "text",
    ["", " 5.00", "5.", ".5", "5,00", "1e3", "+5.00", "1_000.00", "€5", "٥.٠٠", "--5", "NaN", "5.00\n"],
)
def test_money_is_a_plain_decimal(text: str) -> None:
    assert "no plain decimal" in refused(basket(line(amount=text)))["lines[0].amount"]


@pytest.mark.parametrize("value", [True, None, [], {}, ["5.00"]])
def test_nothing_but_text_is_money(value: object) -> None:
    assert "lines[0].amount" in refused(basket({"amount": value}))


def test_amounts_may_be_negative() -> None:
    assert read_wire(basket(line(amount="-84.50", discount=None)))
    assert read_wire(basket(lines=None, amount="-84.50"))


@pytest.mark.parametrize("place", ["shipping", "discount"])
def test_charges_of_the_order_are_not_below_0(place: str) -> None:
    assert "below 0" in refused(purchase(**{place: "-0.01"}))[place]


@pytest.mark.parametrize("place", ["discount", "tax"])
def test_charges_of_a_line_are_not_below_0(place: str) -> None:
    assert "below 0" in refused(basket(line(**{place: "-0.01"})))[f"lines[0].{place}"]


def test_tenders_and_recharges_are_not_below_0() -> None:
    assert "below 0" in refused(purchase(tenders=[{"kind": "card", "amount": "-1.00"}]))["tenders[0].amount"]
    assert "below 0" in refused(recharge(amount="-1.00"))["amount"]
    assert "below 0" in refused(recharge(amount=None, lines=[{"amount": "-1.00"}]))["lines[0].amount"]


@pytest.mark.parametrize("quantity", [0, 1, 999_999_999_999, "0", "2", "0.750", "12.5"])
def test_a_quantity_is_a_whole_number_or_a_decimal_as_text(quantity: int | str) -> None:
    assert read_wire(basket(line(quantity=quantity)))


@pytest.mark.parametrize(
    "quantity", [-1, 1.0, 0.75, True, False, "-1", "0.7505", "1e3", "", "two", 10**12, float("nan"), []]
)
def test_another_quantity_is_refused(quantity: object) -> None:
    said = refused(basket(line(quantity=quantity)))
    assert "at most 3 places" in said["lines[0].quantity"]
    assert len(said) == 1


# Names and texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["type", "id", "source", "member", "at"])
def test_five_fields_are_required(name: str) -> None:
    assert "is required" in refused(purchase(**{name: None}))[name]


@pytest.mark.parametrize("name", ["type", "id", "source", "member", "at", "of"])
def test_a_required_field_is_not_null(name: str) -> None:
    assert name in refused({**return_(), name: None})


@pytest.mark.parametrize("name", ["id", "source", "member", "channel", "store", "partner"])
@pytest.mark.parametrize("value", [5, 5.5, True, ["x"], "", "a\0b", "x" * 201, "\ud800"])
def test_names_are_text_of_1_to_200_characters_without_nul(name: str, value: object) -> None:
    assert name in refused({**purchase(), name: value})


def test_200_characters_are_not_too_long() -> None:
    assert read_wire(purchase(id="é" * 200)).id == "é" * 200


@pytest.mark.parametrize(
    "member",
    [{}, {"card": "1", "phone": "2"}, {"card": 1}, {"card": ""}, {"": "1"}, {"card": ["1"]}, ["M-1"]],
)
def test_a_member_is_text_or_one_identity(member: object) -> None:
    assert any(place.startswith("member") for place in refused(purchase(member=member)))


@pytest.mark.parametrize("value", [None, "own", "", 0, -5, True, 10**15 - 1, "x" * 2000])
def test_an_attribute_is_text_a_whole_number_true_false_or_null(value: object) -> None:
    assert read_wire(purchase(attributes={"bag": value}))


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), float("-inf"), 10**15, 10**400, "x" * 2001, "a\0", "\udfff", [], {}, ["own"]]
)
def test_another_attribute_is_refused(value: object) -> None:
    assert list(refused(purchase(attributes={"bag": value}))) == ["attributes.bag"]
    assert list(refused(basket(line(attributes={"bag": value})))) == ["lines[0].attributes.bag"]


def test_a_fraction_as_attribute_is_told_to_go_as_text() -> None:
    assert 'such as "1.5"' in refused(purchase(attributes={"bag": 1.5}))["attributes.bag"]


def test_at_most_200_attributes() -> None:
    assert read_wire(purchase(attributes={str(n): n for n in range(200)}))
    assert "at most 200" in refused(purchase(attributes={str(n): n for n in range(201)}))["attributes"]


@pytest.mark.parametrize("currency", ["eur", "EURO", "€", "", 978])
def test_a_currency_is_a_code_of_three_letters(currency: object) -> None:
    assert "ISO 4217" in refused(purchase(currency=currency))["currency"]
