"""A draft changes an account only when it is committed."""

from __future__ import annotations

from copy import deepcopy

import pytest

from loyalty_engine.decision import CounterKey
from loyalty_engine.errors import InvariantViolation
from loyalty_engine.ledger.account import Account, Balance, Due
from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.entry import Allocation, Bucket, EntryKind
from loyalty_engine.ledger.hold import Hold, HoldStatus

TOPUP = CounterKey("month", 0, "rule:topup", "points", "points")


def opened(draft: Draft, points: int = 50, *, at: int = 10, available_at: int = 10) -> int:
    """Open a lot by an accrual."""
    entry = draft.post(
        EntryKind.ACCRUAL,
        "points",
        points,
        effective_at=at,
        counts_at=at,
        recorded_at=100,
        available_at=available_at,
        expires_at=90,
    )
    return entry.seq


def taken(draft: Draft, points: int, *moves: Movement, recorded_at: int = 100) -> None:
    """Take points by a negative adjustment."""
    draft.post(
        EntryKind.ADJUSTMENT,
        "points",
        -points,
        effective_at=20,
        counts_at=20,
        recorded_at=recorded_at,
        moves=moves,
    )


def an_account() -> Account:
    account = Account(7)
    draft = Draft(account)
    opened(draft)
    draft.count(TOPUP, 5)
    draft.commit()
    return account


def test_a_dropped_draft_changes_nothing() -> None:
    account = an_account()
    before = deepcopy(account)

    draft = Draft(account)
    opened(draft)
    taken(draft, 30, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 30))
    draft.count(TOPUP, 3)
    draft.new_activity()

    assert account == before
    assert draft.balance("points") == Balance(available=70)
    assert draft.counter(TOPUP) == 8


def test_a_committed_draft_is_what_the_next_command_sees() -> None:
    account = an_account()
    draft = Draft(account)
    taken(draft, 30, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 30))
    draft.count(TOPUP, -2)
    assert draft.new_activity() == 1
    draft.commit()

    later = Draft(account)
    assert (later.seq, later.digest, later.recorded_at) == (2, draft.entries[-1].digest, 100)
    assert later.balance("points") == Balance(available=20)
    assert later.counter(TOPUP) == 3
    assert later.new_activity() == 2
    lot = later.lot(1)
    assert lot is not None
    assert lot.available == 20


def test_a_later_draft_leaves_alone_what_an_earlier_one_handed_to_the_store() -> None:
    account = an_account()
    first = Draft(account)
    taken(first, 30, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 30))
    first.commit()
    second = Draft(account)
    taken(second, 5, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 5))
    second.commit()
    assert first.lots[1].available == 20
    assert first.balances["points"] == Balance(available=20)
    assert second.lots[1].available == 15


def test_an_emptied_lot_leaves_the_account_but_is_handed_to_the_store() -> None:
    account = an_account()
    draft = Draft(account)
    taken(draft, 50, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 50))
    draft.commit()
    assert account.lots == {}
    assert draft.lots[1].remaining == 0


def test_an_emptied_lot_is_still_known_to_later_commands_and_returns_when_it_is_refilled() -> None:
    account = an_account()
    draft = Draft(account)
    taken(draft, 50, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 50))
    draft.commit()
    later = Draft(account)
    assert list(later.each_lot()) == []
    lot = later.lot(1)
    assert lot is not None
    assert (lot.remaining, lot.gone) == (0, 50)
    refill = Movement(1, Bucket.OUT, Bucket.AVAILABLE, 20)
    later.post(
        EntryKind.RESTORATION, "points", 20, effective_at=30, counts_at=30, recorded_at=100, moves=[refill]
    )
    assert later.balance("points") == Balance(available=20)
    later.commit()
    assert account.lots[1].available == 20
    assert account.emptied == {}
    assert account.due_by(90) == [Due(90, False, 1)]


def test_no_more_comes_back_to_a_lot_than_is_out_of_it() -> None:
    draft = Draft(an_account())
    taken(draft, 30, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 30))
    with pytest.raises(InvariantViolation):
        taken(draft, -31, Movement(1, Bucket.OUT, Bucket.AVAILABLE, 31))


