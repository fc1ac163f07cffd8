"""An idempotency key has one outcome: the same again gets the first receipt, anything else is a conflict."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.errors import ActivityConflict, LoyaltyError, OverReturn, UnknownActivity, UnknownMember
from tests.engine.shop import MEMBER, Points, Shop, giving_back, moment, purchase


def test_the_same_activity_again_gets_the_first_receipt_word_for_word(shop: Shop) -> None:
    first = shop.buy("R-1")
    shop.buy("R-2")
    shop.give_back("X-1", "R-1")
    before = shop.dump()
    again = shop.engine.record(purchase("R-1"))
    assert again.repeated
    assert again.text == first.text
    assert shop.dump() == before


def test_a_return_again_takes_nothing_back_a_second_time(shop: Shop) -> None:
    shop.buy("R-1")
    first = shop.give_back("X-1", "R-1")
    assert shop.give_back("X-1", "R-1").text == first.text
    assert shop.points() == Points(0)


@pytest.mark.parametrize(
    "same",
    [
        {"amount": "20.0"},
        {"amount": "20"},
        {"at": "2026-03-01T13:00:00+01:00"},
        {"channel": None},
        {"attributes": {}},
    ],
    ids=str,
)
def test_how_the_content_is_written_does_not_matter(shop: Shop, same: dict[str, Any]) -> None:
    first = shop.buy("R-1")
    assert shop.engine.record(purchase("R-1") | same).text == first.text


@pytest.mark.parametrize(
    "other",
    [
        {"amount": "20.01"},
        {"at": moment("2026-03-02").isoformat()},
        {"channel": "web"},
        {"attributes": {"bag": "own"}},
        {"shipping": "1.00"},
        {"amount": None, "lines": [{"amount": "20.00"}]},
        {"member": "M-2"},
        {"member": "nobody yet"},
    ],
    ids=str,
)
def test_other_content_or_another_member_under_the_same_key_is_a_conflict(
    shop: Shop, other: dict[str, Any]
) -> None:
    shop.buy("R-1")
    shop.buy("R-2", member="M-2")
    before = shop.dump()
    with pytest.raises(ActivityConflict) as conflict:
        shop.engine.record(purchase("R-1") | other)
    assert conflict.value.parameters == {"source": "pos", "type": "purchase", "id": "R-1"}
    assert shop.dump() == before


@pytest.mark.parametrize("part", [{"source": "web"}, {"type": "recharge"}, {"id": "R-2"}], ids=str)
def test_source_type_and_id_together_are_the_key(shop: Shop, part: dict[str, str]) -> None:
    shop.buy("R-1")
    assert not shop.engine.record(purchase("R-1") | part).repeated
    assert shop.engine.status()["counts"]["activities"] == 2


def test_the_member_may_be_named_another_way_in_a_retry(shop: Shop) -> None:
    shop.engine.enrol(MEMBER, identities={"card": "4711"})
    first = shop.buy("R-1")
    assert shop.engine.record(purchase("R-1", member={"card": "4711"})).text == first.text


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (giving_back("X-1", "R-9"), UnknownActivity),
        (giving_back("X-1", "R-1", lines=[{"id": "1", "quantity": 2}]), OverReturn),
        (giving_back("X-1", "R-1", member={"card": "4711"}), UnknownMember),
    ],
    ids=["unknown", "too much", "nobody"],
)
def test_the_key_of_a_refused_activity_stays_free(
    shop: Shop, refused: dict[str, Any], code: type[LoyaltyError]
) -> None:
    shop.buy("R-1")
    before = shop.dump()
    with pytest.raises(code):
        shop.record(refused)
    assert shop.dump() == before
    assert shop.give_back("X-1", "R-1").totals == {"points": -20}
