"""Setting points aside, and what becomes of them: captured, all or in part, or released; once each."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.errors import (
    ActivityConflict,
    HoldResolved,
    InsufficientPoints,
    InvalidCommand,
    LimitReached,
    LoyaltyError,
    RedemptionNotPermitted,
    UnknownHold,
    UnknownMember,
)
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, moment
from tests.engine.spending import kinds, rich


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The member has 5000 points."""
    return rich(open_shop)


def test_reserved_points_are_set_aside(shop: Shop) -> None:
    receipt = shop.reserve(reward="voucher", actor="dana")
    assert kinds(receipt.entries) == [("hold", 0)]
    assert receipt.totals == {"points": 0}
    assert receipt.hold == {
        "id": receipt.entries[0]["id"],
        "reward": "voucher",
        "tender": None,
        "currency": "points",
        "points": 1000,
        "captured": 0,
        "worth": None,
        "status": "open",
        "made_at": "2026-03-01T12:00:00+00:00",
        "until": "2026-03-01T12:30:00+00:00",
    }
    assert receipt["redemption"]["gives"] == {"what": "voucher", "amount": "10.00"}
    assert shop.points() == Points(4000, held=1000)
    assert shop.engine.verify().sound


def test_what_is_reserved_cannot_be_spent_again(shop: Shop) -> None:
    for _ in range(5):
        shop.reserve(reward="voucher")
    with pytest.raises(InsufficientPoints):
        shop.reserve(reward="voucher")
    with pytest.raises(InsufficientPoints):
        shop.redeem(reward="ticket")
    assert shop.points() == Points(0, held=5000)


def test_a_capture_spends_what_is_held(shop: Shop) -> None:
    hold = shop.reserve(reward="voucher")
    receipt = shop.engine.capture(hold.id, actor="eve")
    assert kinds(receipt.entries) == [("redemption", -1000)]
    assert receipt.totals == {"points": -1000}
    assert (receipt.hold["status"], receipt.hold["captured"], receipt.id) == ("captured", 1000, hold.id)
    assert receipt["redemption"] == hold["redemption"]
    assert shop.points() == Points(4000)
    assert shop.engine.verify().sound


def test_redeeming_is_reserving_and_capturing(open_shop: OpenShop) -> None:
    """The same entries, whichever way."""
    at_once, in_two = rich(open_shop), rich(open_shop)
    for wanted in (
        {"reward": "ticket"},
        {"points": 700, "total": "12.00"},
        {"up_to": 900, "total": "1000.00"},
    ):
        at_once.redeem(**wanted, actor="dana", request="till-3")
        hold = in_two.reserve(**wanted, actor="dana", request="till-3")
        in_two.engine.capture(hold.id, actor="dana", request="till-3")
    now = moment("2026-03-01")
    assert at_once.engine.statement(MEMBER, at=now) == in_two.engine.statement(MEMBER, at=now)
    assert journal(at_once) == journal(in_two)
    with pytest.raises(LimitReached):
        in_two.redeem(reward="ticket")


def journal(shop: Shop) -> Any:
    with shop.engine._driver.reading() as session:
        record = next(iter(session.records()))
        return record.entries, record.allocations, record.lots, record.holds, session.counters(1)


def test_a_release_gives_everything_back(shop: Shop) -> None:
    hold = shop.reserve(points=700, total="100.00")
    receipt = shop.engine.release(hold.id, actor="eve")
    assert kinds(receipt.entries) == [("hold-release", 0)]
    assert (receipt.hold["status"], receipt.totals) == ("released", {"points": 0})
    assert shop.points() == Points(5000)
    assert shop.redeem(points=5000, total="1000.00")
    assert shop.engine.verify().sound


def test_a_part_may_be_captured_and_the_rest_goes_back(shop: Shop) -> None:
    hold = shop.reserve(points=1000, total="100.00")
    receipt = shop.engine.capture(hold.id, points=300)
    assert kinds(receipt.entries) == [("redemption", -300), ("hold-release", 0)]
    assert (receipt["redemption"]["points"], receipt["redemption"]["worth"]) == (300, "2.40")
    assert (receipt.hold["status"], receipt.hold["points"], receipt.hold["captured"]) == (
        "captured",
        1000,
        300,
    )
    assert shop.points() == Points(4700)
    assert shop.engine.verify().sound


@pytest.mark.parametrize(("points", "permitted"), [(333, 300), (99, 0), (1, 0), (999, 900)])
def test_a_part_off_the_tenders_step_is_refused(shop: Shop, points: int, permitted: int) -> None:
    hold = shop.reserve(points=1000, total="100.00")
    before = shop.dump()
    with pytest.raises(RedemptionNotPermitted) as refused:
        shop.engine.capture(hold.id, points=points)
    assert refused.value.parameters["permitted"] == permitted
    assert (refused.value.parameters["least"], refused.value.parameters["step"]) == (100, 100)
    assert shop.dump() == before


