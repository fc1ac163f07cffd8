"""The proof of holds: each is rebuilt from the entries that made, spent and ended it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Findings
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.proof_books import Books
from loyalty_engine.ledger.proof_consumption import dead, order, prove_order, ways
from loyalty_engine.ledger.proof_sequels import Doomed, Sequels

STATUSES = {
    "released": HoldStatus.RELEASED,
    "timed out": HoldStatus.TIMED_OUT,
    "captured in part": HoldStatus.CAPTURED,
}


class HoldLaws:
    """The laws of holds, redemptions and hold-releases. A broken one is a finding that names the law."""

    def __init__(self, books: Books, sequels: Sequels, findings: Findings) -> None:
        self.books = books
        self.sequels = sequels
        self.findings = findings
        self.holds: dict[int, Hold] = {}
        self._left: dict[int, dict[int, int]] = {}  # by hold, by lot: points that it still holds
        self._captured_at = 0

    def hold(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        """A new hold sets available points aside, in order of consumption."""
        require, seq = self.findings.require, entry.seq
        require(seq, "a hold moves no points of the account", (0, 0), (entry.points, raised))
        require(seq, "a hold sets available points aside", {("available", "held")}, {*ways(moves)})
        require(seq, "a hold ends after it begins", True, _before(entry.effective_at, entry.expires_at))
        require(seq, "a hold counts when it takes effect", entry.effective_at, entry.counts_at)
        require(seq, "a worth is money", True, entry.basis is None or entry.basis >= 0)
        lots = [lot for lot in self.books.lots.values() if lot.currency == entry.currency]
        taken = {move.lot for move in moves}
        early = [lot.number for lot in lots if lot.number in taken and lot.available_at > entry.effective_at]
        require(seq, "a hold takes points that are there", [], early)
        prove_order(entry, taken, lots, self.findings)
        self._left[seq] = {move.lot: move.points for move in moves if move.lot in self.books.lots}
        self.holds[seq] = Hold(
            number=seq,
            currency=entry.currency,
            points=sum(move.points for move in moves),
            status=HoldStatus.OPEN,
            until=entry.expires_at,
            lots=(),
            reward=entry.rule,
            worth=entry.basis,
            made_at=entry.effective_at,
        )

    def redemption(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        """A redemption spends points of an open hold, soonest expiry first, and nothing else."""
        hold = self._full(entry)
        if hold is None:
            return
        require, seq, points = self.findings.require, entry.seq, -entry.points
        require(seq, "only an open hold is captured", "open", str(hold.status))
        require(seq, "a redemption spends what it takes", (True, 0), (points > 0, raised))
        require(seq, "a redemption takes held points", {("held", "out")}, {*ways(moves)})
        in_time = hold.made_at <= entry.effective_at and _before(entry.effective_at, hold.until)
        require(seq, "a hold is captured while it lives", True, in_time)
        require(seq, "a redemption counts when it takes effect", entry.effective_at, entry.counts_at)
        require(seq, "a redemption is for what its hold is for", hold.reward, entry.rule)
        pays = None if hold.worth is None else hold.worth * points // max(hold.points, 1)
        require(seq, "a redemption pays its part of the worth", pays, entry.basis)
        left = self._take(entry, moves)
        hold.status, hold.captured = HoldStatus.CAPTURED, points
        self._captured_at = entry.effective_at
        if left:
            self.sequels.unfreed = hold.number

    def release(self, entry: Entry, moves: Sequence[Allocation], raised: int) -> None:
        """A hold's end gives back all that it holds of living lots; the rest is doomed."""
        hold = self._full(entry)
        if hold is None:
            return
        require, seq, at = self.findings.require, entry.seq, entry.effective_at
        require(seq, "a hold-release moves no points of the account", (0, 0), (entry.points, raised))
        require(seq, "a hold-release frees", set(), {*ways(moves)} - {("held", "available")})
        require(seq, "a hold-release counts when it takes effect", at, entry.counts_at)
        part = hold.status is HoldStatus.CAPTURED
        require(seq, "its reason says how a hold ended", part, entry.reason == "captured in part")
        require(seq, "its reason is known", True, entry.reason in STATUSES)
        require(seq, "a hold ends when it says", True, self._in_time(hold, entry))
        left = self._left.pop(hold.number)
        dying = {lot: points for lot, points in left.items() if dead(self.books.lots[lot], at)}
        alive = {lot: points for lot, points in left.items() if lot not in dying}
        freed = {move.lot: move.points for move in moves}
        require(seq, "a hold-release frees all of living lots", sorted(alive.items()), sorted(freed.items()))
        self.sequels.doomed |= {lot: Doomed(hold.number, at, points) for lot, points in dying.items()}
        hold.status = STATUSES.get(entry.reason or "", HoldStatus.RELEASED)

    def compare(self, stored: Mapping[int, Hold]) -> None:
        """Compare every stored hold with what the journal says of it, to the last column."""
        for number, expected in self.holds.items():
            expected.lots = tuple(sorted(self._left.get(number, {}).items()))
            found = stored.get(number)
            if found is None:
                self.findings.add("hold-missing", f"hold {number}", number, None)
            else:
                self._compare(expected, found)
        for number in sorted(stored.keys() - self.holds.keys()):
            self.findings.add("hold-extra", f"hold {number}", None, number)

    def _compare(self, expected: Hold, found: Hold) -> None:
        for column in fields(expected):
            one, other = getattr(expected, column.name), getattr(found, column.name)
            if one != other:
                place = f"hold {expected.number} {column.name}"
                self.findings.add("hold-differs", place, _plain(one), _plain(other))

    def _full(self, entry: Entry) -> Hold | None:
        """The hold that an entry names, with points in it; else a finding."""
        hold = self.holds.get(entry.hold or 0)
        if hold is None or hold.currency != entry.currency or not self._left.get(hold.number):
            place = f"entry {entry.seq} hold"
            self.findings.add("hold-law", place, "a hold with points in it", entry.hold)
            return None
        return hold

    def _take(self, entry: Entry, moves: Iterable[Allocation]) -> dict[int, int]:
        """Take points of a hold; gives what is left of it."""
        left = self._left[entry.hold or 0]
        last = []
        for move in moves:
            there = left.pop(move.lot, 0)
            if move.points > there:
                place = f"allocation {move.seq} of lot {move.lot}"
                self.findings.add("hold-law", place, there, move.points)
            else:
                last.append(order(self.books.lots[move.lot]))
            if move.points < there:
                left[move.lot] = there - move.points
        for lot in left:
            if last and order(self.books.lots[lot]) < max(last):
                self.findings.add("order-of-consumption", f"entry {entry.seq}", 0, lot)
        if not left:
            del self._left[entry.hold or 0]
        return left

    def _in_time(self, hold: Hold, entry: Entry) -> bool:
        if entry.reason == "timed out":
            return entry.effective_at == hold.until
        if hold.status is HoldStatus.CAPTURED:
            return entry.effective_at == self._captured_at
        return hold.made_at <= entry.effective_at and _before(entry.effective_at, hold.until)


def _before(at: int, end: int | None) -> bool:
    return end is None or at < end


def _plain(value: object) -> int | str | None:
    return value if value is None or isinstance(value, int | str) else str(value)
