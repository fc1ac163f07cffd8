"""The laws of the ledger, for any history of an account."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.errors import OverReturn
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.contra import trial_balance
from loyalty_engine.ledger.proof import verify
from tests.property.ledger_history import (
    BASKET,
    Adjust,
    Buy,
    Command,
    Player,
    a_player,
    awards_of,
    buys,
    histories,
    policies,
    timeless,
    waits,
    without_nothing,
)

few = settings(max_examples=60, report_multiple_bugs=False)
many = settings(max_examples=120, report_multiple_bugs=False)


def sums_hold(player: Player) -> None:
    """Law 1, after any command and at any instant."""
    books = player.books
    assert [entry.seq for entry in books.entries] == list(range(1, len(books.entries) + 1))
    for currency, balance in books.balances.items():
        lots = [lot for lot in books.lots.values() if lot.currency == currency]
        entries = [entry for entry in books.entries if entry.currency == currency]
        assert sum(entry.points for entry in entries) == balance.total == entries[-1].balance_after
        assert balance.available == sum(lot.available for lot in lots)
        assert balance.pending == sum(lot.pending for lot in lots)
        kept = [part for hold in books.holds.values() if hold.currency == currency for part in hold.lots]
        assert balance.held == sum(lot.held for lot in lots) == sum(points for _, points in kept)
        assert min(balance.available, balance.deficit) == 0
        assert balance.deficit >= 0
        for lot in lots:
            assert min(lot.available, lot.pending, lot.held) >= 0
            assert lot.remaining <= lot.original


@many
@given(histories, policies)
def test_law_1_entries_lots_and_deficit_agree_at_any_time(
    history: list[Command], policy: DeficitPolicy
) -> None:
    a_player(policy).play(history, sums_hold)


@many
@given(histories, policies)
def test_law_1_a_debit_is_what_it_allocates_and_the_deficit_it_takes(
    history: list[Command], policy: DeficitPolicy
) -> None:
    books = a_player(policy).play(history).books
    deficits: dict[str, int] = {}
    for entry in books.entries:
        if not entry.opens_lot:
            own = [move for move in books.allocations if move.seq == entry.seq]
            out = sum(move.points for move in own if move.target == "out")
            back = sum(move.points for move in own if move.source == "out")
            taken = -entry.points - out + back
            assert taken >= 0 or entry.kind == "absorption"
            assert taken == 0 or entry.kind in {"absorption", "reversal", "adjustment"}
            deficits[entry.currency] = deficits.get(entry.currency, 0) + taken
            assert deficits[entry.currency] >= 0
    assert {name: balance.deficit for name, balance in books.balances.items() if balance.deficit} == {
        name: deficit for name, deficit in deficits.items() if deficit
    }


@many
@given(histories, policies)
def test_law_2_the_journal_alone_gives_the_stored_state(
    history: list[Command], policy: DeficitPolicy
) -> None:
    assert a_player(policy).play(history).books.findings == []


@few
@given(histories, policies, st.data())
def test_law_2_any_altered_row_is_found(
    history: list[Command], policy: DeficitPolicy, data: st.DataObject
) -> None:
    shelf = a_player(policy).play(history).books.shelf
    assume(shelf.allocations)
    table = data.draw(st.sampled_from(["entries", "allocations"]))
    rows: list[Any] = list(getattr(shelf, table))
    index = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(rows[index]._fields))
    value = getattr(rows[index], column)
    others = (
        st.integers(value - 3, value + 3) if isinstance(value, int) else st.sampled_from(["", "out", "x"])
    )
    new = data.draw(others.filter(lambda other: other != value))
    rows[index] = rows[index]._replace(**{column: new})
    tampered: dict[str, Any] = {table: tuple(rows)}
    assert verify(shelf._replace(**tampered)) != []


@many
@given(histories, policies)
def test_law_3_every_currency_sums_to_zero_with_its_contra_accounts(
    history: list[Command], policy: DeficitPolicy
) -> None:
    books = a_player(policy).play(history).books
    sums = trial_balance(books.entries)
    for currency, balance in books.balances.items():
        assert sums["members", currency] == balance.total
        assert sum(points for (_, of), points in sums.items() if of == currency) == 0


@many
@given(histories, policies)
def test_law_4_reversals_stay_within_the_grant_and_mirrors_follow(
    history: list[Command], policy: DeficitPolicy
) -> None:
    books = a_player(policy).play(history).books
    back: dict[int | None, int] = {}
    for entry in books.entries:
        if entry.kind == "reversal":
            back[entry.reverses] = back.get(entry.reverses, 0) + (entry.reversed_points or 0)
            assert entry.reversed_points
    for entry in books.entries:
        assert back.get(entry.seq, 0) <= max(entry.points, 0)
        if entry.mirrors:
            assert back.get(entry.seq, 0) == back.get(entry.mirrors, 0)


@many
@given(histories, buys, st.lists(st.sampled_from("123"), max_size=4))
def test_law_4_the_last_return_closes_exactly_and_nothing_comes_back_twice(
    history: list[Command], buy: Buy, lines: list[str]
) -> None:
    player = a_player().play([*history, buy])
    number = max(player.books.purchases)
    wholes = [
        player.books.give_back(number, ReturnLine(line), at=player.now).whole for line in dict.fromkeys(lines)
    ]
    if not any(wholes):
        wholes.append(player.books.give_back(number, at=player.now).whole)
    assert wholes == [False] * (len(wholes) - 1) + [True]
    purchase = player.books.purchases[number]
    for granted in [entry for entry in purchase.entries if entry.kind == "accrual"]:
        reversals = [entry for entry in purchase.entries if entry.reverses == granted.seq]
        assert sum(entry.reversed_points or 0 for entry in reversals) == granted.points
    with pytest.raises(OverReturn):
        player.books.give_back(number, at=player.now)


@many
@given(histories, buys, st.sampled_from([(), ("1",), ("2", "1")]))
def test_law_5_buy_and_return_everything_is_the_balances_before(
    history: list[Command], buy: Buy, parts: tuple[str, ...]
) -> None:
    player = a_player().play(history)
    player.books.post_due(player.now)
    before = player.books.standings(player.now)
    at = player.now - buy.late
    awards = awards_of(buy, at)
    assume(all(award.expires_at is None or award.expires_at > player.now for award in awards))
    number = player.books.buy(*awards, at=at, now=player.now, lines=BASKET)
    for line in parts:
        player.books.give_back(number, ReturnLine(line), at=player.now)
    player.books.give_back(number, at=player.now)
    after = player.books.standings(player.now)
    assert without_nothing(after) == without_nothing(before)


@many
@given(histories)
def test_law_5_a_refused_call_changes_nothing_at_all(history: list[Command]) -> None:
    """The player compares every stored row before and after each refusal."""
    refusing = a_player(DeficitPolicy.REFUSE).play(history)
    before = deepcopy(refusing.books.shelf)
    refusals = refusing.refused
    refusing.play([Adjust(-1_000_000)])
    assert refusing.refused == refusals + 1
    assert refusing.books.shelf == before


@many
@given(histories, policies)
def test_entries_do_not_depend_on_when_the_job_ran(history: list[Command], policy: DeficitPolicy) -> None:
    def every_instant(player: Player) -> None:
        player.books.post_due(player.now)

    never = a_player(policy).play(history)
    always = a_player(policy).play(history, every_instant)
    never.books.post_due(never.now)
    assert timeless(never.books) == timeless(always.books)
    assert never.books.allocations == always.books.allocations
    assert never.books.balances == always.books.balances


@many
@given(histories, policies)
def test_a_read_shows_what_a_posting_would_leave(history: list[Command], policy: DeficitPolicy) -> None:
    def reads_agree(player: Player) -> None:
        books, now = player.books, player.now
        shown = books.standings(now)
        assert {name: books.show_at(now, currency=name) for name in shown} == shown
        posted = deepcopy(books)
        posted.post_due(now)
        assert posted.standings(now) == shown
        for name, balance in posted.balances.items():
            stored = (balance.available, balance.pending, balance.held, balance.deficit)
            assert shown[name][:4] == stored

    a_player(policy).play(history, reads_agree)


@few
@given(histories, policies)
def test_what_was_shown_of_an_instant_does_not_change_when_what_was_due_is_posted(
    history: list[Command], policy: DeficitPolicy
) -> None:
    instants: list[int] = []
    books = a_player(policy).play(history, lambda player: instants.append(player.now)).books
    posted = deepcopy(books)
    posted.post_due(max(instants, default=0) + 200)
    for currency in books.balances:
        for at in {*instants}:
            assert posted.show_at(at, currency=currency) == books.show_at(at, currency=currency)


@many
@given(histories, histories, policies)
def test_what_was_known_of_an_instant_stays_known(
    history: list[Command], later: list[Command], policy: DeficitPolicy
) -> None:
    player = a_player(policy).play(history)
    then, known_at, shown = player.now, player.books.recorded_at, player.books.standings(player.now)
    player.play(later)
    assert {name: player.books.show_at(then, known_at, name) for name in shown} == shown


@many
@given(
    histories,
    buys,
    waits,
    st.integers(1, 40),
    waits,
    st.lists(st.sampled_from([ReturnLine("1", quantity=500), ReturnLine("2", amount=50)]), max_size=6),
)
def test_returned_in_parts_or_at_once_leaves_the_same(
    history: list[Command], buy: Buy, first: Command, spent: int, then: Command, parts: list[ReturnLine]
) -> None:
    """Whatever of the award was spent, pending or had expired in between."""
    player = a_player().play([*history, buy, first])
    player.books.adjust(-spent, at=player.now)
    player.play([then])
    number = max(player.books.purchases)
    at_once, in_parts = deepcopy(player.books), player.books
    at_once.give_back(number, at=player.now)
    for line in parts:
        in_parts.give_back(number, line, at=player.now)
    in_parts.give_back(number, at=player.now)
    assert in_parts.standings(player.now) == at_once.standings(player.now)
