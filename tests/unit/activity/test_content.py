"""The canonical content: what is stored and fingerprinted of an activity, and how it is read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from loyalty_engine.activity.activity import Activity
from loyalty_engine.activity.content import activity_content, activity_from_content
from loyalty_engine.activity.field import ActivitySettings
from loyalty_engine.activity.fingerprint import fingerprint
from loyalty_engine.errors import InvariantViolation
from tests.unit.activity.examples import (
    EUROS,
    basket,
    enrolment,
    line,
    member_change,
    parsed,
    program,
    purchase,
    recharge,
    return_,
    usage,
)


def content(raw: object, settings: ActivitySettings = EUROS) -> str:
    return activity_content(parsed(raw, settings), settings)


def mark(raw: object, settings: ActivitySettings = EUROS) -> str:
    return fingerprint(content(raw, settings))


def read_back(activity: Activity, settings: ActivitySettings = EUROS) -> Activity:
    text = activity_content(activity, settings)
    return activity_from_content(text, activity.key, activity.at, activity.offset, activity.member, settings)


# The text --------------------------------------------------------------------------------------------


def test_the_content_of_the_documented_basket() -> None:
    assert content(purchase()) == (
        '{"v":1,"at":1773479100000000,"channel":"store","store":"457",'
        '"lines":[["1",2000,8450,500,720,7650,"900","grocery","own"]],'
        '"discount":300,"tenders":[["card",7650]],"attributes":{"bag":"own"}}'
    )


def test_the_content_of_a_return_an_enrolment_and_a_change() -> None:
    at = 1_773_479_100_000_000
    assert content(return_()) == f'{{"v":1,"at":{at},"of":["R-1001",null,null],"returned":[["1",1000,null]]}}'
    assert content(enrolment(identities={"phone": "+371", "card": ["2", "1"]})) == (
        f'{{"v":1,"at":{at},"identities":["card","card","phone"],"attributes":{{"segment":"student"}},'
        '"personal":["name"]}'
    )
    assert content(member_change(attributes={"segment": None})) == (
        f'{{"v":1,"at":{at},"attributes":{{"segment":null}}}}'
    )


def test_texts_stay_readable_in_every_script() -> None:
    assert json.loads(content(purchase(store='门店 "7"\\\n')))["store"] == '门店 "7"\\\n'
    assert "门店" in content(purchase(store="门店"))


def test_it_is_the_json_that_the_standard_library_would_write() -> None:
    # Stored fingerprints rest on these bytes: another writer of JSON must not change them.
    signs = "".join(map(chr, [*range(1, 0x300), 0x2028, 0xFFFD, 0x1F600]))
    raw = purchase(attributes={"signs": signs, "b": True, "a": -1})
    text = content(raw)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def test_neither_member_nor_identities_nor_personal_values_stand_in_it() -> None:
    secrets = [
        purchase(member="SECRET"),
        purchase(member={"card": "SECRET"}),
        purchase(attributes={"note": "SECRET"}),
        purchase(attributes={"name": "SECRET"}),
        basket(line(attributes={"engraving": "SECRET"})),
        enrolment(identities={"card": ["SECRET"]}, attributes={"name": "SECRET"}),
        member_change(attributes={"name": "SECRET"}),
    ]
    for raw in secrets:
        assert "SECRET" not in content(raw)


def test_personal_values_are_replaced_by_their_names() -> None:
    assert json.loads(content(purchase(attributes={"note": "x", "bag": "own"})))["personal"] == ["note"]
    assert json.loads(content(basket(line(attributes={"engraving": "x"}))))["lines"][0][9:] == [
        {},
        ["engraving"],
    ]


# The fingerprint -------------------------------------------------------------------------------------


def test_a_fingerprint_is_sha_256_in_hex() -> None:
    assert mark(purchase()) == "51bd209e3a5fd475f6f6590ea401462804a0668471f99b1ba93af55417b27444"


@pytest.mark.parametrize(
    "again",
    [
        purchase(member="M-2"),
        purchase(member={"card": "9000-1"}),
        purchase(at="2026-03-14T09:05:00Z"),
        purchase(at="2026-03-14T09:05:00.000+00:00"),
        purchase(shipping="0"),
        purchase(shipping=None),
        purchase(discount="3.0"),
        purchase(currency="EUR"),
        purchase(lines=[line(quantity="2.000")]),
        purchase(lines=[line(amount="84.5")]),
        purchase(lines=[line(id=None)]),
        purchase(lines=[line(attributes={})]),
        purchase(attributes={"bag": "own", "plan": None}),
    ],
)
def test_two_ways_to_write_one_activity_have_one_fingerprint(again: dict[str, Any]) -> None:
    assert mark(again) == mark(purchase())


@pytest.mark.parametrize(
    "other",
    [
        purchase(at="2026-03-14T09:05:00.000001Z"),
        purchase(channel=None),
        purchase(store="458"),
        purchase(partner="457"),
        purchase(lines=[line(quantity=3)]),
        purchase(lines=[line(amount="84.51", tax="7.21")], tenders=None),
        purchase(lines=[line(sku=None)]),
        purchase(lines=[line(id="2")]),
        purchase(tenders=None),
        purchase(tenders=[{"kind": "cash", "amount": "76.50"}]),
        purchase(tenders=[{"kind": "points", "points": 500}]),
        purchase(attributes={"bag": "new"}),
        purchase(attributes={"bag": "own", "note": "personal, but there"}),
        purchase(attributes=None),
        recharge(amount="76.50"),
    ],
)
def test_another_activity_has_another_fingerprint(other: dict[str, Any]) -> None:
    assert mark(other) != mark(purchase())


def test_one_line_and_no_lines_are_not_the_same() -> None:
    assert mark(basket({"amount": "5.00"})) != mark(basket(lines=None, amount="5.00"))


POINTS_TENDERS: list[dict[str, Any]] = [
    {"points": 500},
    {"points": 501},
    {"points": 500, "amount": "76.50"},
    {"hold": "0000000001-00000007"},
    {"up_to": 500},
]


def test_what_points_were_asked_for_is_content() -> None:
    asked = [purchase(tenders=[{"kind": "points", **tender}]) for tender in POINTS_TENDERS]
    assert len({mark(raw) for raw in asked}) == len(POINTS_TENDERS)
    assert mark(purchase(tenders=[{"kind": "points", "up_to": 500, "points": None}])) == mark(asked[-1])


def test_the_points_asked_for_stand_behind_the_kind_and_the_worth() -> None:
    tenders = [{"kind": "points", "points": 500}, {"kind": "card", "amount": "72.50"}]
    assert '"tenders":[["card",7250],["points",null,500,null,null]]' in content(purchase(tenders=tenders))


def test_order_of_lines_tenders_attributes_and_identities_is_not_content() -> None:
    lines = [line(id="a"), line(id="b", attributes={"x": 1, "y": 2})]
    assert mark(basket(*lines)) == mark(basket(line(id="b", attributes={"y": 2, "x": 1}), lines[0]))
    two = {"card": ["1", "2"], "phone": "3"}
    turned = {"phone": ["3"], "card": ["2", "1"]}
    assert mark(enrolment(identities=two)) == mark(enrolment(identities=turned))


def test_the_value_of_a_personal_attribute_is_not_content() -> None:
    assert mark(purchase(attributes={"note": "a"})) == mark(purchase(attributes={"note": "b"}))


def test_declaring_a_field_or_a_way_to_tax_later_does_not_change_fingerprints() -> None:
    raw = basket(
        line(attributes={"organic": True}), attributes={"plan": "S", "data_gb": 2, "voucher": "5.00"}
    )
    bare = ActivitySettings("EUR", 2, True, EUROS.types)
    assert mark(raw, bare) == mark(raw, EUROS) == mark(raw, program(include_tax=False))


# Reading back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        purchase(),
        purchase(at="2026-03-14T11:05:00.000001-03:30", partner="P"),
        basket(line(id="a"), line(id="b", attributes={"organic": True, "row": 3}), shipping="3.95"),
        basket(lines=None, amount="-5.00"),
        recharge(),
        usage(),
        return_(),
        return_(lines=None, attributes={"plan": "S"}),
        return_(of={"source": "pos", "type": "purchase", "id": "R-1001"}),
        member_change(attributes={"segment": None, "x": None, "y": 5}),
        purchase(
            attributes={
                "plan": "M",
                "data_gb": "-0.250",
                "voucher": "5.00",
                "gift": False,
                "season": "2026-03-14",
                "ready_at": "2026-03-14T11:05:00.5+02:00",
                "count": 7,
                "flag": True,
            }
        ),
    ],
)
@pytest.mark.parametrize("settings", [EUROS, program(include_tax=False)])
def test_what_is_stored_reads_back_as_it_was(raw: dict[str, Any], settings: ActivitySettings) -> None:
    raw = {name: value for name, value in raw.items() if name != "tenders"}
    assert read_back(parsed(raw, settings), settings) == parsed(raw, settings)


@pytest.mark.parametrize("tender", [{"kind": "card", "amount": "76.50"}, *POINTS_TENDERS])
def test_tenders_read_back(tender: dict[str, Any]) -> None:
    raw = purchase(tenders=[{"kind": "points", **tender}])
    assert read_back(parsed(raw)).tenders == parsed(raw).tenders


def test_personal_values_are_gone_and_identities_are_kinds_only() -> None:
    assert read_back(parsed(purchase(attributes={"note": "x", "bag": "own"}))).attributes == {"bag": "own"}
    assert read_back(parsed(basket(line(attributes={"engraving": "x"})))).lines[0].attributes == {}
    back = read_back(parsed(enrolment(identities={"card": ["1", "2"]})))
    assert (back.identities, back.attributes) == ({"card": ()}, {"segment": "student"})


def test_a_value_that_a_later_version_types_otherwise_is_missing() -> None:
    activity = parsed(
        purchase(attributes={"data_gb": "many", "bag": "own"}), ActivitySettings("EUR", 2, True, EUROS.types)
    )
    text = activity_content(activity, EUROS)
    back = activity_from_content(text, activity.key, activity.at, 0, activity.member, EUROS)
    assert back.attributes == {"bag": "own"}


def without_lines(text: str) -> str:
    stored = json.loads(text)
    del stored["lines"]
    return json.dumps(stored)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-5],
        lambda text: text.replace('"v":1', '"v":2'),
        lambda text: text.replace('"v":1,', ""),
        lambda text: text.replace("[[", "[").replace("]]", "]"),
        lambda _: "[]",
        lambda _: "null",
    ],
)
def test_a_damaged_content_is_a_broken_promise(damage: Callable[[str], str]) -> None:
    activity = parsed(purchase())
    text = damage(activity_content(activity, EUROS))
    with pytest.raises(InvariantViolation, match=r"pos/purchase/R-1001"):
        activity_from_content(text, activity.key, activity.at, activity.offset, activity.member, EUROS)


def test_the_instant_stands_in_utc() -> None:
    at = json.loads(content(purchase()))["at"]
    assert datetime.fromtimestamp(at / 1e6, UTC).isoformat() == "2026-03-14T09:05:00+00:00"
