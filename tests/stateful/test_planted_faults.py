"""Positive controls: each fault, planted into the ledger, is caught by the machine or by a law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.errors import InsufficientPoints, InvariantViolation
from loyalty_engine.ledger import (
    accrual_posting,
    adjustment,
    balance,
    capture,
    due,
    hold_release,
    restoration,
    reversal,
)
from loyalty_engine.ledger.account import Balance
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.entry import Entry
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.standing import Standing
from tests.property import test_ledger_laws as laws
from tests.property import test_spending_laws as spending
from tests.stateful.test_ledger_machine import LedgerMachine
from tests.stateful.test_spending_machine import SpendingMachine
from tests.unit.ledger import bookkeeper
from tests.unit.ledger.test_draft import test_a_dropped_draft_changes_nothing as refusal_changes_nothing

Plant = Callable[[pytest.MonkeyPatch], None]


def nothing(*arguments: object, **named: object) -> None:
    """Stands in for a step that was forgotten."""


def expiry_by_label(patch: pytest.MonkeyPatch) -> None:
    """A lot dies at the end of its day, because somebody compared dates instead of instants."""

    def label(lot: Lot) -> int | None:
        if lot.pending:
            return lot.available_at
        return None if lot.expires_at is None or not lot.available else lot.expires_at // 10 * 10 + 10

    patch.setattr(Lot, "due_at", property(label))


def dead_only_after_its_instant(patch: pytest.MonkeyPatch) -> None:
    def late(draft: Draft, now: int, recorded_at: int) -> None:
        post_due(draft, now - 1, recorded_at)

    post_due = due.post_due
    for module in (bookkeeper, accrual_posting, adjustment):
        patch.setattr(module, "post_due", late)


def absorption_missing(patch: pytest.MonkeyPatch) -> None:
    for module in (accrual_posting, adjustment, due, hold_release, restoration):
        patch.setattr(module, "absorb", nothing)


def absorption_missing_at_release(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(due, "absorb", nothing)


def late_lots_left_undue(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(accrual_posting, "post_due", nothing)


def each_share_floored(patch: pytest.MonkeyPatch) -> None:
    """Partial returns floor each line by itself, so the last one does not close."""

    def refloored(granted: int, weights: Sequence[tuple[str, int]], fractions: Mapping[str, Fraction]) -> int:
        total = sum(weight for _, weight in weights)
        if total <= 0:
            return due_back(granted, weights, fractions)
        shares = [granted * weight * fractions.get(line, 0) // total for line, weight in weights]
        return min(max(sum(shares), 0), granted)

    due_back = reversal.due_back
    patch.setattr(reversal, "due_back", refloored)


def newest_lot_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lot, "consumption_order", property(lambda lot: (-lot.number,)))


def soonest_expiry_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lot, "consumption_order", property(lambda lot: (lot.earned_at, lot.number)))


def own_lot_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reversal, "_own_points", lambda *_: [])


def expired_points_taken_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reversal, "_expired_left", lambda *_: 0)


def expired_points_forgiven_at_every_return(patch: pytest.MonkeyPatch) -> None:
    def always(draft: Draft, bought: reversal.Bought, seq: int) -> int:
        return bought.expired.get(seq, 0) + draft.expired_of(seq)

    patch.setattr(reversal, "_expired_left", always)


def balance_without_judging_lives(patch: pytest.MonkeyPatch) -> None:
    """What is stored is shown as it stands, so a read needs the job to have run."""

    def stored(lots: object, holds: object, balances: Mapping[str, Balance], now: int) -> dict[str, Standing]:
        return {name: Standing(b.available, b.pending, b.held, b.deficit) for name, b in balances.items()}

    patch.setattr(bookkeeper, "balance_now", stored)


def pending_points_spendable(patch: pytest.MonkeyPatch) -> None:
    def open_at_once(self: Draft, balance: Balance, lot: Lot) -> None:
        lot.available, lot.pending = lot.original, 0
        _open(self, balance, lot)

    _open = Draft._open
    patch.setattr(Draft, "_open", open_at_once)


def dues_take_effect_when_the_job_runs(patch: pytest.MonkeyPatch) -> None:
    def at_now(draft: Draft, now: int, recorded_at: int) -> None:
        first = len(draft.entries)
        post_due(draft, now, recorded_at)
        draft.entries[first:] = [entry._replace(effective_at=now) for entry in draft.entries[first:]]

    post_due = due.post_due
    patch.setattr(bookkeeper, "post_due", at_now)


def mirrored_credits_left_standing(patch: pytest.MonkeyPatch) -> None:
    """A return forgets that an award was mirrored."""

    def alone(
        draft: Draft,
        bought: reversal.Bought,
        lines: Iterable[ReturnLine],
        policy: DeficitPolicy,
        occasion: Occasion,
    ) -> reversal.Returned:
        awards = [entry for entry in bought.entries if entry.mirrors is None]
        return post_return(draft, bought._replace(entries=awards), lines, policy, occasion)

    post_return = reversal.post_return
    patch.setattr(bookkeeper, "post_return", alone)


def available_without_holds(patch: pytest.MonkeyPatch) -> None:
    """What is held is shown as available, because lots are summed by what is left of them."""

    stored = balance._stored
    patch.setattr(balance, "_stored", lambda lot: replace(stored(lot), free=lot.remaining, held=0))


def time_out_never_due(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Hold, "due_at", property(lambda hold: None))


def time_out_forgets_a_dead_lot(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(hold_release, "expire_held", nothing)


def time_out_revives_a_dead_lot(patch: pytest.MonkeyPatch) -> None:
    """A time-out is judged at the instant at which the hold was made."""

    def at_first(draft: Draft, hold: Hold, at: int, recorded_at: int, end: hold_release.HoldEnd) -> Entry:
        return post(draft, hold, hold.made_at, recorded_at, end)

    post = hold_release.post_hold_release
    patch.setattr(due, "post_hold_release", at_first)


def rest_of_a_capture_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(capture, "_release", nothing)


def hold_resolved_twice(patch: pytest.MonkeyPatch) -> None:
    for module in (capture, hold_release):
        patch.setattr(module, "open_hold", lambda draft, hold: hold)


def restored_to_the_wrong_lot(patch: pytest.MonkeyPatch) -> None:
    """Points go back to the lot that dies first, as they were taken."""

    def soonest_first(lots: list[Lot], left: Mapping[int, int], points: int) -> restoration.Parts:
        return first(lots[::-1], left, points)

    first = restoration._first
    patch.setattr(restoration, "_first", soonest_first)


def restored_points_outlive_their_lot(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(restoration, "expire_rest", nothing)


def debt_unpaid_by_what_comes_back(patch: pytest.MonkeyPatch) -> None:
    for module in (hold_release, restoration):
        patch.setattr(module, "absorb", nothing)


FAULTS: list[Plant] = [
    expiry_by_label,
    dead_only_after_its_instant,
    absorption_missing,
    late_lots_left_undue,
    each_share_floored,
    newest_lot_first,
    soonest_expiry_ignored,
    own_lot_ignored,
    expired_points_taken_again,
    mirrored_credits_left_standing,
    balance_without_judging_lives,
    pending_points_spendable,
]
FAULTS_OF_SPENDING: list[Plant] = [
    absorption_missing_at_release,
    available_without_holds,
    time_out_never_due,
    time_out_forgets_a_dead_lot,
    time_out_revives_a_dead_lot,
    rest_of_a_capture_kept,
    hold_resolved_twice,
    restored_to_the_wrong_lot,
    restored_points_outlive_their_lot,
    debt_unpaid_by_what_comes_back,
]
SEARCH = settings(
    max_examples=300,
    stateful_step_count=30,
    phases=[Phase.generate],
    database=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("plant", FAULTS)
def test_the_machine_catches(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, InvariantViolation, InsufficientPoints)):
        run_state_machine_as_test(LedgerMachine, settings=SEARCH)


@pytest.mark.parametrize("plant", FAULTS_OF_SPENDING)
def test_the_machine_that_only_spends_catches(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, InvariantViolation, pytest.fail.Exception)):
        run_state_machine_as_test(SpendingMachine, settings=settings(SEARCH, max_examples=1000))


LAWS: list[tuple[Plant, Any]] = [
    (absorption_missing, laws.test_law_1_entries_lots_and_deficit_agree_at_any_time),
    (newest_lot_first, laws.test_law_2_the_journal_alone_gives_the_stored_state),
    (mirrored_credits_left_standing, laws.test_law_4_reversals_stay_within_the_grant_and_mirrors_follow),
    (each_share_floored, laws.test_law_4_the_last_return_closes_exactly_and_nothing_comes_back_twice),
    (own_lot_ignored, laws.test_law_5_buy_and_return_everything_is_the_balances_before),
    (dues_take_effect_when_the_job_runs, laws.test_entries_do_not_depend_on_when_the_job_ran),
    (balance_without_judging_lives, laws.test_a_read_shows_what_a_posting_would_leave),
    (expired_points_forgiven_at_every_return, laws.test_returned_in_parts_or_at_once_leaves_the_same),
    (available_without_holds, laws.test_a_read_shows_what_a_posting_would_leave),
    (time_out_forgets_a_dead_lot, laws.test_law_1_entries_lots_and_deficit_agree_at_any_time),
    (debt_unpaid_by_what_comes_back, laws.test_law_1_entries_lots_and_deficit_agree_at_any_time),
    (time_out_never_due, spending.test_to_hold_and_let_go_is_nothing),
    (rest_of_a_capture_kept, spending.test_to_capture_a_part_is_to_redeem_that_part),
    (hold_resolved_twice, spending.test_a_hold_is_resolved_once),
    (
        restored_to_the_wrong_lot,
        spending.test_to_restore_a_part_is_to_have_redeemed_less,
    ),
    (restored_points_outlive_their_lot, spending.test_a_restored_point_lives_no_longer_than_it_would_have),
]


def try_law(law: Any, times: int) -> None:
    """Let Hypothesis read random bytes as examples: it stops at the first failure and shrinks nothing."""
    draws = Random(1)
    for _ in range(times):
        law.hypothesis.fuzz_one_input(draws.randbytes(1000))


@pytest.mark.parametrize(("plant", "law"), LAWS)
def test_the_law_catches(plant: Plant, law: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    try_law(law, 30)
    plant(monkeypatch)
    with pytest.raises((AssertionError, InvariantViolation, pytest.fail.Exception)):
        try_law(law, 2000)


def test_a_draft_that_writes_through_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def write_through(self: Draft, number: int) -> Any:
        return self.account.lots.get(number) or self.lots[number]

    refusal_changes_nothing()
    monkeypatch.setattr(Draft, "_writable_lot", write_through)
    with pytest.raises(AssertionError):
        refusal_changes_nothing()
