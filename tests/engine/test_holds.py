"""Holds in time: how long they live, what time alone does to them, and how they are listed."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.calendar import from_instant
from loyalty_engine.errors import HoldResolved, UnknownMember
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, instant, moment
from tests.engine.spending import kinds, rich


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The member has 5000 points."""
    return rich(open_shop)


# -- time -----------------------------------------------------------------------------------------------


def test_a_hold_lives_until_its_end_and_not_at_it(shop: Shop) -> None:
    hold = shop.reserve(reward="voucher", until=moment("2026-03-10T10:00"))
    assert shop.points("2026-03-10T09:59") == Points(4000, held=1000)
    assert shop.points("2026-03-10T10:00") == Points(5000)
    shop.wait_until("2026-03-10T10:00")
    before = shop.dump()
    for late in (shop.engine.capture, shop.engine.release):
        with pytest.raises(HoldResolved, match="timed out"):
            late(hold.id)
    assert shop.dump() == before
    assert shop.redeem(points=5000, total="1000.00")
    assert shop.movements()[1:] == [("hold", 0), ("hold-release", 0), ("hold", 0), ("redemption", -5000)]
    assert shop.engine.verify().sound


def test_it_can_be_captured_right_before_its_end(shop: Shop) -> None:
    hold = shop.reserve(reward="voucher", until=moment("2026-03-10T10:00"))
    shop.wait_until("2026-03-10T09:59")
    assert shop.engine.capture(hold.id).totals == {"points": -1000}


def test_an_offer_says_how_long_its_hold_lives(shop: Shop) -> None:
    assert shop.reserve(reward="spring").hold["until"] == "2026-03-03T12:00:00+00:00"
    assert shop.reserve(reward="ticket").hold["until"] == "2026-03-01T12:30:00+00:00"


@pytest.mark.parametrize(
    "until", [moment("2026-03-10"), moment("2026-03-10").isoformat(), instant("2026-03-10")], ids=str
)
def test_an_end_may_be_said_in_several_ways(shop: Shop, until: Any) -> None:
    assert shop.reserve(reward="voucher", until=until).hold["until"] == moment("2026-03-10").isoformat()


def test_the_job_posts_ends_of_holds_like_expiries(shop: Shop) -> None:
    hold = shop.reserve(reward="voucher")
    assert shop.engine.expire(moment("2026-03-01T12:29")) == 0
    assert shop.engine.expire(moment("2026-03-02")) == 1
    assert shop.engine.expire(moment("2026-03-02")) == 0
    assert shop.movements()[-1] == ("hold-release", 0)
    assert shop.hold(hold.id, at="2026-03-02")["status"] == "timed out"
    assert shop.points("2026-03-02") == Points(5000)
    assert shop.engine.verify().sound


def test_points_that_die_in_a_hold_can_still_be_captured(shop: Shop) -> None:
    hold = shop.reserve(reward="voucher", until=moment("2027-06-01"))
    shop.wait_until("2027-05-01")  # the other points have expired
    assert shop.points() == Points(0, held=1000)
    assert shop.engine.capture(hold.id).totals == {"points": -1000}
    assert shop.points() == Points(0)
    assert shop.engine.verify().sound


def test_points_that_died_in_a_hold_die_when_it_ends(shop: Shop) -> None:
    hold = shop.reserve(points=1000, total="100.00", until=moment("2027-06-01"))
    shop.wait_until("2027-05-01")
    receipt = shop.engine.release(hold.id)
    assert kinds(receipt.entries) == [("hold-release", 0), ("expiry", -1000)]
    assert shop.points() == Points(0)
    assert shop.engine.verify().sound


# -- what is held ---------------------------------------------------------------------------------------


def test_open_holds_are_listed_and_with_all_the_others_too(shop: Shop) -> None:
    opened = shop.reserve(reward="voucher", until=moment("2026-03-10"))
    captured = shop.reserve(points=500, total="100.00")
    shop.engine.capture(captured.id, points=400)
    released = shop.reserve(reward="spring")
    shop.engine.release(released.id)
    shop.wait_until("2026-03-02")
    document = shop.engine.holds(MEMBER)
    assert (document["member"], document["at"]) == (MEMBER, moment("2026-03-02").isoformat())
    assert document["holds"] == [opened.hold]
    listed = shop.engine.holds(MEMBER, all=True)["holds"]
    assert [(one["id"], one["status"], one["captured"]) for one in listed] == [
        (opened.id, "open", 0),
        (captured.id, "captured", 400),
        (released.id, "released", 0),
    ]
    assert listed[1]["tender"] == "pay"
    assert listed[1]["worth"] == "4.00"


def test_holds_are_seen_as_they_stood_at_an_instant(shop: Shop) -> None:
    shop.wait_until("2026-03-05")
    hold = shop.reserve(points=500, total="100.00", until=moment("2026-03-20"))
    shop.wait_until("2026-03-10")
    shop.engine.capture(hold.id)
    timed = shop.reserve(reward="voucher", until=moment("2026-03-15"))
    assert shop.engine.holds(MEMBER, at=moment("2026-03-04"), all=True)["holds"] == []
    assert shop.hold(hold.id, at="2026-03-09")["status"] == "open"
    assert shop.hold(hold.id, at="2026-03-09")["captured"] == 0
    assert shop.hold(hold.id, at="2026-03-10")["status"] == "captured"
    assert shop.hold(timed.id, at="2026-03-14")["status"] == "open"
    assert shop.hold(timed.id, at="2026-03-15")["status"] == "timed out"
    shop.wait_until("2026-04-01")
    shop.engine.expire(from_instant(shop.now))
    assert shop.hold(timed.id, at="2026-03-14")["status"] == "open"
    assert shop.hold(timed.id)["status"] == "timed out"


def test_holds_of_nobody_are_refused(shop: Shop) -> None:
    with pytest.raises(UnknownMember):
        shop.engine.holds("M-9")