def test_a_hold_is_seen_by_the_draft_and_by_the_account_once_it_is_committed() -> None:
    account = an_account()
    hold = Hold(2, "points", 15, HoldStatus.OPEN, 40, ((1, 15),), None, None, 20)
    draft = Draft(account)
    draft.put_hold(hold)
    assert draft.hold(2) is hold
    assert list(draft.open_holds()) == [hold]
    assert account.holds == {}
    draft.commit()
    assert account.holds == {2: hold}
    later = Draft(account)
    ended = hold.copy()
    ended.status = HoldStatus.RELEASED
    later.put_hold(ended)
    assert list(later.open_holds()) == []
    assert account.holds == {2: hold}
    assert later.hold(3) is None


def test_credits_add_up_by_date_and_by_when_they_count() -> None:
    draft = Draft(an_account())
    for counts_at, counts_from, points in ((10, 15, 40), (10, 15, -5), (10, 16, 7), (11, 15, 1)):
        draft.credit("points", counts_at, counts_from, points)
    assert draft.credits == {("points", 10, 15): 35, ("points", 10, 16): 7, ("points", 11, 15): 1}


def test_a_lot_opens_pending_when_it_is_available_later_than_its_entry_takes_effect() -> None:
    draft = Draft(Account(7))
    opened(draft, 40, at=10, available_at=11)
    opened(draft, 2, at=10, available_at=10)
    assert draft.balance("points") == Balance(pending=40, available=2)
    assert [(lot.number, lot.pending, lot.available) for lot in draft.each_lot()] == [(1, 40, 0), (2, 0, 2)]


def test_what_a_debit_takes_beyond_its_allocations_is_deficit() -> None:
    draft = Draft(an_account())
    taken(draft, 70, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 50))
    assert draft.balance("points") == Balance(deficit=20)
    assert draft.entries[-1].balance_after == -20
    assert draft.allocations == [Allocation(7, 2, 1, "available", "out", 50)]


def test_points_can_move_between_the_buckets_of_a_lot() -> None:
    draft = Draft(an_account())
    taken(draft, 0, Movement(1, Bucket.AVAILABLE, Bucket.HELD, 15))
    assert draft.balance("points") == Balance(available=35, held=15)
    assert draft.balance("points").total == 50
    assert draft.lots[1].remaining == 50


def test_recorded_time_never_runs_back() -> None:
    draft = Draft(an_account())
    taken(draft, 1, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 1), recorded_at=60)
    taken(draft, 1, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 1), recorded_at=160)
    taken(draft, 1, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 1), recorded_at=150)
    assert [entry.recorded_at for entry in draft.entries] == [100, 160, 160]


@pytest.mark.parametrize(
    ("points", "move"),
    [
        (51, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 51)),
        (0, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 0)),
        (1, Movement(1, Bucket.PENDING, Bucket.OUT, 1)),
        (1, Movement(2, Bucket.AVAILABLE, Bucket.OUT, 1)),
        (1, Movement(1, Bucket.AVAILABLE, Bucket.OUT, 2)),
    ],
    ids=["more than there", "nothing", "empty bucket", "unknown lot", "more than the entry says"],
)
def test_a_posting_that_would_break_the_books_is_loud(points: int, move: Movement) -> None:
    with pytest.raises(InvariantViolation):
        taken(Draft(an_account()), points, move)


def test_a_lot_of_another_currency_is_not_drawn_on() -> None:
    draft = Draft(an_account())
    with pytest.raises(InvariantViolation):
        draft.post(
            EntryKind.ADJUSTMENT,
            "credits",
            -1,
            effective_at=20,
            counts_at=20,
            recorded_at=100,
            moves=[Movement(1, Bucket.AVAILABLE, Bucket.OUT, 1)],
        )


def test_a_lot_of_no_points_does_not_open() -> None:
    with pytest.raises(InvariantViolation):
        opened(Draft(Account(7)), 0)


def test_counts_never_fall_below_zero() -> None:
    draft = Draft(an_account())
    draft.count(TOPUP, -9)
    assert draft.counter(TOPUP) == 0
