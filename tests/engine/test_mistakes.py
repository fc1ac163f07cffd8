"""Ordinary mistakes: each is a typed error that names what is wrong, and nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.errors import BadInput, InvalidActivity
from tests.engine.shop import MEMBER, Shop, giving_back, purchase

LINE = {"amount": "1.00"}
WRITTEN: dict[str, Any] = {
    "a float for money": purchase("R-9") | {"amount": 20.0},
    "a whole number for money": purchase("R-9") | {"amount": 20},
    "a Decimal for money": purchase("R-9") | {"amount": Decimal("20.00")},
    "a comma": purchase("R-9", "20,00"),
    "a currency sign": purchase("R-9", "€20.00"),
    "a tenth of a cent": purchase("R-9", "20.001"),
    "too much money": purchase("R-9", "10000000000.01"),
    "a time without offset": purchase("R-9") | {"at": "2026-03-01T12:00:00"},
    "a day for a time": purchase("R-9") | {"at": "2026-03-01"},
    "a datetime object": purchase("R-9") | {"at": datetime(2026, 3, 1, tzinfo=UTC)},
    "a day that is none": purchase("R-9") | {"at": "2026-02-30T12:00:00Z"},
    "no member": {k: v for k, v in purchase("R-9").items() if k != "member"},
    "an empty member": purchase("R-9", member=""),
    "a number for a member": purchase("R-9", member=7),
    "two identities": purchase("R-9", member={"card": "1", "phone": "2"}),
    "no source": {k: v for k, v in purchase("R-9").items() if k != "source"},
    "a number for an id": purchase("R-9") | {"id": 9},
    "an unknown key": purchase("R-9", amuont="20.00"),
    "an unknown type": purchase("R-9") | {"type": "purchaze"},
    "neither lines nor amount": purchase("R-9", None),
    "both": purchase("R-9", lines=[LINE]),
    "no lines": purchase("R-9", None, lines=[]),
    "the same line twice": purchase("R-9", None, lines=[LINE | {"id": "a"}, LINE | {"id": "a"}]),
    "a negative quantity": purchase("R-9", None, lines=[LINE | {"quantity": -1}]),
    "a float quantity": purchase("R-9", None, lines=[LINE | {"quantity": 1.5}]),
    "a negative discount": purchase("R-9", None, lines=[LINE | {"discount": "-1.00"}]),
    "another currency": purchase("R-9", currency="USD"),
    "tenders that do not sum up": purchase("R-9", tenders=[{"kind": "cash", "amount": "19.99"}]),
    "a float for an attribute": purchase("R-9", attributes={"weight": 1.5}),
    "a NUL": purchase("R\0-9"),
    "half a character": purchase("R-\ud800"),
    "a long id": purchase("R" * 201),
    "a return of nothing": {k: v for k, v in giving_back("X-9", "R-1").items() if k != "of"},
    "a return by two measures": giving_back(
        "X-9", "R-1", lines=[{"id": "1", "quantity": 1, "amount": "1.00"}]
    ),
    "a negative return": giving_back("X-9", "R-1", lines=[{"id": "1", "amount": "-1.00"}]),
    "a list": [purchase("R-9")],
    "nothing": None,
    "a number": 7,
    "text that is no JSON": '{"type": "purchase"',
    "NaN": '{"type": "purchase", "amount": NaN}',
    "a key twice": json.dumps(purchase("R-9")).replace('"id"', '"id": "R-8", "id"'),
    "bytes that are no UTF-8": b'{"type": "\xff"}',
    "deep nesting": "[" * 100_000,
}


@pytest.mark.parametrize("case", WRITTEN)
def test_an_activity_that_breaks_the_format_is_refused_with_its_places(shop: Shop, case: str) -> None:
    shop.buy("R-1")
    before = shop.dump()
    for use in (shop.engine.record, shop.engine.quote):
        with pytest.raises(InvalidActivity) as invalid:
            use(WRITTEN[case])
        assert invalid.value.problems
        assert invalid.value.code == "InvalidActivity"
    assert isinstance(shop.engine.record_many([WRITTEN[case]])[0], InvalidActivity)
    assert shop.dump() == before


SAID: dict[str, Callable[[LoyaltyEngine], Any]] = {
    "a float for a time": lambda engine: engine.balance(MEMBER, at=1.5),  # type: ignore[arg-type]
    "a day for a time": lambda engine: engine.balance(MEMBER, at="2026-03-01"),
    "a naive time for a time": lambda engine: engine.statement(MEMBER, at="2026-03-01T12:00"),
    "seconds times too much": lambda engine: engine.balance(MEMBER, at=10**18),
    "known at a float": lambda engine: engine.balance(MEMBER, known_at=0.5),  # type: ignore[arg-type]
    "a number for a member": lambda engine: engine.balance(7),  # type: ignore[arg-type]
    "no identity at all": lambda engine: engine.member({}),
    "two identities": lambda engine: engine.member({"card": "1", "phone": "2"}),
    "half a character": lambda engine: engine.statement("\ud800"),
    "a NUL": lambda engine: engine.balance("M\0"),
    "no entry's name": lambda engine: engine.explain(7),  # type: ignore[arg-type]
    "a year that is far away": lambda engine: engine.status(at=1 << 62),
    "a job for no time": lambda engine: engine.expire(None),  # type: ignore[arg-type]
    "an actor that is no text": lambda engine: engine.record(purchase("R-9"), actor=7),  # type: ignore[arg-type]
    "an actor with a NUL": lambda engine: engine.record(purchase("R-9"), actor="a\0b"),
    "a request that is no text": lambda engine: engine.record(purchase("R-9"), request=7),  # type: ignore[arg-type]
    "an empty member": lambda engine: engine.enrol(""),
    "a member that is no text": lambda engine: engine.enrol(7),  # type: ignore[arg-type]
    "a naive time": lambda engine: engine.enrol("M-9", at="2026-03-01T12:00:00"),
    "a datetime": lambda engine: engine.enrol("M-9", at=datetime.now(UTC)),  # type: ignore[arg-type]
    "an identity that is no text": lambda engine: engine.enrol("M-9", identities={"card": 4711}),
    "identities that are none": lambda engine: engine.enrol("M-9", identities="4711"),  # type: ignore[arg-type]
    "attributes that are none": lambda engine: engine.enrol("M-9", attributes=[1]),  # type: ignore[arg-type]
    "a float for an attribute": lambda engine: engine.enrol("M-9", attributes={"height": 1.8}),
    "an own id as identity": lambda engine: engine.enrol("M-9", identities={"member": "M-1"}),
    "a change without a key": lambda engine: engine.change_member(MEMBER, attributes={"a": 1}, key=None),  # type: ignore[arg-type]
    "rules that are a path": lambda engine: engine.publish("rules/retail"),  # type: ignore[arg-type]
    "rules that are nothing": lambda engine: engine.publish({}),
    "rules to try that are a path": lambda engine: engine.try_out("rules/retail"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("case", SAID)
def test_an_argument_that_makes_no_sense_is_refused(shop: Shop, case: str) -> None:
    shop.buy("R-1")
    before = shop.dump()
    with pytest.raises(BadInput) as wrong:
        SAID[case](shop.engine)
    assert wrong.value.message
    assert shop.dump() == before


def test_the_message_says_where_and_what(shop: Shop) -> None:
    with pytest.raises(InvalidActivity) as invalid:
        shop.engine.record(purchase("R-9", None, lines=[LINE, {"amount": 2.5, "qantity": 1}]))
    places = [place for place, _ in invalid.value.problems]
    assert places == ["lines[1].amount", "lines[1].qantity"]
    assert all(place in invalid.value.message for place in places)
