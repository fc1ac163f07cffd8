"""What the wire format accepts and refuses, sentence by sentence, before any program is asked."""

from __future__ import annotations

import json
from collections import OrderedDict
from types import MappingProxyType
from typing import Any

import pytest

from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.activity.wire import read_wire
from loyalty_engine.errors import InvalidActivity
from tests.unit.activity.examples import (
    basket,
    enrolment,
    line,
    member_change,
    purchase,
    recharge,
    return_,
    usage,
)


def refused(raw: object) -> dict[str, str]:
    with pytest.raises(InvalidActivity) as caught:
        read_wire(raw)
    return dict(caught.value.problems)


# What it reads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", [purchase, recharge, return_, enrolment, member_change, usage])
def test_every_type_of_activity_has_its_shape(example: Any) -> None:
    assert read_wire(example()).type == example()["type"]


def test_a_type_of_the_programs_own_has_the_shape_of_a_basket() -> None:
    assert read_wire(basket(line(), type="scan")).type == "scan"


@pytest.mark.parametrize(
    "form",
    [json.dumps, lambda raw: json.dumps(raw).encode(), lambda raw: bytearray(json.dumps(raw), "utf-8")],
)
def test_json_comes_as_text_or_bytes(form: Any) -> None:
    assert read_wire(form(purchase())) == read_wire(purchase())


def test_any_mapping_will_do() -> None:
    assert (
        read_wire(MappingProxyType(purchase())) == read_wire(OrderedDict(purchase())) == read_wire(purchase())
    )


def test_the_mapping_is_left_as_it_was() -> None:
    raw = purchase()
    read_wire(raw)
    assert raw == purchase()


def test_it_knows_key_member_and_time_before_a_program_is_chosen() -> None:
    wire = read_wire(purchase())
    assert wire.key == ActivityKey("pos", "purchase", "R-1001")
    assert wire.member == MemberRef("member", "M-1")
    assert (wire.at, wire.offset) == (1_773_479_100_000_000, 120)


def test_a_member_may_be_named_by_an_identity() -> None:
    assert read_wire(purchase(member={"card": "9000-1"})).member == MemberRef("card", "9000-1")


def test_null_is_the_same_as_left_out() -> None:
    nothing = dict.fromkeys(
        ("channel", "store", "partner", "amount", "shipping", "discount", "tenders", "currency")
    )
    full = {
        **basket(line(id=None, sku=None, category=None, brand=None, quantity=None, discount=None, tax=None))
    }
    nulls = dict.fromkeys(("id", "sku", "category", "brand", "quantity", "discount", "tax", "attributes"))
    full["lines"] = [{**nulls, **full["lines"][0]}]
    assert read_wire({**full, **nothing}).at == read_wire(full).at


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


# Lines -----------------------------------------------------------------------------------------------


def test_an_activity_has_lines_or_an_amount_not_both() -> None:
    assert "`lines`" in refused(purchase(amount="84.50"))["amount"]


@pytest.mark.parametrize("example", [purchase, recharge])
def test_what_is_paid_needs_lines_or_an_amount(example: Any) -> None:
    assert "needs `lines` or an `amount`" in refused(example(lines=None, amount=None))[""]


def test_another_activity_may_go_without_both() -> None:
    assert read_wire(usage()).body.get("lines") is None


@pytest.mark.parametrize("example", [basket, recharge, return_])
def test_a_list_of_no_lines_is_refused_because_it_may_mean_none_or_all(example: Any) -> None:
    assert "list of 1 to 10000" in refused({**example(), "lines": []})["lines"]


def test_a_line_needs_its_amount() -> None:
    assert "is required" in refused(basket({"sku": "900"}))["lines[0].amount"]


def test_at_most_10000_lines() -> None:
    lines = [{"amount": "1.00"}] * 10_000
    assert len(read_wire(basket(*lines)).body["lines"]) == 10_000
    assert "a list of 10001" in refused(basket(*lines, {"amount": "1.00"}))["lines"]


@pytest.mark.parametrize("value", ["none", 1, {}, {"id": "1"}, True])
def test_lines_are_a_list(value: object) -> None:
    assert "list of 1 to 10000 objects" in refused(purchase(lines=value))["lines"]


@pytest.mark.parametrize("value", ["none", 1, None, []])
def test_a_line_is_an_object(value: object) -> None:
    assert "stands where an object must" in refused(purchase(lines=[line(), value]))["lines[1]"]


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


# What does not belong there --------------------------------------------------------------------------


def test_an_unknown_field_is_refused_and_the_likely_one_named() -> None:
    assert "did you mean `channel`?" in refused(purchase(chanel="web"))["chanel"]
    assert "did you mean `quantity`?" in refused(basket(line(qantity=1)))["lines[0].qantity"]
    assert "goes into `attributes`" in refused(purchase(weather="fine"))["weather"]


@pytest.mark.parametrize("example", [purchase, recharge, enrolment, member_change, usage])
def test_only_a_return_says_what_it_is_of(example: Any) -> None:
    assert "there is no field `of`" in refused(example(of="R-1"))["of"]


