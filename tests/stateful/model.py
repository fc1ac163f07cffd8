"""A ledger small enough to be obviously right: lots as heaps of points, no entries, no store, no drafts."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor, inf


class Refused(Exception):
    """The model refuses the command; the caller forgets whatever it changed."""


@dataclass
class Heap:
    """Points that came in together."""

    currency: str
    left: int
    earned: int
    opens: int
    dies: float
    pending: bool
    number: int
    died: int = 0
    forgiven: int = 0


@dataclass
class Granted:
    """One award: its points, what has been taken back of it, and its heaps (the award's and its credit's)."""

    points: int
    weights: dict[str, int]
    heaps: list[Heap]
    back: int = 0


@dataclass
class Model:
    """One member with `points` and `credits` that mirror them."""

    policy: str
    credit_life: int
    heaps: list[Heap] = field(default_factory=list)
    owed: dict[str, int] = field(default_factory=lambda: {"points": 0, "credits": 0})
    purchases: list[list[Granted]] = field(default_factory=list)

    def pass_time(self, now: int) -> None:
        """Let everything happen that time brings up to now, one event after the other."""
        while True:
            events = [(self._next(heap), heap.number, heap) for heap in self.heaps if heap.left]
            at, _, heap = min(events, default=(inf, 0, None), key=lambda event: event[:2])
            if heap is None or at > now:
                return
            if heap.dies <= at:
                heap.died, heap.left = heap.died + heap.left, 0
            else:
                heap.pending = False
                self._pay(heap)

    def earn(self, currency: str, points: int, at: int, now: int, *, opens: int, dies: float) -> Heap:
        """Points come in; what is available pays what is owed."""
        pending = opens > min(at, now)
        heap = Heap(currency, points, at, opens, dies, pending, len(self.heaps))
        self.heaps.append(heap)
        if not pending:
            self._pay(heap)
        return heap

    def buy(self, awards: list[tuple[int, dict[str, int], int, float]], at: int, now: int) -> None:
        """Awards of (points, weights, pending for, living for), each mirrored by credits."""
        granted = []
        for points, weights, pending, life in awards:
            own = self.earn("points", points, at, now, opens=at + pending, dies=at + life)
            dies = at + self.credit_life
            credit = self.earn("credits", points, at, now, opens=at + pending, dies=dies)
            granted.append(Granted(points, weights, [own, credit]))
        self.purchases.append(granted)
        self.pass_time(now)

    def give_back(self, purchase: int, fractions: dict[str, Fraction]) -> None:
        """Take back what the fractions of each line say that have come back so far."""
        for award in self.purchases[purchase]:
            total = sum(award.weights.values())
            weights = award.weights if total > 0 else dict.fromkeys(award.weights, 1)
            part = sum(Fraction(w, sum(weights.values())) * fractions[line] for line, w in weights.items())
            back = max(min(floor(award.points * part), award.points), award.back)
            for heap in award.heaps:
                self._take_back(heap, back - award.back)
            award.back = back

    def adjust(self, points: int, at: int) -> None:
        """Up: a heap without end. Down: spend."""
        if points > 0:
            self.earn("points", points, at, at, opens=at, dies=inf)
        else:
            self._spend("points", -points)

    def show(self, currency: str) -> tuple[int, int, int]:
        """Available, pending and owed."""
        heaps = [heap for heap in self.heaps if heap.currency == currency]
        available = sum(heap.left for heap in heaps if not heap.pending)
        return available, sum(heap.left for heap in heaps if heap.pending), self.owed[currency]

    @staticmethod
    def _next(heap: Heap) -> float:
        return min(heap.opens, heap.dies) if heap.pending else heap.dies

    def _pay(self, heap: Heap) -> None:
        paid = min(heap.left, self.owed[heap.currency])
        heap.left, self.owed[heap.currency] = heap.left - paid, self.owed[heap.currency] - paid

    def _take_back(self, heap: Heap, points: int) -> None:
        own = min(heap.left, points)
        heap.left -= own
        expired = min(heap.died - heap.forgiven, points - own)
        heap.forgiven += expired
        self._spend(heap.currency, points - own - expired)

    def _spend(self, currency: str, points: int) -> None:
        heaps = [heap for heap in self.heaps if heap.currency == currency and not heap.pending]
        for heap in sorted(heaps, key=lambda heap: (heap.dies, heap.earned, heap.number)):
            taken = min(heap.left, points)
            heap.left, points = heap.left - taken, points - taken
        if points and self.policy == "refuse":
            raise Refused
        if self.policy == "allow":
            self.owed[currency] += points
