"""What each kind of entry must look like, judged on the books right after it was booked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Findings
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.proof_books import Books


class Laws:
    """The laws of single entries. A broken one is a finding that names the law."""

    def __init__(self, books: Books, findings: Findings) -> None:
        self.books = books
        self.findings = findings
        self._laws: dict[str, Callable[[Entry, Sequence[Allocation], int], None]] = {
            "accrual": self._opening,
            "release": self._release,
            "expiry": self._expiry,
            "reversal": self._reversal,
            "adjustment": self._adjustment,
            "absorption": self._absorption,
        }

    def judge(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        """Judge one entry that was just booked and raised the deficit by `raised`."""
        law = self._laws.get(entry.kind)
        if law is None:
            self.findings.add("kind-unknown", f"entry {entry.seq}", "a kind of entry", entry.kind)
        else:
            law(entry, moves, raised)

    def _hold(self, entry: Entry, law: str, expected: object, found: object) -> None:
        if expected != found:
            self.findings.add("entry-law", f"entry {entry.seq}: {law}", str(expected), str(found))

    def _opening(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        self._hold(
            entry, "an opening brings points", True, entry.available_at is not None and entry.points > 0
        )
        self._hold(entry, "an opening allocates nothing", 0, len(moves))

    def _release(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        lot = self._only_lot(entry, moves)
        self._hold(entry, "a release moves no points of the account", (0, 0), (entry.points, raised))
        self._hold(entry, "a release frees", [("pending", "available")], _ways(moves))
        if lot is not None:
            self._hold(entry, "a release frees all that is pending", 0, lot.pending)
            self._hold(entry, "a release takes effect when due", lot.available_at, entry.effective_at)
            self._hold(entry, "a release counts from the activity", lot.earned_at, entry.counts_at)

    def _expiry(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        lot = self._only_lot(entry, moves)
        self._hold(entry, "an expiry raises no deficit", 0, raised)
        self._hold(entry, "an expiry takes points", True, entry.points < 0)
        if lot is not None:
            self._hold(entry, "an expiry takes all that is not held", 0, lot.pending + lot.available)
            self._hold(entry, "an expiry takes effect when due", lot.expires_at, entry.effective_at)

    def _absorption(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        self._only_lot(entry, moves)
        self._hold(entry, "an absorption moves no points of the account", 0, entry.points)
        self._hold(entry, "an absorption pays", [("available", "out")], _ways(moves))
        self._hold(entry, "an absorption lowers the deficit", True, raised < 0)

    def _adjustment(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        if entry.available_at is not None:
            self._opening(entry, moves, raised)
            return
        self._hold(entry, "a negative adjustment takes points", True, entry.points <= 0)
        self._debit(entry, moves, raised, own=None)

    def _reversal(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        self._hold(entry, "a reversal takes points", True, entry.available_at is None and entry.points <= 0)
        own = self.books.lots.get(entry.reverses or 0)
        sources = [move.source for move in moves if own is not None and move.lot == own.number]
        if own is not None and "available" in sources:
            self._hold(entry, "a reversal takes pending points first", 0, own.pending)
        if own is not None and (raised or len(sources) < len(moves)):
            self._hold(entry, "a reversal takes its own lot first", 0, own.pending + own.available)
        others = [move for move in moves if own is None or move.lot != own.number]
        self._debit(entry, others, raised, own)

    def _debit(self, entry: Entry, moves: Sequence[Allocation], raised: int, own: Lot | None) -> None:
        """A debit takes available points, soonest expiry first, and only then raises the deficit."""
        self._hold(entry, "a debit lowers no deficit", True, raised >= 0)
        self._hold(
            entry,
            "a debit takes available points",
            {("available", "out")},
            {*_ways(moves), ("available", "out")},
        )
        lots = [lot for lot in self.books.lots.values() if lot.currency == entry.currency and lot is not own]
        taken = {move.lot for move in moves}
        last = max((_order(lot) for lot in lots if lot.number in taken), default=None)
        for lot in lots:
            if lot.available and last is not None and _order(lot) < last:
                self.findings.add("order-of-consumption", f"entry {entry.seq}", 0, lot.number)

    def _only_lot(self, entry: Entry, moves: Sequence[Allocation]) -> Lot | None:
        lots = {move.lot for move in moves}
        self._hold(entry, "it concerns one lot", 1, len(lots))
        return self.books.lots.get(lots.pop()) if lots else None


def _ways(moves: Sequence[Allocation]) -> list[tuple[str, str]]:
    return [(str(move.source), str(move.target)) for move in moves]


def _order(lot: Lot) -> tuple[bool, int, int, int]:
    """Soonest expiry first, never-expiring last, then earned time, then number."""
    return (lot.expires_at is None, lot.expires_at or 0, lot.earned_at, lot.number)
