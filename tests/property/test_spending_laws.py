"""The laws of holding, spending and giving back points, for any history of an account."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loyalty_engine.errors import HoldResolved, InsufficientPoints, OverReturn
from loyalty_engine.ledger.consumption import DeficitPolicy
from tests.property.ledger_history import (
    Adjust,
    Command,
    Player,
    Wait,
    a_player,
    histories,
    part_of,
    policies,
    timeless,
)

many = settings(max_examples=100, report_multiple_bugs=False)
quarters = st.sampled_from([4, 1, 2, 3])
pauses = st.sampled_from([0, 1, 7, 30])


@many
@given(histories, policies)
def test_spending_never_creates_a_deficit(history: list[Command], policy: DeficitPolicy) -> None:
    books = a_player(policy).play(history).books
    for entry in books.entries:
        if entry.kind in {"hold", "redemption", "hold-release", "restoration"} and not entry.opens_lot:
            moves = [move for move in books.allocations if move.seq == entry.seq]
            out = sum(move.points for move in moves if move.target == "out")
            back = sum(move.points for move in moves if move.source == "out")
            assert entry.points == back - out


@many
@given(histories, policies, st.integers(1, 9))
def test_more_than_is_available_is_refused_and_exactly_that_is_not(
    history: list[Command], policy: DeficitPolicy, more: int
) -> None:
    player = a_player(policy).play(history)
    available = player.books.show(player.now).available
    before = player.books.shelf
    with pytest.raises(InsufficientPoints) as refusal:
        player.books.redeem(available + more, at=player.now)
    assert refusal.value.parameters["available"] == available
    assert player.books.shelf == before
    if available:
        player.books.redeem(available, at=player.now)
        assert player.books.show(player.now).available == 0


@many
@given(histories, policies, quarters, pauses, st.booleans())
def test_to_hold_and_let_go_is_nothing(
    history: list[Command], policy: DeficitPolicy, share: int, pause: int, times_out: bool
) -> None:
    """Whatever dies meanwhile would have died anyway; it dies when the hold ends, if that is later."""
    player = a_player(policy).play(history)
    assume(player.books.show(player.now).available)
    twin = deepcopy(player)
    until = player.now + max(pause, 1)
    hold = player.books.reserve(player.some(share), at=player.now, until=until if times_out else None)
    for one in (player, twin):
        one.play([Wait(max(pause, 1))])
    if not times_out:
        player.books.release(hold.number, at=player.now)
    later_is_alike(player, twin)


@many
@given(histories, policies, quarters)
def test_to_redeem_is_to_hold_and_capture(history: list[Command], policy: DeficitPolicy, share: int) -> None:
    player = a_player(policy).play(history)
    assume(player.books.show(player.now).available)
    twin, points = deepcopy(player), player.some(share)
    player.books.redeem(points, at=player.now, worth=77)
    hold = twin.books.reserve(points, at=twin.now, worth=77)
    twin.books.capture(hold.number, points, at=twin.now)
    assert timeless(player.books) == timeless(twin.books)
    assert player.books.allocations == twin.books.allocations
    assert player.books.holds == twin.books.holds
    assert player.books.balances == twin.books.balances


@many
@given(histories, policies, quarters, quarters)
def test_to_capture_a_part_is_to_redeem_that_part(
    history: list[Command], policy: DeficitPolicy, share: int, part: int
) -> None:
    """The order of consumption is the same, so the same points are left."""
    player = a_player(policy).play(history)
    assume(player.books.show(player.now).available)
    twin, held = deepcopy(player), player.some(share)
    hold = player.books.reserve(held, at=player.now)
    player.books.capture(hold.number, part_of(held, part), at=player.now)
    twin.books.redeem(part_of(held, part), at=twin.now)
    later_is_alike(player, twin)


@many
@given(histories, policies, quarters, st.lists(quarters, max_size=3))
def test_to_redeem_and_restore_everything_at_once_or_in_parts_is_nothing(
    history: list[Command], policy: DeficitPolicy, share: int, parts: list[int]
) -> None:
    player = a_player(policy).play(history)
    assume(player.books.show(player.now).available)
    twin, left = deepcopy(player), player.some(share)
    redemption = player.books.redeem(left, at=player.now).seq
    for part in [*parts, 4]:
        if left:
            points = part_of(left, part)
            player.books.restore(redemption, points, at=player.now)
            left -= points
    later_is_alike(player, twin)
    with pytest.raises(OverReturn):
        player.books.restore(redemption, 1, at=player.now)


@many
@given(histories, policies, quarters, quarters)
def test_to_restore_a_part_is_to_have_redeemed_less(
    history: list[Command], policy: DeficitPolicy, share: int, part: int
) -> None:
    player = a_player(policy).play(history)
    assume(player.books.show(player.now).available)
    twin, points = deepcopy(player), player.some(share)
    redemption = player.books.redeem(points, at=player.now).seq
    player.books.restore(redemption, part_of(points, part), at=player.now)
    if points > part_of(points, part):
        twin.books.redeem(points - part_of(points, part), at=twin.now)
    later_is_alike(player, twin)


@many
@given(histories, policies, quarters, pauses)
def test_a_restored_point_lives_no_longer_than_it_would_have(
    history: list[Command], policy: DeficitPolicy, share: int, pause: int
) -> None:
    player = a_player(policy).play(history)
    assume(player.books.show(player.now).available)
    twin, points = deepcopy(player), player.some(share)
    redemption = player.books.redeem(points, at=player.now).seq
    for one in (player, twin):
        one.play([Wait(max(pause, 1))])
    player.books.restore(redemption, points, at=player.now)
    later_is_alike(player, twin)
    assert player.books.findings == []


@many
@given(histories, policies)
def test_a_hold_is_resolved_once(history: list[Command], policy: DeficitPolicy) -> None:
    player = a_player(policy).play(history)
    books = player.books
    books.post_due(player.now)
    for number, hold in books.holds.items():
        ends = [e for e in books.entries if e.hold == number and e.kind in {"redemption", "hold-release"}]
        partly = [e.kind for e in ends] == ["redemption", "hold-release"]
        assert len(ends) == (hold.status != "open") or partly
        if hold.status != "open":
            before = books.shelf
            with pytest.raises(HoldResolved):
                books.capture(number, 1, at=player.now)
            with pytest.raises(HoldResolved):
                books.release(number, at=player.now)
            assert books.shelf == before


@many
@given(histories, policies, quarters)
def test_what_is_held_is_out_of_reach_of_everything_else(
    history: list[Command], policy: DeficitPolicy, share: int
) -> None:
    player = a_player(policy).play(history)
    assume(player.books.show(player.now).available)
    points = player.some(share)
    hold = player.books.reserve(points, at=player.now)
    player.play([Adjust(-1_000), Wait(30), Adjust(-1_000)])
    assert player.books.capture(hold.number, points, at=player.now).points == -points


def later_is_alike(one: Player, other: Player) -> None:
    """What two accounts show stays the same as time goes on."""
    for at in range(one.now, one.now + 100, 9):
        shown = one.books.standings(at)
        assert shown == other.books.standings(at)
