"""The proof of what must follow an entry at once, before anything else is posted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Findings
from loyalty_engine.ledger.proof_books import Books


class Doomed(NamedTuple):
    """Points that must expire next: those of a dead lot that a hold's end or a restoration brought up."""

    hold: int | None  # whose end; None: of a restoration
    at: int
    points: int


class Sequels:
    """The duties that stand after each entry.

    A deficit beside available points must be absorbed; what a capture leaves of its hold must be freed;
    points of dead lots must expire.
    """

    def __init__(self, books: Books, findings: Findings) -> None:
        self.books = books
        self.findings = findings
        self.owing: str | None = None  # the currency whose points stand beside a deficit
        self.unfreed: int | None = None  # number of a hold that was captured in part
        self.doomed: dict[int, Doomed] = {}  # by lot

    def meet(self, entry: Entry, moves: Sequence[Allocation]) -> None:
        """Judge whether an entry does what had to come next; before it is booked."""
        lots = {move.lot for move in moves}
        dies = entry.kind == "expiry" and not lots.isdisjoint(self.doomed)
        pays = entry.kind == "absorption" and entry.currency == self.owing and lots.isdisjoint(self.doomed)
        place = f"entry {entry.seq}"
        if self.unfreed is not None and (entry.kind, entry.hold) != ("hold-release", self.unfreed):
            self.findings.add("sequel-missing", place, f"hold-release of {self.unfreed}", entry.kind)
        if self.doomed and not (dies or pays):
            self.findings.add("sequel-missing", place, f"expiry of lot {min(self.doomed)}", entry.kind)
            self.doomed.clear()
        if self.owing is not None and not (dies or pays):
            self.findings.add("deficit-beside-points", place, "absorption", entry.kind)
        self.unfreed = None

    def note(self, currency: str) -> None:
        """See whether a deficit stands beside points, right after an entry was booked."""
        balance = self.books.balances[currency]
        self.owing = currency if balance.deficit > 0 and balance.available > 0 else None

    def close(self) -> None:
        """Judge the end of the journal, where no duty may stand."""
        if self.owing is not None:
            deficit = self.books.balances[self.owing].deficit
            self.findings.add("deficit-beside-points", f"balance {self.owing}", 0, deficit)
        if self.unfreed is not None:
            self.findings.add("sequel-missing", f"hold {self.unfreed}", "hold-release", None)
        for lot in self.doomed:
            self.findings.add("sequel-missing", f"lot {lot}", "expiry", None)
