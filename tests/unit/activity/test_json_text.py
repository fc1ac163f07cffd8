"""JSON text read strictly: what is no activity at all, keys that stand twice, Unicode."""

from __future__ import annotations

import json

import pytest

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.activity.wire import read_wire
from loyalty_engine.errors import InvalidActivity
from tests.unit.activity.examples import enrolment, purchase


def refused(raw: object) -> dict[str, str]:
    with pytest.raises(InvalidActivity) as caught:
        read_wire(raw)
    return dict(caught.value.problems)


# What is no activity at all --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        None,
        5,
        1.5,
        True,
        [],
        ["purchase"],
        (),
        object(),
        b"",
        "",
        b"null",
        b"5",
        b"[]",
        b'"x"',
        b"{",
        b"\xff\xfe",
        "\ud800",
        b"{'a': 1}",
        b"[" * 100_000,
        b'{"a": NaN}',
        "﻿{}",
    ],
)
def test_what_is_no_object_is_refused(raw: object) -> None:
    assert list(refused(raw)) == [""]


def test_a_key_that_is_no_text_is_refused() -> None:
    for key in (5, "\ud800", ("a",), None, True):
        raw: dict[object, object] = {key: "x"}
        raw.update(purchase())
        assert refused(raw)
    assert refused(purchase(attributes={5: "x"}))


def test_a_text_of_more_than_16_mib_is_not_even_read() -> None:
    assert "longer than" in refused(b" " * (16 * 1024 * 1024 + 1))[""]


def test_invalid_utf_8_is_refused() -> None:
    assert "not JSON" in refused(json.dumps(purchase(id="@@")).encode().replace(b"@@", b"\xc3\x28"))[""]


@pytest.mark.parametrize("nul", ["\0", "\\u0000"])
def test_nul_is_refused_however_it_is_written(nul: str) -> None:
    assert refused(json.dumps(purchase(id="@@"), ensure_ascii=False).replace("@@", nul))


# A key twice -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        ('"channel": "store"', '"channel": "store", "channel": "web"'),
        ('"amount": "84.50"', '"amount": "1.00", "amount": "84.50"'),
        ('"bag": "own"', '"bag": "own", "bag": "own"'),
        ('"kind": "card"', '"kind": "cash", "kind": "card"'),
        ('"bag": "own"', '"b\\u0061g": "new", "bag": "own"'),
        ('"store": "457"', '"store": ":", "store": "457"'),
        ('"store": "457"', '"store": "4", "store": "\\u003a"'),
    ],
)
def test_a_key_that_stands_twice_is_refused(once: str, twice: str) -> None:
    text = json.dumps(purchase())
    assert read_wire(text)
    doubled = text.replace(once, twice)
    assert doubled != text
    (problem,) = refused(doubled).items()
    assert problem == (once.split('"')[1], "stands twice; keep one")


def test_colons_and_escapes_in_texts_are_no_second_key() -> None:
    raw = purchase(id="urn:x:1", store='a":"b', attributes={"a:b": "c\\:d", "ключ": "значение"})
    for ascii_only in (True, False):
        assert read_wire(json.dumps(raw, ensure_ascii=ascii_only)).id == "urn:x:1"


# Unicode ---------------------------------------------------------------------------------------------


def test_texts_become_composed_unicode_as_names_in_rule_files_are() -> None:
    decomposed = purchase(channel="cafe\u0301", attributes={"cafe\u0301": "ha\u0301"})
    for raw in (decomposed, json.dumps(decomposed), json.dumps(decomposed, ensure_ascii=False)):
        body = read_wire(raw).body
        assert body["channel"] == "caf\u00e9"
        assert body["attributes"] == {"caf\u00e9": "h\u00e1"}


def test_a_members_id_and_identities_stay_as_they_came() -> None:
    raw = enrolment(member={"card": "e\u0301"}, channel="e\u0301", identities={"phone": "e\u0301"})
    wire = read_wire(raw)
    assert wire.member == MemberRef("card", "e\u0301")
    assert wire.body["identities"] == {"phone": "e\u0301"}
    assert wire.body["channel"] == "\u00e9"


def test_two_names_that_differ_only_in_their_encoding_are_refused() -> None:
    assert "accents" in refused(purchase(attributes={"\u00e9": "1", "e\u0301": "2"}))[""]
