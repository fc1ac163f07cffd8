"""The proof of restorations: each gives back no more than its redemption took, of no lot and in all."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Findings
from loyalty_engine.ledger.proof_books import Books
from loyalty_engine.ledger.proof_consumption import dead, order, ways
from loyalty_engine.ledger.proof_sequels import Doomed, Sequels


class RestorationLaws:
    """Remembers what redemptions took, and judges what comes back of it."""

    def __init__(self, books: Books, sequels: Sequels, findings: Findings) -> None:
        self.books = books
        self.sequels = sequels
        self.findings = findings
        self._paid: dict[int, Entry] = {}
        self._left: dict[int, dict[int, int]] = {}  # by redemption, by lot: points that may go back there
        self._back: dict[int, int] = {}  # by redemption: points that came back

    def spent(self, entry: Entry, moves: Sequence[Allocation]) -> None:
        """Remember a redemption."""
        self._paid[entry.seq] = entry
        self._left[entry.seq] = {move.lot: move.points for move in moves if move.lot in self.books.lots}
        self._back[entry.seq] = 0

    def restoration(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        """It brings points back of one redemption: to the lots it took them of, or in a new lot."""
        paid = self._paid.get(entry.reverses or 0)
        if paid is None or paid.currency != entry.currency:
            place = f"entry {entry.seq} reverses"
            self.findings.add("restoration-law", place, "a redemption before it", entry.reverses)
            return
        require, seq = self.findings.require, entry.seq
        require(seq, "a restoration brings points", (True, 0), (entry.points > 0, raised))
        require(seq, "a restoration undoes what it brings", entry.points, entry.reversed_points)
        require(
            seq, "a restoration names the reward", (paid.rule, paid.rulebook), (entry.rule, entry.rulebook)
        )
        require(seq, "it does not come before it", True, paid.effective_at <= entry.effective_at)
        require(seq, "a restoration counts when it takes effect", entry.effective_at, entry.counts_at)
        self._back[paid.seq] = back = self._back[paid.seq] + entry.points
        if back > -paid.points:
            self.findings.add("restored-above-redeemed", f"entry {paid.seq}", -paid.points, back)
        if entry.available_at is None:
            self._to_lots(entry, moves, self._left[paid.seq])
        else:
            opens = (0, entry.effective_at)
            require(seq, "a new lot is open at once", opens, (len(moves), entry.available_at))
            self._reissued(entry.points, self._left[paid.seq])

    def _reissued(self, points: int, left: dict[int, int]) -> None:
        """What comes in a new lot does not go back to its own, latest expiry first."""
        for lot in sorted(left, key=lambda number: order(self.books.lots[number]), reverse=True):
            taken = min(points, left[lot])
            points, left[lot] = points - taken, left[lot] - taken
            if not left[lot]:
                del left[lot]

    def _to_lots(self, entry: Entry, moves: Sequence[Allocation], left: dict[int, int]) -> None:
        require, seq = self.findings.require, entry.seq
        require(seq, "a restoration gives spent points back", {("out", "available")}, {*ways(moves)})
        for move in moves:
            there = left.pop(move.lot, 0)
            if move.points > there:
                place = f"allocation {seq} of lot {move.lot}"
                self.findings.add("restored-above-redeemed", place, there, move.points)
            if move.points < there:
                left[move.lot] = there - move.points
        lots = self.books.lots
        first = min((order(lots[move.lot]) for move in moves if move.lot in lots), default=None)
        for lot in left:
            if first is not None and order(lots[lot]) > first:
                self.findings.add("restoration-law", f"entry {seq}: latest expiry first", 0, lot)
        self.sequels.doomed |= {
            move.lot: Doomed(None, entry.effective_at, move.points)
            for move in moves
            if move.lot in lots and dead(lots[move.lot], entry.effective_at)
        }
