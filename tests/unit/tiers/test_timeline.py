"""The timeline: rows of history folded, at an instant, as known at an instant."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.tiers.change import Change, Reason, TierChange
from loyalty_engine.tiers.ladder import Tier
from loyalty_engine.tiers.timeline import BEGINNING, State, Timeline, higher_tier
from tests.unit.tiers.member import ladder

LADDER = ladder()


def row(number: int, effective_at: int, tier: str | None, reason: str = "reached", **more: Any) -> TierChange:
    return TierChange(number, effective_at, number * 10, tier, more.pop("until", None), reason, **more)


ROWS = (
    row(1, 100, "silver", until=400),
    row(2, 200, "gold", until=400),
    row(3, 430, "silver", "dropped", until=800),
    row(4, 400, "gold", "renewed", until=800),  # recorded late: there was no drop
)


def tiers(timeline: Timeline, *instants: int) -> list[str | None]:
    return [timeline.state_at(instant).tier for instant in instants]


def test_a_tier_holds_from_its_instant_on_beyond_its_term_until_it_is_reviewed() -> None:
    timeline = Timeline.of(ROWS[:2])
    assert tiers(timeline, 99, 100, 199, 200, 10_000) == [None, "silver", "silver", "gold", "gold"]
    assert timeline.latest == State("gold", 400, 200)


def test_before_any_row_there_is_no_tier() -> None:
    assert Timeline().latest == Timeline().state_at(5) == State(None, None, BEGINNING)


def test_a_later_row_removes_what_takes_effect_at_or_after_its_instant() -> None:
    assert tiers(Timeline.of(ROWS[:3]), 429, 430) == ["gold", "silver"]
    timeline = Timeline.of(ROWS)
    assert [standing.number for standing in timeline.earned] == [1, 2, 4]
    assert tiers(timeline, 430, 900) == ["gold", "gold"]
    same_instant = Timeline.of((*ROWS[:2], row(3, 200, "platinum")))
    assert [standing.number for standing in same_instant.earned] == [1, 3]


def test_history_can_be_asked_as_it_was_known() -> None:
    assert tiers(Timeline.of(ROWS, known_at=39), 430) == ["silver"]
    assert tiers(Timeline.of(ROWS, known_at=40), 430) == ["gold"]
    assert Timeline.of(ROWS, known_at=9).rows == ()


def test_the_state_before_an_instant_leaves_out_what_takes_effect_at_it() -> None:
    timeline = Timeline.of(ROWS[:2])
    assert timeline.state_before(200) == timeline.state_at(199)
    assert timeline.state_before(201).tier == "gold"
    assert [timeline.standing_before(instant) for instant in (100, 101, 200, 201)] == [0, 1, 1, 2]


def test_floors_are_a_track_of_their_own() -> None:
    rows = (
        *ROWS[:2],
        row(3, 50, "platinum", "granted", until=150),
        row(4, 300, "platinum", "granted"),
        row(5, 350, None, "granted"),
    )
    timeline = Timeline.of(rows)
    floors = [timeline.floor_at(instant) for instant in (49, 50, 149, 150, 300, 349, 350)]
    assert [floor.tier if floor else None for floor in floors] == [
        None, "platinum", "platinum", None, "platinum", "platinum", None,
    ]  # fmt: skip
    assert tiers(timeline, 50, 200) == [None, "gold"]
    assert [timeline.tier_at(instant, LADDER) for instant in (50, 149, 150, 300, 350)] == [
        "platinum", "platinum", "silver", "platinum", "gold",
    ]  # fmt: skip


def test_a_later_grant_takes_the_place_of_one_that_would_begin_after_it() -> None:
    rows = (row(1, 300, "gold", "granted"), row(2, 200, "silver", "granted"))
    assert [floor.number for floor in Timeline.of(rows).floors] == [2]


def test_a_base_tier_is_everybodys_who_has_none_above_it() -> None:
    base = ladder(tiers=(Tier("member", 0, 0), *LADDER.tiers))
    timeline = Timeline.of(ROWS[:2])
    assert timeline.tier_at(99, base) == "member"
    assert timeline.tier_at(100, base) == "silver"
    assert timeline.tier_at(99, LADDER) is None


@pytest.mark.parametrize(
    ("earned", "floor", "higher"),
    [
        (None, "silver", "silver"),
        ("silver", "gold", "gold"),
        ("gold", "silver", "gold"),
        ("gold", "gold", "gold"),
        ("diamond", "gold", "diamond"),  # what the ladder does not know is compared with none
        ("gold", "diamond", "gold"),
    ],
)
def test_the_higher_of_an_earned_tier_and_a_floor(earned: str | None, floor: str, higher: str) -> None:
    assert higher_tier(earned, floor, LADDER) == higher


def test_without_a_ladder_the_earned_tier_goes_before_the_floor() -> None:
    timeline = Timeline.of((row(1, 100, "silver"), row(2, 100, "gold", "granted")))
    assert timeline.tier_at(100, None) == "silver"
    assert timeline.tier_at(99, None) is None


def test_changes_are_numbered_and_carry_what_they_were_decided_by() -> None:
    change = Change(500, "gold", 900, Reason.REACHED, 5100, 5000, decided_at=450)
    timeline = Timeline.of(ROWS[:1]).record(
        (change, change._replace(effective_at=600, decided_at=None)),
        recorded_at=77,
        rulebook_at=lambda instant: instant // 100,
        activity=12,
        actor="ann",
        note="why",
    )
    first, second = timeline.rows[1:]
    assert first == TierChange(2, 500, 77, "gold", 900, "reached", 5100, 5000, 4, 12, "ann", "why")
    assert (second.number, second.effective_at, second.rulebook) == (3, 600, None)
    assert timeline.latest.effective_at == 600


def test_a_row_said_again_keeps_what_it_was_decided_by() -> None:
    old = row(1, 100, "silver", until=400, rulebook=3, activity=4)
    again = Change(100, "silver", 400, Reason.REACHED, restates=old)
    timeline = Timeline.of((old, row(2, 430, None, "dropped"))).record((again,), recorded_at=99, activity=50)
    assert timeline.rows[-1] == old._replace(number=3, recorded_at=99)
    assert [standing.number for standing in timeline.earned] == [3]


def test_nothing_to_record_changes_nothing() -> None:
    timeline = Timeline.of(ROWS)
    assert timeline.record((), recorded_at=99) is timeline
