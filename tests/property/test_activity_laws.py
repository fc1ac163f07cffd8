"""Laws of reading activities: an Activity or InvalidActivity, order without meaning, exact sums."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from loyalty_engine.activity.activity import BUILT_IN_TYPES, Activity
from loyalty_engine.activity.content import activity_content, activity_from_content
from loyalty_engine.activity.field import ActivitySettings, Field
from loyalty_engine.activity.fingerprint import fingerprint
from loyalty_engine.activity.net import lowered
from loyalty_engine.activity.parse import parse_activity
from loyalty_engine.activity.schema import activity_schema
from loyalty_engine.errors import InvalidActivity
from tests.property.strategies_wire import activities, baskets, json_values, member_activities, spoilt

EUROS = ActivitySettings("EUR", 2, True, frozenset((*BUILT_IN_TYPES, "scan")))
DECLARED = ActivitySettings(
    "EUR",
    2,
    False,
    EUROS.types,
    activity_fields={name: Field(name, "text", "activity") for name in "0Aa"},
    line_fields={name: Field(name, "number", "line") for name in "0Aa"},
    member_fields={name: Field(name, "boolean", "member", personal=True) for name in "0Aa"},
)
YEN = ActivitySettings("JPY", 0, True, EUROS.types)
SCHEMA = Draft202012Validator(activity_schema())


def outcome(raw: object, settings: ActivitySettings = EUROS) -> Activity | None:
    """The activity, or None when it was refused as it should be; any other error is the test's failure."""
    try:
        activity = parse_activity(raw, settings)
    except InvalidActivity as error:
        assert error.problems
        assert all(sentence and sentence.isprintable() for _, sentence in error.problems)
        assert all(place.isprintable() for place, _ in error.problems)
        return None
    assert isinstance(activity, Activity)
    return activity


def as_json(raw: object) -> str:
    """JSON as Python writes it, NaN and lone surrogates included."""
    return json.dumps(raw)


# Nothing else comes out ------------------------------------------------------------------------------


@given(activities)
def test_what_is_right_is_accepted(raw: dict[str, Any]) -> None:
    event(raw["type"])
    assert outcome(raw) is not None


@given(spoilt(), st.sampled_from((EUROS, DECLARED, YEN)))
def test_a_spoilt_activity_is_an_activity_or_refused(raw: object, settings: ActivitySettings) -> None:
    event("accepted" if outcome(raw, settings) else "refused")


@given(json_values)
def test_any_value_is_an_activity_or_refused(raw: object) -> None:
    outcome(raw)
    outcome(as_json(raw))


@given(st.one_of(st.binary(), st.text()))
def test_any_bytes_are_an_activity_or_refused(raw: bytes | str) -> None:
    outcome(raw)


