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


CARD = {"kind": "card", "amount": "72.50"}


@pytest.mark.parametrize(
    "tender",
    [
        {"kind": "points", "points": 500},
        {"kind": "points", "points": 500, "amount": "4.00", "hold": None},
        {"kind": "points", "points": 10**12},
        {"kind": "points", "hold": "0000000001-00000007"},
        {"kind": "points", "hold": "whatever it may be", "amount": "4.00"},
    ],
)
def test_points_are_a_means_of_payment(tender: dict[str, Any]) -> None:
    raw = purchase(tenders=[CARD, tender])
    assert read_wire(raw).body["tenders"] == [CARD, tender]
    assert read_wire(json.dumps(raw)).body["tenders"] == [CARD, tender]


def test_as_many_points_as_are_permitted_stand_alone() -> None:
    tender = {"kind": "points", "up_to": 2000}
    assert read_wire(purchase(tenders=[tender])).body["tenders"] == [tender]
    said = refused(purchase(tenders=[CARD, tender]))
    assert said == {"tenders[1]": "with `up_to` stands alone; what points do not pay is paid otherwise"}


WRONG_POINTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "none": ({"points": 0}, ".points", "`0` does not fit; write how many as a whole number"),
    "less than none": ({"points": -5}, ".points", "from 1 to 10^12"),
    "too many": ({"points": 10**12 + 1}, ".points", "from 1 to 10^12"),
    "a text": ({"points": "500"}, ".points", "write how many as a whole number"),
    "a truth": ({"points": True}, ".points", "true does not fit"),
    "a float": ({"points": 5.0}, ".points", "write how many as a whole number"),
    "at most none": ({"up_to": 0}, ".up_to", "write how many at most"),
    "a hold without a name": ({"hold": ""}, ".hold", "is empty"),
    "a hold that is a number": ({"hold": 7}, ".hold", "is not text"),
    "not how many": ({}, "", "one of `points`, `hold` and `up_to`"),
    "only what they are worth": ({"amount": "4.00"}, "", "one of `points`, `hold` and `up_to`"),
    "two names": ({"points": 5, "hold": "H-1"}, "", "one of `points`, `hold` and `up_to`"),
    "a worth that is no money": ({"points": 5, "amount": "-4.00"}, ".amount", "below 0"),
    "a worth that is a number": ({"points": 5, "amount": 4}, ".amount", "cannot be money"),
    "a worth that nobody knows": ({"up_to": 5, "amount": "4.00"}, ".amount", "known only afterwards"),
    "a misspelt name": ({"points": 5, "holds": "H-1"}, ".holds", "did you mean `hold`?"),
}


@pytest.mark.parametrize("case", WRONG_POINTS)
def test_points_are_named_in_one_way(case: str) -> None:
    fields, field, sentence = WRONG_POINTS[case]
    said = refused(purchase(tenders=[{"kind": "points"} | fields]))
    assert sentence in said[f"tenders[0]{field}"]


def test_points_pay_once() -> None:
    twice = [{"kind": "points", "points": 5}, CARD, {"kind": "points", "hold": "H-1"}]
    assert refused(purchase(tenders=twice)) == {
        "tenders[2]": "is a second tender of points; pay with them once"
    }


def test_what_names_points_stands_in_no_other_tender() -> None:
    said = refused(purchase(tenders=[CARD | {"points": 5}]))["tenders[0].points"]
    assert said.startswith("stands only in a tender of kind `points`")


def test_a_recharge_may_be_paid_with_points_and_a_return_has_no_tenders() -> None:
    tenders = [{"kind": "points", "points": 500}]
    assert read_wire(recharge(tenders=tenders)).body["tenders"] == tenders
    assert "tenders" in refused(return_(tenders=tenders))


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


def test_what_is_wrong_inside_is_told_at_its_own_place_only() -> None:
    assert list(refused(purchase(member={"card": 1}))) == ["member.card"]
    assert list(refused(return_(of={"source": "pos", "type": "purchase"}))) == ["of.id"]
    assert list(refused(enrolment(identities={"card": ["1", 2]}))) == ["identities.card[1]"]


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
