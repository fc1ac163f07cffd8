"""The books that the proof rebuilds: lots and balances from entries and allocations alone."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty_engine.ledger.account import Balance
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Findings
from loyalty_engine.ledger.lot import Lot

BUCKETS = frozenset({"pending", "available", "held", "out"})


class Books:
    """One account's lots and balances after each entry; what cannot be booked is a finding."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.lots: dict[int, Lot] = {}
        self.balances: dict[str, Balance] = {}
        self.sums: dict[str, int] = {}

    def book(self, entry: Entry, moves: Sequence[Allocation]) -> int:
        """Book one entry; gives by how much it raised the deficit (negative: lowered)."""
        balance = self.balances.setdefault(entry.currency, Balance())
        out = sum([self._move(entry, move, balance) for move in moves])
        raised = 0
        if entry.available_at is None:
            raised = -entry.points - out
            balance.deficit += raised
            if balance.deficit < 0:
                self.findings.add("deficit-negative", f"entry {entry.seq}", 0, balance.deficit)
        else:
            self._open(entry, entry.available_at, balance)
        self.sums[entry.currency] = running = self.sums.get(entry.currency, 0) + entry.points
        self.findings.check(
            "balance-running", f"entry {entry.seq} balance_after", running, entry.balance_after
        )
        return raised

    def _open(self, entry: Entry, available_at: int, balance: Balance) -> None:
        pending = available_at > entry.effective_at
        self.lots[entry.seq] = Lot(
            number=entry.seq,
            currency=entry.currency,
            original=entry.points,
            pending=entry.points if pending else 0,
            available=0 if pending else entry.points,
            held=0,
            earned_at=entry.counts_at,
            available_at=available_at,
            expires_at=entry.expires_at,
        )
        if pending:
            balance.pending += entry.points
        else:
            balance.available += entry.points

    def _move(self, entry: Entry, move: Allocation, balance: Balance) -> int:
        """Move points of a lot; gives how many left the account, a negative number when they came back."""
        place = f"allocation {move.seq} of lot {move.lot}"
        lot = self.lots.get(move.lot)
        if lot is None or lot.currency != entry.currency:
            self.findings.add("lot-unknown", place, entry.currency, lot.currency if lot else None)
            return 0
        if move.source not in BUCKETS or move.target not in BUCKETS or move.source == move.target:
            self.findings.add("bucket-unknown", place, "a bucket", f"{move.source} to {move.target}")
            return 0
        out = lot.original - lot.pending - lot.available - lot.held
        there = out if move.source == "out" else getattr(lot, move.source)
        if not 0 < move.points <= there:
            self.findings.add("overdrawn", place, there, move.points)
        came_back = self._add(lot, balance, move.source, -move.points)
        return came_back + self._add(lot, balance, move.target, move.points)

    @staticmethod
    def _add(lot: Lot, balance: Balance, bucket: str, points: int) -> int:
        """Add to a bucket of a lot and of its currency's balance; to `out`: gives the points back."""
        if bucket == "out":
            return points
        setattr(lot, bucket, getattr(lot, bucket) + points)
        setattr(balance, bucket, getattr(balance, bucket) + points)
        return 0
