"""Corrections by hand, and debts: how they come about and how later points pay them off."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.errors import (
    ActivityConflict,
    InsufficientPoints,
    InvalidCommand,
    UnknownCurrency,
    UnknownMember,
)
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, moment


@pytest.fixture
def known(shop: Shop) -> Shop:
    """The member has 20 points."""
    shop.buy("R-1")
    return shop


def test_up_opens_a_lot_that_lives_as_any_other(known: Shop) -> None:
    receipt = known.adjust(50)
    assert receipt.data["activity"] is None
    assert receipt.totals == {"points": 50}
    entry = receipt.entries[0]
    assert (entry["kind"], entry["rule"], entry["points"]) == ("adjustment", None, 50)
    assert entry["expires_at"] == moment("2027-03-01").isoformat()
    assert known.points() == Points(70)


def test_down_takes_what_dies_soonest_first(known: Shop) -> None:
    known.buy("R-2", "10.00", at="2026-04-01")
    known.adjust(-25)
    assert known.points("2027-03-01") == Points(5)  # of the younger lot


def test_the_entry_says_why_and_who(known: Shop) -> None:
    receipt = known.adjust(5, reason="the till was down", actor="dana", request="ticket-9")
    explained = known.engine.explain(receipt.entries[0]["id"])
    assert (explained["entry"]["reason"], explained["entry"]["actor"]) == ("the till was down", "dana")
    assert explained["because"] == "dana corrected the balance: the till was down"


def test_a_key_makes_it_happen_once(known: Shop) -> None:
    first = known.adjust(5, key="K-1")
    known.wait_until("2026-03-05")
    again = known.adjust(5, key="K-1")
    assert again.repeated
    assert again.text == first.text
    assert first.data["activity"] == {"source": "engine", "type": "adjustment", "id": "K-1"}
    assert known.points() == Points(25)


@pytest.mark.parametrize(
    "other",
    [{"points": 6}, {"reason": "another"}, {"actor": "eve"}, {"currency": "points"}, {"member": "M-2"}],
    ids=str,
)
def test_the_same_key_for_something_else_is_a_conflict(known: Shop, other: dict[str, Any]) -> None:
    known.buy("R-2", member="M-2")
    asked: dict[str, Any] = {
        "member": MEMBER,
        "points": 5,
        "reason": "goodwill",
        "actor": "dana",
        "key": "K-1",
    }
    known.engine.adjust(**asked)
    before = known.dump()
    with pytest.raises(ActivityConflict):
        known.engine.adjust(**(asked | other))
    assert known.dump() == before


def test_without_a_key_it_happens_each_time(known: Shop) -> None:
    known.adjust(5)
    known.adjust(5)
    assert known.points() == Points(30)


def test_adjustments_are_not_mirrored(open_shop: OpenShop) -> None:
    shop = open_shop(points="{points: {expires: 12 months}, credits: {spendable: false, mirrors: points}}")
    shop.buy("R-1")
    shop.adjust(5)
    shop.adjust(3, currency="credits")
    assert (shop.points(), shop.points(currency="credits")) == (Points(25), Points(23))


WRONG: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "nobody": ({"member": "M-9"}, UnknownMember),
    "no such card": ({"member": {"card": "1"}}, UnknownMember),
    "no such currency": ({"currency": "miles"}, UnknownCurrency),
    "nothing": ({"points": 0}, InvalidCommand),
    "a float": ({"points": 1.5}, InvalidCommand),
    "a whole float": ({"points": 5.0}, InvalidCommand),
    "a truth": ({"points": True}, InvalidCommand),
    "a text": ({"points": "5"}, InvalidCommand),
    "too many": ({"points": 10**12 + 1}, InvalidCommand),
    "no reason": ({"reason": " "}, InvalidCommand),
    "a reason that is none": ({"reason": None}, InvalidCommand),
    "no actor": ({"actor": ""}, InvalidCommand),
    "a key that is no text": ({"key": 7}, InvalidCommand),
    "a text that no database keeps": ({"reason": "a\0b"}, InvalidCommand),
    "half a character": ({"actor": "\ud800"}, InvalidCommand),
    "two identities": ({"member": {"card": "1", "phone": "2"}}, InvalidCommand),
    "a number for a member": ({"member": 7}, InvalidCommand),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_done_changes_nothing(known: Shop, case: str) -> None:
    fields, code = WRONG[case]
    before = known.dump()
    asked: dict[str, Any] = {"member": MEMBER, "points": 5, "reason": "goodwill", "actor": "dana"}
    with pytest.raises(code):
        known.engine.adjust(**(asked | fields))
    assert known.dump() == before


# -- debts ------------------------------------------------------------------------------------------------


def test_a_debt_is_paid_off_by_the_next_points(known: Shop) -> None:
    known.adjust(-50)
    assert known.points() == Points(deficit=30)
    receipt = known.buy("R-2", "20.00", at="2026-03-02")
    assert receipt.totals == {"points": 20}
    assert [(e["kind"], e["points"]) for e in receipt.entries] == [("accrual", 20), ("absorption", 0)]
    assert known.points() == Points(deficit=10)
    known.buy("R-3", "20.00", at="2026-03-03")
    assert known.points() == Points(10)
    assert known.engine.verify().sound


def test_pending_points_pay_when_they_are_released_and_not_before(open_shop: OpenShop) -> None:
    shop = open_shop(points="{points: {expires: 12 months, pending: 7 days}}")
    shop.buy("R-1", "20.00", at="2026-03-01")
    shop.wait_until("2026-03-02")
    shop.adjust(-5)
    assert shop.points() == Points(pending=20, deficit=5)
    assert shop.points("2026-03-08") == Points(15)
    shop.engine.expire(shop.now + 30 * 86_400_000_000)
    assert shop.points("2026-03-08") == Points(15)
    assert shop.movements() == [("accrual", 20), ("adjustment", -5), ("release", 0), ("absorption", 0)]


def test_a_debt_does_not_expire(known: Shop) -> None:
    known.adjust(-50)
    assert known.points("2036-01-01") == Points(deficit=30)


def test_a_correction_up_pays_too(known: Shop) -> None:
    known.adjust(-50)
    known.adjust(35)
    assert known.points() == Points(5)


@pytest.mark.parametrize(("policy", "left"), [("clamp", Points(0)), ("allow", Points(deficit=30))])
def test_the_program_says_whether_a_correction_may_leave_a_debt(
    open_shop: OpenShop, policy: str, left: Points
) -> None:
    shop = open_shop(returns=f"{{deficit: {policy}}}")
    shop.buy("R-1")
    shop.adjust(-50)
    assert shop.points() == left


def test_or_refuses_it(open_shop: OpenShop) -> None:
    shop = open_shop(returns="{deficit: refuse}")
    shop.buy("R-1")
    before = shop.dump()
    with pytest.raises(InsufficientPoints):
        shop.adjust(-21, key="K-1")
    assert shop.dump() == before
    assert shop.adjust(-20, key="K-1").totals == {"points": -20}
