"""What time alone does: points wait, become available and die at their instant, whether or not a job ran."""

from __future__ import annotations

import pytest

from loyalty_engine.activity.activity import ActivityKey
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, instant, moment, purchase

LIVES = {"points": "{points: {expires: 3 months, at: end of month, pending: 7 days}}"}
MICROSECOND = 1


@pytest.fixture
def waiting(open_shop: OpenShop) -> Shop:
    """20 points of 10 March, pending until the 17th, dead on 1 July."""
    shop = open_shop(**LIVES)
    shop.buy("R-1", at="2026-03-10")
    return shop


def at_the_instant(shop: Shop, at: int) -> Points:
    found = shop.engine.balance(MEMBER, at=at)["currencies"]["points"]
    return Points(found["available"], found["pending"], found["deficit"])


def test_points_are_pending_until_their_instant_and_available_at_it(waiting: Shop) -> None:
    release = instant("2026-03-17")
    assert at_the_instant(waiting, release - MICROSECOND) == Points(pending=20)
    assert at_the_instant(waiting, release) == Points(20)


def test_points_are_dead_at_the_instant_of_their_expiry_and_alive_before(waiting: Shop) -> None:
    death = instant("2026-07-01T00:00")
    assert at_the_instant(waiting, death - MICROSECOND) == Points(20)
    assert at_the_instant(waiting, death) == Points(0)


def test_before_it_was_earned_there_was_nothing(waiting: Shop) -> None:
    assert waiting.points("2026-03-09") == Points()
    assert waiting.points("1999-01-01") == Points()


def test_the_receipt_and_the_balance_say_what_will_die_when(waiting: Shop) -> None:
    waiting.buy("R-2", "5.00", at="2026-05-10")
    waiting.wait_until("2026-06-01")
    assert waiting.engine.balance(MEMBER)["currencies"]["points"]["expiring"] == [
        {"at": "2026-07-01T00:00:00+00:00", "points": 20},
        {"at": "2026-09-01T00:00:00+00:00", "points": 5},
    ]


@pytest.mark.parametrize("looks", [(), ("2026-03-17",), ("2026-03-20", "2026-07-01T00:00", "2026-08-01")])
def test_a_job_changes_nothing_that_anybody_can_read(open_shop: OpenShop, looks: tuple[str, ...]) -> None:
    shop = open_shop(**LIVES)
    shop.buy("R-1", at="2026-03-10")
    shop.buy("R-2", "5.00", at="2026-04-02")
    for look in looks:
        shop.engine.expire(instant(look))
    shop.wait_until("2026-09-02")
    days = ["2026-03-16", "2026-03-17", "2026-04-10", "2026-06-30", "2026-07-01T00:00", "2026-08-02"]
    assert [shop.points(day) for day in days] == [
        Points(pending=20),
        Points(20),
        Points(25),
        Points(25),
        Points(5),
        Points(0),
    ]
    assert shop.engine.status(at=instant("2026-09-02"))["outstanding"]["points"]["available"] == 0


def test_the_entries_do_not_depend_on_when_the_job_ran(open_shop: OpenShop) -> None:
    late = open_shop(**LIVES)
    late.buy("R-1", at="2026-03-10")
    late.engine.expire(instant("2026-03-18"))
    late.engine.expire(instant("2026-08-01"))
    entries = late.engine.statement(MEMBER, at=instant("2026-08-01"))["entries"]
    assert [(entry["kind"], entry["points"], entry["effective_at"]) for entry in entries] == [
        ("accrual", 20, "2026-03-10T12:00:00+00:00"),
        ("release", 0, "2026-03-17T12:00:00+00:00"),
        ("expiry", -20, "2026-07-01T00:00:00+00:00"),
    ]


def test_the_job_counts_what_it_posts_and_posts_it_once(waiting: Shop) -> None:
    waiting.buy("R-2", member="M-2", at="2026-03-11")
    seen: list[int] = []
    assert waiting.engine.expire(instant("2026-03-17"), seen.append) == 1
    assert waiting.engine.expire(instant("2026-08-01"), seen.append) == 3
    before = waiting.dump()
    assert waiting.engine.expire(instant("2026-08-01")) == 0
    assert waiting.dump() == before
    assert sum(seen) == 3


