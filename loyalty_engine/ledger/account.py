"""The state of one member's account as far as a batch of commands needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from loyalty_engine.decision import CounterKey
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.lot import Lot

CreditKey = tuple[str, int, int]
"""Currency, the instant that points count at for tiers, and the instant from which they count."""


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


class Due(NamedTuple):
    """What time alone changes; several sort by instant, lots before holds, then number."""

    at: int
    of_hold: bool
    number: int  # of the lot or hold


@dataclass(slots=True)
class Account:
    """Loaded under the account's lock; decisions change it only through a `Draft`."""

    number: int
    seq: int = 0  # of the last entry
    digest: int = 0  # of the last entry
    recorded_at: int = 0  # of the last entry; recorded time never runs back
    activities: int = 0  # number of the last activity
    clock: int = 0  # the latest business clock of a command: what time makes of tiers is judged up to it
    balances: dict[str, Balance] = field(default_factory=dict)
    lots: dict[int, Lot] = field(default_factory=dict)  # those that are due or that a command asked for
    counters: dict[CounterKey, int] = field(default_factory=dict)  # of the periods asked for
    expired: dict[int, int] = field(default_factory=dict)  # by lot: points expired since it was loaded
    holds: dict[int, Hold] = field(default_factory=dict)  # open ones if there are any, and those asked for
    emptied: dict[int, Lot] = field(
        default_factory=dict
    )  # lots with nothing left, of this batch or asked for
    _dues: list[Due] | None = field(default=None, compare=False, repr=False)  # a heap, lazily

    def due_by(self, now: int) -> list[Due]:
        """Each loaded lot and hold that time changes at or before `now`; changes none.

        All lots are looked at the first time only: a batch may bring one member thousands of commands.
        """
        dues = self._dues
        if dues is None:
            dues = [
                Due(at, False, lot.number) for lot in self.lots.values() if (at := lot.due_at) is not None
            ]
            dues += [
                Due(at, True, one.number) for one in self.holds.values() if (at := one.due_at) is not None
            ]
            heapify(dues)
            self._dues = dues
        found: list[Due] = []
        while dues and dues[0].at <= now:
            due = heappop(dues)
            one = self.holds.get(due.number) if due.of_hold else self.lots.get(due.number)
            if one is not None and one.due_at == due.at:  # else it was posted since, or emptied
                found.append(due)
        for due in found:  # whoever asks may drop what he posts of it
            heappush(dues, due)
        return found

    def lot(self, number: int) -> Lot | None:
        """A loaded lot, empty ones too."""
        return self.lots.get(number) or self.emptied.get(number)

    def put(self, lot: Lot) -> None:
        """Keep a new or changed lot; an emptied one stands aside: nothing is due, but it may be refilled."""
        number = lot.number
        if not lot.remaining:
            self.lots.pop(number, None)
            self.emptied[number] = lot
            return
        self.emptied.pop(number, None)
        before, due_at = self.lots.get(number), lot.due_at
        self.lots[number] = lot
        if self._dues is not None and due_at is not None and (before is None or before.due_at != due_at):
            heappush(self._dues, Due(due_at, False, number))

    def put_hold(self, hold: Hold) -> None:
        """Keep a new or changed hold."""
        before, due_at = self.holds.get(hold.number), hold.due_at
        self.holds[hold.number] = hold
        if self._dues is not None and due_at is not None and (before is None or before.due_at != due_at):
            heappush(self._dues, Due(due_at, True, hold.number))
