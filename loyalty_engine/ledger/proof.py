"""The proof of one account: its stored state is what its entries and allocations say, to the last column.

Shares no code with posting: only the values that are stored (entries, allocations, lots, balances, holds).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Protocol

from loyalty_engine.ledger.account import Account, Balance, CreditKey
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Finding, Findings
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.proof_books import Books
from loyalty_engine.ledger.proof_credits import prove_credits
from loyalty_engine.ledger.proof_digest import expected_digest
from loyalty_engine.ledger.proof_holds import HoldLaws
from loyalty_engine.ledger.proof_laws import Laws
from loyalty_engine.ledger.proof_reversals import prove_reversals
from loyalty_engine.ledger.proof_sequels import Sequels
from loyalty_engine.ledger.proof_types import prove_types


class StoredLedger(Protocol):
    """Everything that is stored of one account's ledger."""

    @property
    def account(self) -> Account:
        """Number, seq, digest, recorded_at and activities; the rest is not read."""
        ...

    @property
    def entries(self) -> Sequence[Entry]:
        """By seq."""
        ...

    @property
    def allocations(self) -> Sequence[Allocation]:
        """In any order."""
        ...

    @property
    def lots(self) -> Sequence[Lot]:
        """All, empty ones too."""
        ...

    @property
    def balances(self) -> Mapping[str, Balance]:
        """By currency."""
        ...

    @property
    def holds(self) -> Mapping[int, Hold]:
        """All, resolved ones too, by number."""
        ...

    @property
    def credits(self) -> Mapping[CreditKey, int]:
        """Points that count for tiers, by currency, date, and instant from which they count."""
        ...


def verify(ledger: StoredLedger, counting: Collection[str] = frozenset()) -> list[Finding]:
    """Rebuild an account from its journal and compare; no findings mean that it is proved.

    Dated credits are compared for the currencies `counting`, those that credits are stored of.
    """
    findings = Findings(ledger.account.number)
    prove_types(ledger.entries, ledger.allocations, findings)
    if findings.all:
        return findings.all  # nothing can be computed with such values
    books = Books(findings)
    moves = _moves_by_entry(ledger, findings)
    _prove_journal(ledger, moves, findings)
    holds = _book(ledger.entries, moves, books, findings)
    prove_reversals(ledger.entries, findings)
    prove_credits(ledger.entries, ledger.credits, counting, findings)
    holds.compare(ledger.holds)
    _compare_lots(books.lots, ledger.lots, findings)
    _compare_balances(books, ledger.balances, findings)
    return findings.all


def _moves_by_entry(ledger: StoredLedger, findings: Findings) -> dict[int, list[Allocation]]:
    moves: dict[int, list[Allocation]] = {entry.seq: [] for entry in ledger.entries}
    for move in ledger.allocations:
        if move.account == findings.account and move.seq in moves:
            moves[move.seq].append(move)
        else:
            findings.add("allocation-orphan", f"allocation {move.seq} of lot {move.lot}", None, move.account)
    return moves


def _prove_journal(ledger: StoredLedger, moves: Mapping[int, list[Allocation]], findings: Findings) -> None:
    """Sequence, recorded time, digests, and the account's row that names the last of each."""
    seq = digest = recorded_at = 0
    for entry in ledger.entries:
        place = f"entry {entry.seq}"
        findings.check("sequence-gap", place, seq + 1, entry.seq)
        findings.check("entry-account", place, findings.account, entry.account)
        if entry.recorded_at < recorded_at:
            findings.add("recorded-backwards", place, recorded_at, entry.recorded_at)
        findings.check("digest-broken", place, expected_digest(digest, entry, moves[entry.seq]), entry.digest)
        if (entry.activity or 0) > ledger.account.activities:
            findings.add("activity-unknown", place, ledger.account.activities, entry.activity)
        seq, digest, recorded_at = entry.seq, entry.digest, entry.recorded_at
    for column, last in (("seq", seq), ("digest", digest), ("recorded_at", recorded_at)):
        findings.check("account-differs", f"account {column}", last, getattr(ledger.account, column))


def _book(
    entries: Sequence[Entry], moves: Mapping[int, list[Allocation]], books: Books, findings: Findings
) -> HoldLaws:
    """Book and judge every entry; gives the holds that they rebuild."""
    sequels = Sequels(books, findings)
    laws = Laws(books, sequels, findings)
    for entry in entries:
        sequels.meet(entry, moves[entry.seq])
        laws.judge(entry, moves[entry.seq], books.book(entry, moves[entry.seq]))
        sequels.note(entry.currency)
    sequels.close()
    return laws.holds


def _compare_lots(rebuilt: Mapping[int, Lot], stored: Sequence[Lot], findings: Findings) -> None:
    seen: set[int] = set()
    for lot in stored:
        expected = rebuilt.get(lot.number)
        if expected is None or lot.number in seen:
            findings.add("lot-extra", f"lot {lot.number}", None, lot.number)
            continue
        seen.add(lot.number)
        _compare_columns("lot-differs", f"lot {lot.number}", expected, lot, findings)
    for number in sorted(rebuilt.keys() - seen):
        findings.add("lot-missing", f"lot {number}", number, None)


def _compare_balances(books: Books, stored: Mapping[str, Balance], findings: Findings) -> None:
    for currency, expected in books.balances.items():
        found = stored.get(currency)
        if found is None:
            findings.add("balance-missing", f"balance {currency}", currency, None)
        else:
            _compare_columns("balance-differs", f"balance {currency}", expected, found, findings)
    for currency in sorted(stored.keys() - books.balances.keys()):
        findings.add("balance-extra", f"balance {currency}", None, currency)


def _compare_columns(
    code: str, place: str, expected: Lot | Balance, found: Lot | Balance, findings: Findings
) -> None:
    if expected == found:
        return
    for column in fields(expected):
        value = getattr(found, column.name)
        findings.check(code, f"{place} {column.name}", getattr(expected, column.name), value)
        if isinstance(value, int) and value < 0 and column.name in _BUCKETS:
            findings.add("bucket-negative", f"{place} {column.name}", 0, value)


_BUCKETS = frozenset({"pending", "available", "held", "deficit"})