@given(activities, st.data())
def test_a_damaged_text_is_an_activity_or_refused(raw: dict[str, Any], data: st.DataObject) -> None:
    text = bytearray(json.dumps(raw, ensure_ascii=False).encode())
    start = data.draw(st.integers(0, len(text) - 1))
    text[start : start + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    outcome(bytes(text))


# One activity, one value -----------------------------------------------------------------------------


@given(st.one_of(activities, spoilt()))
def test_a_mapping_and_its_json_are_the_same_activity(raw: object) -> None:
    assert outcome(raw) == outcome(as_json(raw)) == outcome(as_json(raw).encode())


@given(baskets(), st.randoms(use_true_random=False))
def test_the_order_of_lines_that_have_ids_and_of_fields_says_nothing(
    raw: dict[str, Any], random: Any
) -> None:
    lines = [line | {"id": line.get("id", f"line {index}")} for index, line in enumerate(raw["lines"])]
    shuffled = [
        dict(random.sample(list(line.items()), len(line))) for line in random.sample(lines, len(lines))
    ]
    turned = dict(random.sample(list(raw.items()), len(raw))) | {"lines": shuffled}
    one, other = outcome(raw | {"lines": lines}), outcome(turned)
    assert one is not None
    assert one == other
    assert activity_content(one, EUROS) == activity_content(other, EUROS)


@given(baskets())
def test_lines_are_sorted_and_their_ids_differ(raw: dict[str, Any]) -> None:
    activity = outcome(raw)
    assert activity is not None
    ids = [line.id for line in activity.lines]
    assert ids == sorted(set(ids))
    assert len(ids) == len(raw["lines"])


# Sums ------------------------------------------------------------------------------------------------


@given(baskets())
def test_nothing_is_lost_between_amounts_and_what_is_payable(raw: dict[str, Any]) -> None:
    activity = outcome(raw)
    assert activity is not None
    own = sum(line.amount - line.discount for line in activity.lines)
    assert sum(line.net for line in activity.lines) == own - activity.discount
    assert activity.total == own - activity.discount + activity.shipping
    assert activity.amount == sum(line.amount for line in activity.lines)
    with_tax = outcome(raw, DECLARED)
    if with_tax is not None:
        assert with_tax.total == activity.total + sum(line.tax for line in activity.lines)


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1), st.integers(0, 10**12))
def test_a_shared_discount_sums_exactly_and_each_share_is_within_one_unit(
    nets: list[int], discount: int
) -> None:
    whole = sum(net for net in nets if net > 0)
    if not whole:
        return
    after = lowered(nets, discount)
    shares = [net - rest for net, rest in zip(nets, after, strict=True)]
    assert sum(shares) == discount
    for net, share in zip(nets, shares, strict=True):
        if net <= 0:
            assert share == 0
        else:
            assert 0 <= share * whole - discount * net + whole < 2 * whole


@given(st.lists(st.integers(1, 50), min_size=2), st.integers(0, 100))
def test_odd_units_go_to_the_largest_remainders_the_earlier_first(nets: list[int], discount: int) -> None:
    whole, after = sum(nets), lowered(nets, discount)
    extra = [net - rest > discount * net // whole for net, rest in zip(nets, after, strict=True)]
    order = sorted(range(len(nets)), key=lambda index: (-(discount * nets[index] % whole), index))
    assert [index for index in order if extra[index]] == order[: sum(extra)]


# What is stored --------------------------------------------------------------------------------------


@given(activities)
def test_what_is_stored_reads_back_as_it_was(raw: dict[str, Any]) -> None:
    activity = outcome(raw)
    assert activity is not None
    text = activity_content(activity, EUROS)
    back = activity_from_content(text, activity.key, activity.at, activity.offset, activity.member, EUROS)
    assert back == activity._replace(identities=dict.fromkeys(activity.identities, ()))
    assert activity_content(back._replace(identities=activity.identities), EUROS) == text


@given(activities)
def test_personal_values_never_reach_the_content(raw: dict[str, Any]) -> None:
    activity = outcome(raw, DECLARED)
    if activity is not None:
        stored = json.loads(activity_content(activity, DECLARED))
        assert not DECLARED.personal.intersection(stored.get("attributes", {}))
        assert DECLARED.personal.intersection(activity.attributes) == set(stored.get("personal", ()))


@given(member_activities(), st.lists(st.text(min_size=1, max_size=5), min_size=3, max_size=3))
def test_no_value_of_an_identity_changes_the_fingerprint(raw: dict[str, Any], others: list[str]) -> None:
    renamed = {
        kind: [f"{index}" for index in range(1 if isinstance(values, str) else len(set(values)))]
        for kind, values in raw["identities"].items()
    }
    one, other = outcome(raw), outcome(raw | {"identities": renamed, "member": "another"})
    assert one is not None
    assert other is not None
    assert fingerprint(activity_content(one, EUROS)) == fingerprint(activity_content(other, EUROS))


# The schema ------------------------------------------------------------------------------------------


@given(st.one_of(activities, spoilt()))
def test_the_schema_refuses_nothing_that_the_engine_accepts(raw: object) -> None:
    if outcome(raw) is not None:
        assert [error.message for error in SCHEMA.iter_errors(raw)] == []
