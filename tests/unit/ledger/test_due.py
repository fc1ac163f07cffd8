"""Releases and expiries happen at their own instants, whoever posts them and whenever."""

from __future__ import annotations

import pytest

from loyalty_engine.ledger.account import Account, Balance, Due
from loyalty_engine.ledger.accrual_posting import post_awards
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.due import post_due
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.reservation import post_hold
from loyalty_engine.ledger.standing import Standing
from tests.unit.ledger.bookkeeper import POINTS, Bookkeeper, grant


def test_a_lot_is_dead_at_its_instant_and_not_before() -> None:
    books = Bookkeeper()
    books.buy(grant(50, available_at=5, expires_at=20), at=5)
    books.post_due(19)
    assert books.show(19).available == 50
    assert books.kinds() == [("accrual", 50)]
    books.post_due(20)
    assert books.show(20) == Standing()
    assert books.kinds() == [("accrual", 50), ("expiry", -50)]


def test_a_read_does_not_need_the_job_to_have_run() -> None:
    books = Bookkeeper()
    books.buy(grant(50, available_at=8, expires_at=20), at=5)
    assert books.kinds() == [("accrual", 50)]
    assert books.show(8).available == 50
    assert books.show(20) == Standing()


def test_what_is_due_is_posted_by_instant_then_lot_each_at_its_own_instant() -> None:
    books = Bookkeeper()
    books.buy(
        grant(1, available_at=12, expires_at=30), grant(2, available_at=9), grant(3, available_at=12), at=5
    )
    books.buy(grant(4, available_at=6, expires_at=12), at=6)
    books.post_due(50)
    assert [(e.kind, e.effective_at, e.points) for e in books.entries[4:]] == [
        ("release", 9, 0),
        ("release", 12, 0),
        ("release", 12, 0),
        ("expiry", 12, -4),
        ("expiry", 30, -1),
    ]
    assert [move.lot for move in books.allocations] == [2, 1, 3, 4, 1]


def test_each_command_posts_what_is_due_before_it_acts() -> None:
    books = Bookkeeper()
    books.buy(grant(50, available_at=5, expires_at=20), at=5)
    books.adjust(-10, at=25)
    assert books.kinds() == [("accrual", 50), ("expiry", -50), ("adjustment", -10)]
    assert books.show(25) == Standing(deficit=10)


def test_only_the_rest_of_a_spent_lot_expires() -> None:
    books = Bookkeeper()
    books.buy(grant(50, available_at=5, expires_at=20), at=5)
    books.buy(grant(50, available_at=6, expires_at=40), at=6)
    books.adjust(-30, at=10)
    books.post_due(20)
    assert books.entries[-1].points == -20
    assert books.show(20).available == 50  # unexpired credits minus all debits would say 20


def test_a_release_pays_off_a_deficit_before_anything_else_does() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=15, expires_at=20), grant(40, available_at=18), at=5)
    books.adjust(-50, at=10)
    assert books.show(30) == Standing(available=30)
    books.post_due(30)
    assert [(e.kind, e.effective_at, e.points) for e in books.entries[3:]] == [
        ("release", 15, 0),
        ("absorption", 15, 0),
        ("release", 18, 0),
        ("absorption", 18, 0),
    ]
    assert books.show(30) == Standing(available=30)


def test_a_deficit_does_not_expire() -> None:
    books = Bookkeeper()
    books.adjust(-50, at=10)
    books.post_due(10_000_000)
    assert books.show(10_000_000) == Standing(deficit=50)


def test_posting_what_is_due_again_posts_nothing() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=15, expires_at=20), at=5)
    books.post_due(30)
    entries = list(books.entries)
    books.post_due(30)
    assert books.entries == entries


def test_points_whose_life_ends_before_their_release_die_pending() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=15, expires_at=15), at=5)
    books.adjust(-10, at=6)
    books.post_due(30)
    assert books.kinds() == [("accrual", 40), ("adjustment", -10), ("expiry", -40)]
    assert books.show(30) == Standing(deficit=10)
    assert books.findings == []


