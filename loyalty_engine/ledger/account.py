"""The state of one member's account as far as a batch of commands needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from loyalty_engine.decision import CounterKey
from loyalty_engine.ledger.lot import Lot


@dataclass(slots=True)
class Balance:
    """What an account has of one currency; stored next to the lots it sums up."""

    available: int = 0
    pending: int = 0
    held: int = 0
    deficit: int = 0

    @property
    def total(self) -> int:
        """The sum of all entries of this currency (law 1)."""
        return self.available + self.pending + self.held - self.deficit

    def copy(self) -> Balance:
        """A balance that can change without this one changing."""
        return Balance(self.available, self.pending, self.held, self.deficit)


class RecordedAward(NamedTuple):
    """What is stored of an award beside its entry: the exact share of each line, as integer weights."""

    seq: int  # of the award's entry
    weights: tuple[tuple[str, int], ...]  # (line id, weight); share = granted * weight / sum of weights


class ReturnedLine(NamedTuple):
    """How much of a line has come back so far."""

    quantity: int = 0  # thousandths
    amount: int = 0  # minor units
    complete: bool = False


@dataclass(slots=True)
class Account:
    """Loaded under the account's lock; decisions change it only through a `Draft`."""

    number: int
    seq: int = 0  # of the last entry
    digest: int = 0  # of the last entry
    recorded_at: int = 0  # of the last entry; recorded time never runs back
    activities: int = 0  # number of the last activity
    balances: dict[str, Balance] = field(default_factory=dict)
    lots: dict[int, Lot] = field(default_factory=dict)  # those that are due or that a command asked for
    counters: dict[CounterKey, int] = field(default_factory=dict)  # of the periods asked for
    expired: dict[int, int] = field(default_factory=dict)  # by lot: points expired since it was loaded
    _dues: list[tuple[int, int]] | None = field(default=None, compare=False, repr=False)  # a heap, lazily

    def due_by(self, now: int) -> list[tuple[int, int]]:
        """(instant, number) of each loaded lot that time changes at or before `now`; changes no lot.

        All lots are looked at the first time only: a batch may bring one member thousands of commands.
        """
        dues = self._dues
        if dues is None:
            dues = [(at, lot.number) for lot in self.lots.values() if (at := lot.due_at) is not None]
            heapify(dues)
            self._dues = dues
        found: list[tuple[int, int]] = []
        while dues and dues[0][0] <= now:
            at, number = heappop(dues)
            lot = self.lots.get(number)
            if lot is not None and lot.due_at == at:  # else it was posted since, or the lot was emptied
                found.append((at, number))
        for one in found:  # whoever asks may drop what he posts of it
            heappush(dues, one)
        return found

    def put(self, lot: Lot) -> None:
        """Keep a new or changed lot; an emptied one leaves: nothing can be taken from it, nothing is due."""
        if not lot.remaining:
            self.lots.pop(lot.number, None)
            return
        before, due_at = self.lots.get(lot.number), lot.due_at
        self.lots[lot.number] = lot
        if self._dues is not None and due_at is not None and (before is None or before.due_at != due_at):
            heappush(self._dues, (due_at, lot.number))