@pytest.mark.parametrize("name", ["amount", "shipping", "discount", "tenders"])
def test_a_return_carries_no_money_of_its_own(name: str) -> None:
    assert "there is no field" in refused(return_(**{name: "1.00"}))[name]


@pytest.mark.parametrize("name", ["amount", "lines", "shipping", "discount", "tenders", "currency"])
@pytest.mark.parametrize("example", [enrolment, member_change])
def test_an_enrolment_carries_no_money(example: Any, name: str) -> None:
    assert "there is no field" in refused(example(**{name: "1.00"}))[name]


@pytest.mark.parametrize("example", [purchase, recharge, return_, usage])
def test_only_members_activities_carry_identities(example: Any) -> None:
    assert "there is no field" in refused(example(identities={"card": "1"}))["identities"]


@pytest.mark.parametrize(
    "tender",
    [
        {"kind": "points", "points": 500},
        {"kind": "points", "hold": "H-1"},
        {"kind": "points", "amount": "5.00"},
    ],
)
def test_points_are_no_means_of_payment_yet(tender: dict[str, Any]) -> None:
    said = refused(purchase(tenders=[{"kind": "card", "amount": "71.50"}, tender]))
    assert {place.partition(".")[0] for place in said} == {"tenders[1]"}
    assert all("points cannot be a means of payment" in sentence for sentence in said.values())


@pytest.mark.parametrize("tenders", [[], {}, "card", ["card"], [{"kind": "card"}], [{"amount": "1.00"}]])
def test_tenders_are_a_list_of_kinds_with_amounts(tenders: object) -> None:
    assert any(place.startswith("tenders") for place in refused(purchase(tenders=tenders)))


# Returns, enrolments ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "of", ["", 5, {}, {"id": "R-1001"}, {"source": "pos", "type": "purchase"}, ["R-1001"]]
)
def test_a_return_names_an_id_or_a_full_key(of: object) -> None:
    assert any(place.startswith("of") for place in refused(return_(of=of)))


def test_a_return_line_has_a_quantity_or_an_amount_not_both() -> None:
    said = refused(return_(lines=[{"id": "1", "quantity": 1, "amount": "5.00"}]))
    assert "keep one of the two" in said["lines[0]"]


@pytest.mark.parametrize(
    "part", [{"quantity": 0}, {"quantity": "0.000"}, {"amount": "0.00"}, {"amount": "-0"}]
)
def test_nothing_cannot_come_back(part: dict[str, Any]) -> None:
    ((place, sentence),) = refused(return_(lines=[{"id": "1", **part}])).items()
    assert place == f"lines[0].{next(iter(part))}"
    assert "is 0" in sentence or "below 0" in sentence


def test_a_return_line_names_its_line() -> None:
    assert "is required" in refused(return_(lines=[{"quantity": 1}]))["lines[0].id"]


@pytest.mark.parametrize(
    "identities", [{"card": []}, {"card": 5}, {"card": [""]}, {"": ["1"]}, ["9000-1"], {"card": {"a": "b"}}]
)
def test_identities_are_kinds_with_values(identities: object) -> None:
    assert any(place.startswith("identities") for place in refused(enrolment(identities=identities)))


def test_the_members_own_id_is_no_identity() -> None:
    assert "own id" in refused(enrolment(identities={"member": "M-2"}))["identities.member"]


# All problems at once --------------------------------------------------------------------------------


def test_every_problem_is_told_at_once_with_its_place() -> None:
    raw = purchase(at="today", chanel="web", lines=[line(), line(amount=3, quantity=-1), {"id": 7}])
    assert set(refused(raw)) == {
        "at",
        "chanel",
        "lines[1].amount",
        "lines[1].quantity",
        "lines[2].amount",
        "lines[2].id",
    }


def test_a_time_that_cannot_be_is_told_beside_what_is_wrong_elsewhere() -> None:
    assert set(refused(purchase(at="2026-02-30T00:00:00Z", lines=[{}]))) == {"at", "lines[0].amount"}
    assert set(refused(purchase(at="2026-02-30T00:00:00Z", amount="1.00"))) == {"at", "amount"}


def test_the_error_reads_as_text_and_as_data() -> None:
    with pytest.raises(InvalidActivity) as caught:
        read_wire(purchase(id=None))
    assert str(caught.value) == "id: is required; write text of 1 to 200 characters"
    assert caught.value.parameters == {
        "problems": [{"at": "id", "message": "is required; write text of 1 to 200 characters"}]
    }


def test_of_very_many_problems_only_the_first_are_listed() -> None:
    with pytest.raises(InvalidActivity) as caught:
        read_wire(basket(*[{}] * 5000))
    assert len(caught.value.problems) == 101
    assert caught.value.problems[-1] == ("", "and 4900 problems more")


def test_what_is_refused_is_shown_short_and_printable() -> None:
    said = refused(purchase(id="\0\n" + "x" * 300))["id"]
    assert said.isprintable()
    assert len(said) < 150