def test_held_points_outlive_their_lot() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=5, expires_at=20), at=5)
    books.reserve(15, at=6)
    books.post_due(30)
    assert books.entries[-1].points == -25
    assert books.balances["points"] == Balance(held=15)


def test_of_one_instant_lots_come_before_holds() -> None:
    books = Bookkeeper()
    books.buy(grant(9, available_at=5), grant(4, available_at=20), grant(5, available_at=20), at=5)
    books.reserve(9, at=6, until=20)
    books.adjust(-6, at=7)
    books.post_due(20)
    assert [(e.kind, e.effective_at) for e in books.entries[5:]] == [
        ("release", 20),
        ("absorption", 20),
        ("release", 20),
        ("absorption", 20),
        ("hold-release", 20),
    ]


def test_holds_time_out_by_instant_then_number() -> None:
    books = Bookkeeper()
    books.buy(grant(30, available_at=5), at=5)
    for until in (20, 15, 20, 99):
        books.reserve(5, at=6, until=until)
    books.post_due(30)
    assert [(e.hold, e.effective_at) for e in books.entries[5:]] == [(3, 15), (2, 20), (4, 20)]
    books.post_due(30)
    assert len(books.entries) == 8


def test_a_time_out_that_frees_points_of_a_lot_already_due_lets_it_expire_once() -> None:
    books = Bookkeeper()
    books.buy(grant(30, available_at=5, expires_at=40), at=5)
    books.reserve(10, at=6, until=20)
    books.post_due(50)
    assert [(e.kind, e.points) for e in books.entries[2:]] == [("hold-release", 0), ("expiry", -30)]


def test_a_time_out_stays_due_when_a_command_that_posted_it_is_refused() -> None:
    books = Bookkeeper()
    books.buy(grant(30, available_at=5), at=5)
    hold = books.reserve(10, at=6, until=20)
    account = Account(7, seq=2, balances=dict(books.balances), lots=dict(books.lots), holds={2: hold})
    for _ in range(2):
        draft = Draft(account)
        post_due(draft, 20, 2000)  # and the draft is dropped
        assert [entry.kind for entry in draft.entries] == ["hold-release"]
    assert account.due_by(20) == [Due(20, True, 2)]
    draft.commit()
    assert account.due_by(20) == []


def test_a_hold_made_in_the_batch_is_due_in_the_batch() -> None:
    books = Bookkeeper()
    books.buy(grant(30, available_at=5), at=5)
    account = Account(7, seq=1, balances=dict(books.balances), lots=dict(books.lots))
    assert account.due_by(6) == []
    first = Draft(account)
    post_hold(first, "points", 10, Occasion(6, 2000, 6), until=20)
    first.commit()
    second = Draft(account)
    post_due(second, 20, 2000)
    assert [entry.kind for entry in second.entries] == ["hold-release"]


def test_what_is_due_stays_due_when_a_command_that_posted_it_is_refused() -> None:
    books = Bookkeeper()
    books.buy(grant(40, available_at=9, expires_at=20), at=5)
    account = books.state
    account.lots.update(books.lots)
    for now, kinds in ((9, ["release"]), (8, []), (20, ["release", "expiry"]), (9, ["release"])):
        draft = Draft(account)
        post_due(draft, now, 2000)  # and the draft is dropped
        assert [entry.kind for entry in draft.entries] == kinds
    draft = Draft(account)
    post_due(draft, 9, 2000)
    draft.commit()
    assert account.due_by(19) == []
    assert account.due_by(20) == [Due(20, False, 1)]


def test_many_commands_of_one_member_do_not_each_look_at_all_of_his_lots(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = 0
    due_at = vars(Lot)["due_at"].fget

    def counted(lot: Lot) -> int | None:
        nonlocal looks
        looks += 1
        found: int | None = due_at(lot)
        return found

    monkeypatch.setattr(Lot, "due_at", property(counted))
    account, commands = Account(7), 200
    for at in range(commands):
        draft = Draft(account)
        post_due(draft, at, 2000)
        post_awards(
            draft, [grant(5, available_at=at + 50, expires_at=at + 90)], (POINTS,), Occasion(at, 2000, at)
        )
        draft.commit()
    assert len(account.lots) == 90
    assert looks < 20 * commands
