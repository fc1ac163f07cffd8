"""Many activities at once: the same answers as one by one, and one refusal touches no other."""

from __future__ import annotations

from typing import Any

from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import ActivityConflict, InvalidActivity, LoyaltyError, NoRulebook, UnknownMember
from tests.engine.shop import OpenShop, Points, Shop, giving_back, instant, purchase


def told(outcomes: list[Receipt | LoyaltyError]) -> list[object]:
    """Points of each receipt, the code of each error."""
    return [one.code if isinstance(one, LoyaltyError) else one.totals["points"] for one in outcomes]


def test_results_come_in_the_order_of_the_input_refusals_too(shop: Shop) -> None:
    shop.wait_until("2026-04-01")
    outcomes = shop.engine.record_many(
        [
            purchase("R-1", "10.00"),
            purchase("R-2", "-1"),
            purchase("R-3", 3.5),  # type: ignore[arg-type]
            purchase("R-4", member={"card": "1"}),
            giving_back("X-1", "R-9"),
            purchase("R-0", at="2025-12-31"),
            {},
            None,
            purchase("R-5", "20.00"),
        ]
    )
    assert told(outcomes) == [
        10,
        0,
        "InvalidActivity",
        "UnknownMember",
        "UnknownActivity",
        "NoRulebook",
        "InvalidActivity",
        "InvalidActivity",
        20,
    ]
    assert isinstance(outcomes[2], InvalidActivity)
    assert isinstance(outcomes[3], UnknownMember)
    assert isinstance(outcomes[5], NoRulebook)
    assert shop.points() == Points(30)


def test_a_repeat_inside_gets_the_firsts_receipt_and_other_content_a_conflict(shop: Shop) -> None:
    first, again, other = shop.engine.record_many(
        [purchase("R-1"), purchase("R-1"), purchase("R-1", "21.00")]
    )
    assert isinstance(first, Receipt)
    assert isinstance(again, Receipt)
    assert (first.repeated, again.repeated) == (False, True)
    assert first.text == again.text
    assert isinstance(other, ActivityConflict)
    assert shop.points("2026-03-01") == Points(20)


def test_a_refused_key_is_free_again_further_on(shop: Shop) -> None:
    outcomes = shop.engine.record_many(
        [giving_back("X-1", "R-1"), purchase("R-1"), giving_back("X-1", "R-1"), giving_back("X-1", "R-1")]
    )
    assert told(outcomes) == ["UnknownMember", 20, -20, -20]
    assert shop.points("2026-03-10") == Points(0)


def test_nothing_but_refusals_writes_nothing(shop: Shop) -> None:
    shop.buy("R-1")
    before = shop.dump()
    outcomes = shop.engine.record_many([purchase("R-1", "9.00"), giving_back("X-1", "R-9"), {}])
    assert told(outcomes) == ["ActivityConflict", "UnknownActivity", "InvalidActivity"]
    assert shop.dump() == before
    assert shop.engine.record_many([]) == []
    assert shop.dump() == before


def test_a_refusal_changes_nothing_of_its_member_nor_of_the_ones_beside_it(open_shop: OpenShop) -> None:
    """The same batch with and without what is refused in it leaves the same behind."""
    refused: list[Any] = [
        giving_back("X-1", "R-9"),
        purchase("R-1", "1.00"),
        giving_back("X-1", "R-1", member="M-2"),
    ]
    accepted = [purchase("R-1"), giving_back("X-2", "R-1", lines=[{"id": "1", "amount": "5.00"}])]
    accepted += [purchase("R-2", member="M-2", at="2026-03-11")]
    dumps = []
    for batch in (
        accepted,
        [refused[0], accepted[0], *refused, accepted[1], *refused, accepted[2], *refused],
    ):
        shop = open_shop()
        outcomes = shop.engine.record_many(batch)
        assert sum(isinstance(one, Receipt) and not one.repeated for one in outcomes) == 3
        dumps.append([shop.movements(member) for member in ("M-1", "M-2")])
        assert shop.engine.verify().sound
    assert dumps[0] == dumps[1]


def test_the_caller_may_say_when_each_was_received(open_shop: OpenShop) -> None:
    shop = open_shop(points="{points: {expires: 1 month}}")
    shop.wait_until("2026-12-01")
    days = ["2026-03-01", "2026-04-20", "2026-06-20"]
    outcomes = shop.engine.record_many(
        [purchase(f"R-{day}", at=day) for day in days], received_at=lambda at: at
    )
    balances = [one.balance["currencies"]["points"]["available"] for one in outcomes]  # type: ignore[union-attr]
    assert balances == [20, 20, 20]
    assert told(outcomes) == [20, 20, 20]
    assert shop.movements() == [
        ("accrual", 20),
        ("expiry", -20),
        ("accrual", 20),
        ("expiry", -20),
        ("accrual", 20),
    ]


def test_only_what_is_well_formed_moves_a_clock(shop: Shop) -> None:
    seen: list[int] = []

    def received_at(at: int) -> int:
        seen.append(at)
        return at

    shop.engine.record_many(
        [purchase("R-1"), purchase("R-2", at="2026-05-01") | {"amount": 7}], received_at=received_at
    )
    assert seen == [instant("2026-03-01")]


def test_more_than_a_commit_holds_goes_in_several(shop: Shop) -> None:
    outcomes = shop.engine.record_many([purchase(f"R-{n % 1200}", "1.00") for n in range(2400)])
    assert sum(one.repeated for one in outcomes if isinstance(one, Receipt)) == 1200
    assert shop.points("2026-03-01") == Points(1200)
    assert shop.engine.verify().sound


LINKING = {
    "type": "member-change",
    "id": "C-1",
    "source": "desk",
    "member": "M-1",
    "at": "2026-03-02T12:00:00+00:00",
    "identities": {"card": "1"},
}


def test_who_is_named_by_a_card_that_the_batch_links_is_known_as_well_as_ever(open_shop: OpenShop) -> None:
    """His caps, his history and his lots, though nobody could know whose card it is when the batch began."""
    shop = open_shop(
        returns="{deficit: refuse}",
        accrual="""
  goods: {stack: base, when: {type: purchase}, earn: 1 point per 1.00, cap: 50 points per member per month}
  hello: {stack: promo, when: {type: purchase, first_of_type: true}, earn: 7 points}""",
    )
    card = {"card": "1"}
    shop.buy("R-1", "30.00")
    shop.buy("R-2", "10.00")
    shop.adjust(-20)
    outcomes = shop.engine.record_many(
        [LINKING, purchase("R-3", "40.00", member=card), giving_back("X-1", "R-1", member=card)]
    )
    assert told(outcomes) == [0, 10, -37]
    assert shop.points() == Points(0)
    assert shop.engine.verify().sound