def test_a_reward_is_had_whole_or_not_at_all(shop: Shop) -> None:
    hold = shop.reserve(reward="voucher")
    before = shop.dump()
    with pytest.raises(RedemptionNotPermitted) as refused:
        shop.engine.capture(hold.id, points=999)
    assert refused.value.parameters["permitted"] == 1000
    assert shop.dump() == before
    assert shop.engine.capture(hold.id, points=1000).totals == {"points": -1000}


def test_more_than_is_held_cannot_be_captured(shop: Shop) -> None:
    hold = shop.reserve(points=500, total="100.00")
    before = shop.dump()
    with pytest.raises(RedemptionNotPermitted) as refused:
        shop.engine.capture(hold.id, points=501)
    assert refused.value.parameters["permitted"] == 500
    assert shop.dump() == before


# -- whose, and how often -------------------------------------------------------------------------------


def test_a_hold_ends_once(shop: Shop) -> None:
    captured, released = shop.reserve(reward="voucher").id, shop.reserve(reward="voucher").id
    shop.engine.capture(captured)
    shop.engine.release(released)
    before = shop.dump()
    for hold, status in ((captured, "captured"), (released, "released")):
        for again in (shop.engine.capture, shop.engine.release):
            with pytest.raises(HoldResolved) as refused:
                again(hold)
            assert refused.value.parameters["status"] == status
    assert shop.dump() == before


WRONG: dict[str, tuple[dict[str, Any], type[LoyaltyError]]] = {
    "no such number": ({"hold_id": "0000000001-00000009"}, UnknownHold),
    "no such account": ({"hold_id": "0000000009-00000002"}, UnknownHold),
    "an entry that is no hold": ({"hold_id": "0000000001-00000001"}, UnknownHold),
    "no id at all": ({"hold_id": "voucher"}, UnknownHold),
    "an id in a dress": ({"hold_id": " 0000000001-00000002"}, UnknownHold),
    "a number too large for any": ({"hold_id": "9" * 18 + "-" + "9" * 18}, UnknownHold),
    "somebody else's": ({"member": "M-2"}, UnknownHold),
    "nobody's": ({"member": "M-9"}, UnknownMember),
    "not a text": ({"hold_id": 2}, InvalidCommand),
    "an empty text": ({"hold_id": ""}, InvalidCommand),
    "a receipt": ({"hold_id": {"id": "0000000001-00000002"}}, InvalidCommand),
    "a key that is no text": ({"key": 7}, InvalidCommand),
    "an actor that is empty": ({"actor": ""}, InvalidCommand),
}


@pytest.mark.parametrize("call", ["capture", "release"])
@pytest.mark.parametrize("case", WRONG)
def test_a_hold_that_is_not_there_is_refused_and_nothing_changes(shop: Shop, case: str, call: str) -> None:
    fields, code = WRONG[case]
    hold = shop.reserve(reward="voucher")
    shop.buy("R-2", member="M-2")
    before = shop.dump()
    with pytest.raises(LoyaltyError) as refused:
        getattr(shop.engine, call)(**({"hold_id": hold.id} | fields))
    assert type(refused.value) is code
    assert shop.dump() == before


@pytest.mark.parametrize("points", [0, -1, True, 1.0, "5", 10**12 + 1])
def test_a_capture_needs_a_whole_number_of_points(shop: Shop, points: Any) -> None:
    hold = shop.reserve(points=500, total="100.00")
    before = shop.dump()
    with pytest.raises(InvalidCommand):
        shop.engine.capture(hold.id, points=points)
    assert shop.dump() == before


@pytest.mark.parametrize("until", ["2026-03-01T12:00", "2026-02-28"])
def test_a_hold_ends_later_than_it_begins(shop: Shop, until: str) -> None:
    before = shop.dump()
    with pytest.raises(InvalidCommand, match="later than it begins"):
        shop.reserve(reward="voucher", until=moment(until))
    assert shop.dump() == before


def test_an_end_without_an_offset_is_none(shop: Shop) -> None:
    with pytest.raises(InvalidCommand, match="until"):
        shop.reserve(reward="voucher", until="2026-03-10")
    with pytest.raises(InvalidCommand, match="until"):
        shop.reserve(reward="voucher", until=moment("2026-03-10").replace(tzinfo=None))


def test_a_hold_of_another_program_is_none(open_branch: OpenShop) -> None:
    here = rich(open_branch)
    there = rich(open_branch, program="another-shop")
    hold = there.reserve(reward="voucher")
    before = here.dump()
    for end in (here.engine.capture, here.engine.release):
        with pytest.raises(UnknownHold):
            end(hold.id)
        with pytest.raises(UnknownHold):
            end(hold.id, member=MEMBER)
    assert here.dump() == before
    assert there.engine.capture(hold.id)


