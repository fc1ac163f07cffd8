"""What each kind of entry must look like, judged on the books right after it was booked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Findings
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.proof_books import Books
from loyalty_engine.ledger.proof_consumption import prove_order, ways
from loyalty_engine.ledger.proof_holds import HoldLaws
from loyalty_engine.ledger.proof_restorations import RestorationLaws
from loyalty_engine.ledger.proof_sequels import Sequels

NAMES_A_HOLD = frozenset({"redemption", "hold-release", "expiry"})


class Laws:
    """The laws of single entries. A broken one is a finding that names the law."""

    def __init__(self, books: Books, sequels: Sequels, findings: Findings) -> None:
        self.books = books
        self.findings = findings
        self.sequels = sequels
        self.holds = HoldLaws(books, sequels, findings)
        self.restorations = RestorationLaws(books, sequels, findings)
        self._laws: dict[str, Callable[[Entry, Sequence[Allocation], int], None]] = {
            "accrual": self._opening,
            "release": self._release,
            "expiry": self._expiry,
            "reversal": self._reversal,
            "adjustment": self._adjustment,
            "absorption": self._absorption,
            "hold": self.holds.hold,
            "redemption": self._redemption,
            "hold-release": self.holds.release,
            "restoration": self.restorations.restoration,
        }

    def judge(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        """Judge one entry that was just booked and raised the deficit by `raised`."""
        if entry.hold is not None and entry.kind not in NAMES_A_HOLD:
            self.findings.add("hold-law", f"entry {entry.seq} hold", None, entry.hold)
        law = self._laws.get(entry.kind)
        if law is None:
            self.findings.add("kind-unknown", f"entry {entry.seq}", "a kind of entry", entry.kind)
        else:
            law(entry, moves, raised)

    def _require(self, entry: Entry, law: str, expected: object, found: object) -> None:
        self.findings.require(entry.seq, law, expected, found)

    def _opening(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        brings = entry.available_at is not None and entry.points > 0
        self._require(entry, "an opening brings points", True, brings)
        self._require(entry, "an opening allocates nothing", 0, len(moves))

    def _release(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        lot = self._only_lot(entry, moves)
        self._require(entry, "a release moves no points of the account", (0, 0), (entry.points, raised))
        self._require(entry, "a release frees", [("pending", "available")], ways(moves))
        if lot is not None:
            self._require(entry, "a release frees all that is pending", 0, lot.pending)
            self._require(entry, "a release takes effect when due", lot.available_at, entry.effective_at)
            self._require(entry, "a release counts from the activity", lot.earned_at, entry.counts_at)

    def _expiry(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        lot = self._only_lot(entry, moves)
        self._require(entry, "an expiry raises no deficit", 0, raised)
        self._require(entry, "an expiry takes points", True, entry.points < 0)
        if lot is None:
            return
        doomed = self.sequels.doomed.pop(lot.number, None)
        if entry.hold is not None:
            found = (entry.hold, entry.effective_at, -entry.points)
            self._require(entry, "held points expire when their hold ends", doomed, found)
            self._require(entry, "it takes held points", [("held", "out")], ways(moves))
            return
        due_at = lot.expires_at if doomed is None else doomed.at
        self._require(entry, "an expiry takes all that is not held", 0, lot.pending + lot.available)
        self._require(entry, "an expiry takes nothing held", False, ("held", "out") in ways(moves))
        self._require(entry, "an expiry takes effect when due", due_at, entry.effective_at)

    def _redemption(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        self.holds.redemption(entry, moves, raised)
        self.restorations.spent(entry, moves)

    def _absorption(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        self._only_lot(entry, moves)
        self._require(entry, "an absorption moves no points of the account", 0, entry.points)
        self._require(entry, "an absorption pays", [("available", "out")], ways(moves))
        self._require(entry, "an absorption lowers the deficit", True, raised < 0)

    def _adjustment(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        if entry.available_at is not None:
            self._opening(entry, moves, raised)
            return
        self._require(entry, "a negative adjustment takes points", True, entry.points <= 0)
        self._debit(entry, moves, raised, own=None)

    def _reversal(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        takes = entry.available_at is None and entry.points <= 0
        self._require(entry, "a reversal takes points", True, takes)
        own = self.books.lots.get(entry.reverses or 0)
        sources = [move.source for move in moves if own is not None and move.lot == own.number]
        if own is not None and "available" in sources:
            self._require(entry, "a reversal takes pending points first", 0, own.pending)
        if own is not None and (raised or len(sources) < len(moves)):
            self._require(entry, "a reversal takes its own lot first", 0, own.pending + own.available)
        others = [move for move in moves if own is None or move.lot != own.number]
        self._debit(entry, others, raised, own)

    def _debit(self, entry: Entry, moves: Sequence[Allocation], raised: int, own: Lot | None) -> None:
        """A debit takes available points, soonest expiry first, and only then raises the deficit."""
        self._require(entry, "a debit lowers no deficit", True, raised >= 0)
        self._require(entry, "a debit takes available points", set(), {*ways(moves)} - {("available", "out")})
        lots = [lot for lot in self.books.lots.values() if lot.currency == entry.currency and lot is not own]
        prove_order(entry, {move.lot for move in moves}, lots, self.findings)

    def _only_lot(self, entry: Entry, moves: Sequence[Allocation]) -> Lot | None:
        lots = {move.lot for move in moves}
        self._require(entry, "it concerns one lot", 1, len(lots))
        return self.books.lots.get(lots.pop()) if lots else None
