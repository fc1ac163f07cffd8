"""A replay: history comes in at its own times, nonsense moves no clock, and what falls due is posted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from loyalty_engine.engine.replay import Replay, ReplayCount
from loyalty_engine.errors import StoreFailure
from tests.engine.shop import OpenShop, Points, Shop, giving_back, instant, purchase, rule_files

LIVES = {"points": "{points: {expires: 2 months, pending: 7 days}}"}


def replay(shop: Shop, raws: list[Any], *, follow: bool = True) -> Replay:
    """A finished replay."""
    replaying = Replay(shop.engine, follow=follow)
    told = [raw for raw, _ in replaying.run(iter(raws))]
    assert told == raws
    replaying.finish()
    return replaying


def test_every_activity_is_counted_by_what_became_of_it(shop: Shop) -> None:
    raws = [
        purchase("R-1"),
        purchase("R-1"),
        giving_back("X-1", "R-9"),
        purchase("R-2") | {"amount": 5},
        None,
    ]
    assert replay(shop, raws).count == ReplayCount(recorded=1, repeated=1, refused=1, rejected=2, due=0)


def test_the_clock_is_the_latest_activity_so_far(open_shop: OpenShop) -> None:
    shop = open_shop(**LIVES)
    shop.wait_until("2030-01-01")  # the clock on the wall plays no part
    raws = [
        purchase("R-1", at="2026-03-01"),
        purchase("R-2", at="2026-03-09"),
        purchase("R-3", at="2026-03-04"),
    ]
    replaying = replay(shop, raws)
    assert replaying.clock == instant("2026-03-09")
    assert shop.movements() == [("accrual", 20), ("release", 0), ("accrual", 20), ("accrual", 20)]


def test_what_cannot_be_understood_moves_no_clock(open_shop: OpenShop) -> None:
    shop = open_shop(**LIVES)
    nonsense = purchase("R-2", at="2029-01-01") | {"amount": 5}
    too_early = purchase("R-0", at="2025-01-01")
    assert replay(shop, [too_early, purchase("R-1"), nonsense]).clock == instant("2026-03-01")


def test_at_the_end_all_that_is_due_is_posted_for_everybody(open_shop: OpenShop) -> None:
    shop = open_shop(**LIVES)
    raws = [purchase("R-1", at="2026-03-01"), purchase("R-2", member="M-2", at="2026-05-01T12:00")]
    replaying = replay(shop, raws)
    assert replaying.count.due == 2  # the release and, at this very instant, the expiry of M-1's
    assert shop.movements() == [("accrual", 20), ("release", 0), ("expiry", -20)]
    assert replay(shop, raws).count == ReplayCount(repeated=2)


def test_with_the_clock_on_the_wall_everything_comes_in_now(open_shop: OpenShop) -> None:
    shop = open_shop(**LIVES)
    shop.wait_until("2026-03-20")
    replaying = replay(shop, [purchase("R-1", at="2026-03-01")], follow=False)
    assert (replaying.clock, replaying.count.due) == (None, 0)
    assert shop.points() == Points(20)


def test_an_empty_history_posts_nothing(shop: Shop) -> None:
    before = shop.dump()
    assert replay(shop, []).count == ReplayCount()
    assert shop.dump() == before


def test_a_store_that_fails_ends_the_replay(shop: Shop) -> None:
    replaying = Replay(shop.engine, follow=True)
    stream = replaying.run(purchase(f"R-{n}", "1.00") for n in range(1500))
    for _ in range(1000):
        next(stream)
    shop.engine.close()
    with pytest.raises(StoreFailure):
        next(stream)
    assert replaying.count.recorded == 1000


def test_rules_published_while_a_replay_runs_do_not_move_its_clock(open_branch: OpenShop) -> None:
    """The batch is made anew by them; its activities were received when they were, not with its last."""
    lives = "{points: {expires: 2 months}}"
    shop, other = open_branch(points=lives), open_branch(points=lives)
    shop.buy("R-1", at="2026-03-01")

    def history() -> Iterator[dict[str, Any]]:
        yield giving_back("X-1", "R-1", at="2026-03-10")
        yield purchase("R-2", "1.00", at="2026-09-01")
        other.engine.publish(rule_files(points=lives, effective="2027-01-01"))

    list(Replay(shop.engine, follow=True).run(history()))
    assert shop.movements() == [("accrual", 20), ("reversal", -20), ("accrual", 1)]