def test_an_id_is_the_same_hold_with_and_without_its_zeros(shop: Shop) -> None:
    hold = shop.reserve(reward="voucher")
    first = shop.engine.capture("1-2", key="K-1")
    assert first.id == hold.id
    assert shop.engine.capture(hold.id, key="K-1").text == first.text


def test_his_own_hold_may_be_named_with_its_member(shop: Shop) -> None:
    shop.engine.change_member(MEMBER, identities={"card": "4711"}, key="C-1")
    first, second = shop.reserve(reward="voucher"), shop.reserve(reward="voucher")
    assert shop.engine.capture(first.id, member=MEMBER).member == MEMBER
    assert shop.engine.release(second.id, member={"card": "4711"}).member == MEMBER


def test_an_open_hold_counts_as_having_the_reward(shop: Shop) -> None:
    hold = shop.reserve(reward="ticket")
    with pytest.raises(LimitReached):
        shop.redeem(reward="ticket")
    shop.engine.release(hold.id)
    hold = shop.reserve(reward="ticket")
    shop.wait_until("2026-03-01T13:00")  # it timed out
    hold = shop.reserve(reward="ticket")
    shop.engine.capture(hold.id)
    with pytest.raises(LimitReached):
        shop.reserve(reward="ticket")


def test_a_reward_counts_in_the_month_that_it_was_reserved_in(shop: Shop) -> None:
    shop.wait_until("2026-03-31")
    hold = shop.reserve(reward="ticket", until=moment("2026-04-10"))
    shop.wait_until("2026-04-02")
    shop.redeem(reward="ticket")  # April's own
    shop.engine.capture(hold.id)
    with pytest.raises(LimitReached):
        shop.redeem(reward="ticket")
    shop.wait_until("2026-05-02")
    assert shop.redeem(reward="ticket")


def test_a_capture_counts_beside_what_was_had_before_it(open_shop: OpenShop) -> None:
    shop = rich(open_shop, redemption="{ticket: {cost: 300 points, limit: 3 times per member per month}}")
    shop.redeem(reward="ticket")
    hold = shop.reserve(reward="ticket")
    shop.engine.capture(hold.id)
    shop.redeem(reward="ticket")
    with pytest.raises(LimitReached):
        shop.redeem(reward="ticket")


# -- keys -----------------------------------------------------------------------------------------------


def test_a_retry_gets_the_first_answer_word_for_word(shop: Shop) -> None:
    reserved = shop.reserve(reward="voucher", key="K-1")
    captured = shop.engine.capture(reserved.id, key="K-1")
    shop.wait_until("2026-03-20")
    assert shop.reserve(reward="voucher", key="K-1").text == reserved.text
    again = shop.engine.capture(reserved.id, key="K-1")
    assert (again.repeated, again.text) == (True, captured.text)
    released = shop.engine.release(shop.reserve(reward="voucher").id, key="K-1")
    assert shop.engine.release(released.id, key="K-1").text == released.text
    assert shop.points() == Points(4000)


def test_a_key_stands_for_one_capture(shop: Shop) -> None:
    first = shop.reserve(points=500, total="100.00")
    second = shop.reserve(points=500, total="100.00")
    shop.buy("R-2", "5000.00", member="M-2")
    theirs = shop.reserve("M-2", points=500, total="100.00")
    shop.engine.capture(first.id, points=400, key="K-1", actor="dana")
    before = shop.dump()
    others: list[tuple[str, dict[str, Any]]] = [
        (second.id, {"points": 400, "actor": "dana"}),
        (theirs.id, {"points": 400, "actor": "dana"}),
        (first.id, {"points": 401, "actor": "dana"}),
        (first.id, {"actor": "dana"}),
        (first.id, {"points": 400}),
        (first.id, {"points": 400, "actor": "dana", "member": "M-2"}),
    ]
    for hold, fields in others:
        with pytest.raises(ActivityConflict):
            shop.engine.capture(hold, key="K-1", **fields)
    assert shop.dump() == before


def test_a_key_stands_for_one_reservation_until_one_time(shop: Shop) -> None:
    shop.reserve(reward="voucher", until=moment("2026-03-10"), key="K-1")
    with pytest.raises(ActivityConflict):
        shop.reserve(reward="voucher", until=moment("2026-03-11"), key="K-1")
    with pytest.raises(ActivityConflict):
        shop.reserve(reward="voucher", key="K-1")


def test_a_key_stands_for_one_release(shop: Shop) -> None:
    first, second = shop.reserve(reward="voucher"), shop.reserve(reward="voucher")
    shop.engine.release(first.id, key="K-1")
    with pytest.raises(ActivityConflict):
        shop.engine.release(second.id, key="K-1")
    assert not shop.engine.capture(second.id, key="K-1").repeated


def test_receipts_of_other_commands_have_no_hold(shop: Shop) -> None:
    receipt = shop.redeem(reward="voucher")
    with pytest.raises(KeyError):
        _ = receipt.id
