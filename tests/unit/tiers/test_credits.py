"""Dated credits: sums of a period as they count at an instant."""

from __future__ import annotations

import pytest

from loyalty_engine.tiers.credits import Credits, CreditsNotLoaded, DatedPoints

# (dated, counting from): points
ROWS = {(10, 10): 100, (20, 35): 200, (20, 20): 50, (30, 45): 400, (40, 40): -30}


def points(since: int | None = None) -> DatedPoints:
    return DatedPoints(ROWS.items(), since)


def test_a_period_begins_with_its_start_and_ends_before_its_end() -> None:
    assert points().total(10, 20, 100) == 100
    assert points().total(10, 21, 100) == 350
    assert points().total(11, 41, 100) == 620
    assert points().dated(0, 100) == 720


def test_points_count_from_their_instant_on_however_long_others_wait() -> None:
    assert [points().total(0, 100, at) for at in (9, 10, 19, 20, 34, 35, 39, 40, 44, 45)] == [
        0, 100, 100, 150, 150, 350, 350, 320, 320, 720,
    ]  # fmt: skip


def test_the_most_that_a_total_can_ever_be_leaves_out_what_is_taken() -> None:
    assert points().most(0, 100) == 750
    assert points().most(0, 40) == 750
    assert DatedPoints([((1, 1), 5)]).most(0, 10) == 5


def test_what_begins_to_count_is_found_by_its_instant() -> None:
    assert points().gained(9, 20) == [(10, 10), (20, 20)]
    assert points().gained(10, 35) == [(20, 20), (20, 35)]
    assert points().gained(35, 45) == [(30, 45)]  # what is taken lifts nobody


def test_what_is_awaited_is_what_counts_later() -> None:
    assert points().awaited(0, 100, 30) == [35, 40, 45]
    assert points().awaited(0, 30, 30) == [35]
    assert points().awaited(0, 100, 45) == []


def test_the_days_of_points_that_count_are_told_in_order() -> None:
    assert points().days(10, 35) == [20, 20]
    assert points().days(9, 34) == [10, 20]
    assert points().days(10, 50) == [20, 20, 30]


def test_points_come_and_go_and_the_former_ones_stay_as_they_were() -> None:
    before = points()
    after = before.with_delta({(20, 35): -200, (5, 90): 7, (40, 40): 30})
    assert after.total(0, 100, 100) == 557
    assert after.total(0, 10, 89) == 0
    assert after.gained(0, 100) == [(5, 90), (10, 10), (20, 20), (30, 45)]
    assert before.total(0, 100, 100) == 720
    assert DatedPoints().with_delta({(1, 2): -5}).most(0, 10) == 0


def test_the_last_day_is_known() -> None:
    assert points().latest == 40
    assert DatedPoints().latest is None


def test_a_sum_that_begins_before_what_is_loaded_is_refused_with_what_it_needs() -> None:
    assert points(since=10).total(10, 100, 100) == 720
    for ask in (
        lambda: points(since=10).total(9, 100, 100),
        lambda: points(since=10).most(9, 100),
        lambda: points(since=10).dated(9, 100),
        lambda: points(since=10).awaited(9, 100, 0),
        lambda: points(since=10).require(9),
    ):
        with pytest.raises(CreditsNotLoaded) as needed:
            ask()
        assert needed.value.since == 9


def test_currencies_are_kept_apart() -> None:
    before = Credits({("miles", 1, 1): 5, ("credits", 1, 1): 7}, since=1)
    after = before.with_delta({("miles", 2, 2): 10, ("points", 1, 1): 3})
    assert after.of("miles").total(1, 10, 10) == 15
    assert after.of("credits").total(1, 10, 10) == 7
    assert after.of("points").total(1, 10, 10) == 3
    assert after.of("stamps").latest is None
    assert before.of("miles").total(1, 10, 10) == 5
    assert after.of("stamps").since == after.since == 1


def test_rows_that_change_after_they_were_handed_in_change_nothing() -> None:
    rows = {("credits", 1, 1): 5}
    before = Credits(rows)
    rows["credits", 1, 1] = 100
    assert before.of("credits").dated(0, 10) == 5
