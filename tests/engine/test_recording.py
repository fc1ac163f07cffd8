"""Recording an activity, and quoting one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, giving_back, instant, moment, purchase


def test_the_receipt_says_what_was_posted_and_what_the_member_has_now(shop: Shop) -> None:
    receipt = shop.buy("R-1", "42.90")
    assert receipt.data == {
        "activity": {"source": "pos", "type": "purchase", "id": "R-1"},
        "member": MEMBER,
        "entries": [
            {
                "id": "0000000001-00000001",
                "kind": "accrual",
                "rule": "goods",
                "currency": "points",
                "points": 42,
                "pending_until": None,
                "expires_at": "2027-03-01T12:00:00+00:00",
            }
        ],
        "totals": {"points": 42},
        "balance": {
            "member": MEMBER,
            "at": "2026-03-01T12:00:00+00:00",
            "tier": None,
            "currencies": {"points": {"available": 42, "pending": 0, "held": 0, "deficit": 0}},
        },
        "tier": {"before": None, "after": None},
        "rulebook": shop.engine.rulebook.hash,
    }
    assert json.loads(receipt.text) == receipt.data
    assert not receipt.repeated
    assert shop.points() == Points(42)


def test_what_earns_nothing_is_recorded_all_the_same(shop: Shop) -> None:
    receipt = shop.record({**purchase("V-1", None), "type": "visit"})
    assert receipt.entries == []
    assert receipt.totals == {"points": 0}
    assert shop.engine.status()["counts"]["activities"] == 1


def test_an_activity_may_come_as_json_text(shop: Shop) -> None:
    assert shop.engine.record(json.dumps(purchase("R-1"))).totals == {"points": 20}


def test_mirrored_credits_are_entries_of_their_own(open_shop: OpenShop) -> None:
    shop = open_shop(
        points="{points: {expires: 12 months, pending: 7 days}, credits: {spendable: false, mirrors: points}}"
    )
    receipt = shop.buy("R-1")
    assert [(e["currency"], e["points"], e["pending_until"]) for e in receipt.entries] == [
        ("points", 20, "2026-03-08T12:00:00+00:00"),
        ("credits", 20, "2026-03-08T12:00:00+00:00"),
    ]
    shop.give_back("X-1", "R-1", at="2026-03-03")
    assert shop.points() == shop.points(currency="credits") == Points()


def test_lines_in_any_order_are_the_same_activity_and_answer(shop: Shop) -> None:
    lines = [{"id": "b", "amount": "3.50"}, {"id": "a", "amount": "4.00"}]
    first = shop.buy("R-1", None, lines=lines)
    again = shop.buy("R-1", None, lines=lines[::-1])
    assert again.repeated
    assert again.text == first.text


def test_an_activity_dated_ahead_of_the_clock_waits_for_its_time(shop: Shop) -> None:
    shop.wait_until("2026-03-01")
    receipt = shop.engine.record(purchase("R-1", at="2026-03-05"))
    assert receipt.entries[0]["pending_until"] == moment("2026-03-05").isoformat()
    assert receipt.entries[0]["expires_at"] == moment("2027-03-05").isoformat()
    assert shop.points() == Points(pending=20)
    assert shop.points("2026-03-05") == Points(20)


def test_the_actor_and_the_request_stand_with_the_entry(shop: Shop) -> None:
    receipt = shop.engine.record(purchase("R-1"), actor="till 4", request="req-9")
    entry = shop.engine.explain(receipt.entries[0]["id"])["entry"]
    assert entry["actor"] == "till 4"


# -- quotes ---------------------------------------------------------------------------------------------


def with_a_past(shop: Shop) -> LoyaltyEngine:
    """Points that are due, some of a cap used, a purchase that may come back."""
    shop.buy("R-1", "30.00", at="2026-01-10", lines=None)
    shop.buy("R-2", "25.00", at="2026-02-10")
    shop.wait_until("2026-02-20")
    return shop.engine


RICH = {
    "points": "{points: {expires: 12 months, pending: 20 days}, stars: {expires: 1 month}}",
    "stacks": """
  base: {take: first, cap: 90 points per member per month}
  stars: {take: all}
  more: {take: all}""",
    "accrual": """
  goods: {stack: base, when: {type: purchase}, earn: 1 point per 1.00}
  star: {stack: stars, when: {type: purchase}, earn: 1 point per full 5.00 in stars}
  hello: {stack: more, when: {type: enrolment}, earn: 7 points}
  twice: {stack: more, when: {type: purchase, first_of_type: false}, earn: 3 points,
    limit: once per member}""",
    "returns": "{deficit: allow}",
}
ASKED: list[dict[str, Any]] = [
    purchase("R-3", "80.00", at="2026-02-19"),
    purchase("R-3", "80.00", at="2026-02-20", member="new"),
    purchase("R-3", "80.00", at="2026-01-11"),
    purchase("R-2", "25.00", at="2026-02-10"),
    giving_back("X-1", "R-1", at="2026-02-20"),
    giving_back("X-1", "R-2", at="2026-02-20", lines=[{"id": "1", "amount": "10.00"}]),
    {**purchase("E-1", None), "type": "enrolment", "member": "new", "identities": {"card": "1"}},
    {**purchase("C-1", None), "type": "member-change", "attributes": {"note": "x"}},
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda raw: f"{raw['type']} {raw['id']} {raw['member']}")
def test_a_quote_answers_what_recording_then_answers_and_writes_nothing(
    open_shop: OpenShop, asked: dict[str, Any]
) -> None:
    shop = open_shop(**RICH)
    engine = with_a_past(shop)
    before = shop.dump()
    quoted = engine.quote(asked)
    assert shop.dump() == before
    receipt = engine.record(asked)
    assert (quoted.text, quoted.repeated) == (receipt.text, receipt.repeated)


def test_a_quote_is_refused_as_recording_would_be(shop: Shop) -> None:
    for call in (shop.engine.quote, shop.engine.record):
        with pytest.raises(Exception, match="nobody is enrolled under card `4711`") as refused:
            call(purchase("R-1", member={"card": "4711"}))
        assert refused.typename == "UnknownMember"


def test_rules_that_are_only_tried_out_decide_quotes_and_are_not_stored(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.wait_until("2026-03-01")
    before = shop.dump()
    better = shop.engine.rulebook.files["shop.yaml"].replace("1 point per", "3 points per")
    shop.engine.try_out({"shop.yaml": better})
    assert shop.engine.quote(purchase("R-1")).totals == {"points": 60}
    assert shop.dump() == before


def test_the_balance_of_a_quote_is_as_of_the_clock(shop: Shop) -> None:
    shop.buy("R-1", at="2026-03-01")
    shop.wait_until("2027-03-01")  # the first points die at this very instant
    assert shop.engine.quote(purchase("R-2", at="2027-02-28")).balance["currencies"]["points"] == {
        "available": 20,
        "pending": 0,
        "held": 0,
        "deficit": 0,
    }
    assert shop.engine.balance(MEMBER, at=instant("2027-02-28"))["currencies"]["points"]["available"] == 20
