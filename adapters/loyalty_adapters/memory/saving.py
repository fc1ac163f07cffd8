"""Writing what a batch changed into a state in memory; a violated constraint raises, as in SQL."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from loyalty_adapters.memory import bounds
from loyalty_adapters.memory.ledger import Ledger, bare
from loyalty_adapters.memory.state import KnownKey, State
from loyalty_engine.engine.ports.store import Changes, IdentityLink, Membership
from loyalty_engine.errors import InvariantViolation, StoreFailure
from loyalty_engine.ledger.account import Account

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row")


def save(state: State, program: str, changes: Changes) -> None:
    """Write every change. When it raises, the state is to be dropped.

    Raises StoreFailure for a key that stands already, InvariantViolation for a broken bound.
    """
    ledgers = _Ledgers(state, program)
    for account in changes.accounts.values():
        ledgers.open(account.number).account = bare(account)
    for membership in changes.memberships:
        _enrol(state, program, ledgers.of(membership.account), membership)
    for link in sorted(changes.links, key=lambda link: link.unlinked_at is None):
        _link(state, program, ledgers.of(link.account), link)
    for number, attribute, _ in changes.attributes:
        ledgers.of(number).attributes[attribute.name, attribute.effective_at] = attribute
    _save_journal(ledgers, changes)
    _save_standing(ledgers, changes)
    _save_keys(state, program, changes)


class _Ledgers:
    """The ledgers that a save writes to, each copied before its first write."""

    def __init__(self, state: State, program: str) -> None:
        self._state = state
        self._program = program
        self._own: dict[int, Ledger] = {}

    def open(self, number: int) -> Ledger:
        """An account's ledger, new if it has none."""
        if number <= 0:
            raise InvariantViolation(f"an account is numbered {number}")
        if number not in self._state.ledgers:
            self._own[number] = self._state.ledgers[number] = Ledger(self._program, Account(number))
        return self.of(number)

    def of(self, number: int) -> Ledger:
        """An account's ledger. Raises InvariantViolation when there is no such account."""
        own = self._own.get(number)
        if own is None:
            if number not in self._state.ledgers:
                raise InvariantViolation(f"there is no account {number} to write to")
            own = self._own[number] = self._state.ledgers[number] = self._state.ledgers[number].copy()
        return own


def _enrol(state: State, program: str, ledger: Ledger, membership: Membership) -> None:
    if ledger.membership is not None:
        raise StoreFailure(f"account {membership.account} belongs to somebody already")
    _insert(state.members, (program, membership.member), membership.account)
    ledger.membership = membership


def _link(state: State, program: str, ledger: Ledger, link: IdentityLink) -> None:
    key = (program, link.kind, link.value)
    before = ledger.links.get((link.kind, link.value, link.linked_at))
    if before is not None and before.unlinked_at is None:
        del state.identities[key]
    if link.unlinked_at is None:
        _insert(state.identities, key, link.account)
    ledger.links[link.kind, link.value, link.linked_at] = link


def _save_journal(ledgers: _Ledgers, changes: Changes) -> None:
    """What is only ever added."""
    for activity in changes.activities:
        _insert(ledgers.of(activity.account).activities, activity.number, activity)
    for entry in changes.entries:
        bounds.check_entry(entry)
        _insert(ledgers.of(entry.account).entries, entry.seq, entry)
    for move in changes.allocations:
        bounds.check_allocation(move)
        place = (move.lot, move.seq, move.source, move.target)
        _insert(ledgers.of(move.account).allocations, place, move)
    for number, award in changes.awards:
        _insert(ledgers.of(number).awards, award.seq, award)
    for number, change in changes.tier_changes:
        bounds.check_change(change)
        _insert(ledgers.of(number).tier_changes, change.number, change)


def _save_standing(ledgers: _Ledgers, changes: Changes) -> None:
    """What is replaced by its new state, or added to."""
    for (number, lot_number), lot in changes.lots.items():
        bounds.check_lot(lot)
        ledgers.of(number).lots[lot_number] = lot.copy()
    for (number, currency), balance in changes.balances.items():
        bounds.check_balance(balance)
        ledgers.of(number).balances[currency] = balance.copy()
    for (number, counter), used in changes.counters.items():
        bounds.check_count(used)
        ledgers.of(number).counters[counter] = used
    for (number, of, line_id), line in changes.returned.items():
        bounds.check_returned(line)
        ledgers.of(number).returned[of, line_id] = line
    for (number, hold_number), hold in changes.holds.items():
        bounds.check_hold(hold)
        ledgers.of(number).holds[hold_number] = hold.copy()
    for (number, dated), points in changes.credits.items():
        credits_of = ledgers.of(number).credits
        credits_of[dated] = credits_of.get(dated, 0) + points


def _save_keys(state: State, program: str, changes: Changes) -> None:
    numbers = {activity.key: activity.number for activity in changes.activities}
    for key, known in changes.known:
        number = numbers.get(key)
        _insert(state.keys, (program, key), KnownKey(known, number))
        if number is not None:
            state.named[program, key.id] = [*state.named.get((program, key.id), ()), key]


def _insert(table: dict[Key, Row], key: Key, row: Row) -> None:
    if key in table:
        raise StoreFailure(f"{key} stands already")
    table[key] = row