def test_what_is_due_is_posted_before_anything_else_happens_to_an_account(waiting: Shop) -> None:
    receipt = waiting.buy("R-2", "5.00", at="2026-08-01")
    assert waiting.movements() == [("accrual", 20), ("release", 0), ("expiry", -20), ("accrual", 5)]
    assert [entry["kind"] for entry in receipt.entries] == ["accrual"]  # its own, not what time did
    assert receipt.balance["currencies"]["points"] == {"available": 0, "pending": 5, "held": 0, "deficit": 0}


def test_a_rule_may_have_a_life_of_its_own(open_shop: OpenShop) -> None:
    shop = open_shop(
        accrual="{gift: {stack: promo, earn: 9 points, pending: 2 days, expires: 10 days}}",
    )
    entry = shop.buy("R-1", at="2026-03-10").entries[0]
    assert entry["pending_until"] == moment("2026-03-12").isoformat()
    assert entry["expires_at"] == moment("2026-03-20").isoformat()


# -- late activities --------------------------------------------------------------------------------------


def test_a_late_purchase_counts_from_its_own_time(open_shop: OpenShop) -> None:
    shop = open_shop(**LIVES)
    shop.wait_until("2026-03-20")
    receipt = shop.buy("R-1", at="2026-03-10")
    assert receipt.entries[0]["pending_until"] == "2026-03-17T12:00:00+00:00"
    assert receipt.entries[0]["expires_at"] == "2026-07-01T00:00:00+00:00"
    assert receipt.balance["currencies"]["points"]["available"] == 20  # its week is over already
    assert shop.points("2026-03-12") == Points(pending=20)


def test_points_may_arrive_dead(open_shop: OpenShop) -> None:
    shop = open_shop(**LIVES)
    shop.buy("R-0", "1.00", at="2026-07-20")
    receipt = shop.buy("R-1", at="2026-03-10")
    assert receipt.totals == {"points": 20}
    assert shop.points() == Points(pending=1)
    assert shop.movements()[1:] == [("accrual", 20), ("release", 0), ("expiry", -20)]
    assert shop.points("2026-06-30") == Points(20)


def test_no_other_award_is_opened_again(open_shop: OpenShop) -> None:
    shop = open_shop(accrual="{hello: {stack: promo, when: {first_of_type: true}, earn: 9 points}}")
    first = shop.buy("R-2", at="2026-03-10")
    shop.buy("R-1", at="2026-03-01")
    assert shop.engine.record(purchase("R-2", at="2026-03-10")).text == first.text
    assert shop.points() == Points(18)


def test_a_late_return_takes_lots_that_are_open_now(open_shop: OpenShop) -> None:
    shop = open_shop(points="{points: {expires: 1 month}}")
    shop.buy("R-1", "30.00", at="2026-03-01")
    shop.adjust(-30)
    shop.buy("R-2", "10.00", at="2026-04-20")
    shop.give_back("X-1", "R-1", at="2026-03-05")
    assert shop.points() == Points(deficit=20)


def test_an_activity_that_earns_nothing_is_stamped_when_it_is_recorded_too(shop: Shop) -> None:
    """Though no entry of it says so, be it a member's first activity or one after others."""
    visit = {"type": "visit", "source": "door", "member": MEMBER, "at": moment("2026-02-01").isoformat()}
    shop.wait_until("2026-03-01")
    shop.engine.record(visit | {"id": "V-1"})
    shop.buy("R-1", at="2026-03-05")
    shop.wait_until("2026-03-20")
    shop.engine.record(visit | {"id": "V-2"})
    with shop.engine._driver.reading() as session:
        found = [session.find_activity(ActivityKey("door", "visit", id_)) for id_ in ("V-1", "V-2")]
    assert [one and one.recorded_at for one in found] == [instant("2026-03-01"), instant("2026-03-20")]
