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
class Kept:
    """Points set aside; what they were taken of, soonest death first."""

    parts: list[tuple[Heap, int]]
    made: int
    until: float
    number: int
    open: bool = True


@dataclass
class Spent:
    """Points spent, and how many of them were not given back, by heap."""

    parts: list[tuple[Heap, int]]
    at: int

    @property
    def left(self) -> int:
        """Points that have not come back."""
        return sum(points for _, points in self.parts)


@dataclass
class Model:
    """One member with `points` and `credits` that mirror them."""

    policy: str
    credit_life: int
    heaps: list[Heap] = field(default_factory=list)
    owed: dict[str, int] = field(default_factory=lambda: {"points": 0, "credits": 0})
    purchases: list[list[Granted]] = field(default_factory=list)
    holds: list[Kept] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)

    def pass_time(self, now: int) -> None:
        """Let everything happen that time brings up to now, one event after the other."""
        while True:
            events: list[tuple[float, bool, int]] = []
            events += [(self._next(heap), False, heap.number) for heap in self.heaps if heap.left]
            events += [(hold.until, True, hold.number) for hold in self.holds if hold.open]
            at, of_hold, number = min(events, default=(inf, False, 0))
            if at > now:
                return
            if of_hold:
                self.let_go(self.holds[number], at)
            elif self.heaps[number].dies <= at:
                self._die(self.heaps[number])
            else:
                self.heaps[number].pending = False
                self._pay(self.heaps[number])

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

    def hold(self, points: int, made: int, until: float, now: int) -> Kept:
        """Set points aside, soonest death first, from when they are there.

        Refused when they are not there, whatever the policy.
        """
        taken, lacking = self._take("points", points)
        if lacking:
            raise Refused
        made = max([made, *[min(max(heap.earned, heap.opens), now) for heap, points in taken if points]])
        self.holds.append(Kept(taken, made, until, len(self.holds)))
        return self.holds[-1]

    def capture(self, hold: Kept, points: int, at: int) -> None:
        """Spend points of a hold, soonest death first; the rest goes back. Refused when it has ended."""
        if not hold.open:
            raise Refused
        at, taken = max(at, hold.made), []
        for place, (heap, there) in enumerate(hold.parts):
            taken.append((heap, min(points, there)))
            points -= taken[-1][1]
            hold.parts[place] = (heap, there - taken[-1][1])
        self.spent.append(Spent(taken, at))
        self.let_go(hold, at)

    def let_go(self, hold: Kept, at: float) -> None:
        """End a hold: what lives is free again, and pays what is owed; what is dead has died."""
        if not hold.open:
            raise Refused
        hold.open = False
        for heap, points in hold.parts:
            self._give(heap, points, at)
        hold.parts = []

    def restore(self, spent: Spent, points: int, at: int, now: int, *, reissue: bool) -> None:
        """Give spent points back where they came from, latest death first, or as a new heap without end."""
        at = max(at, spent.at)
        given = []
        for place, (heap, there) in reversed([*enumerate(spent.parts)]):
            given.append((heap, min(points, there)))
            points -= given[-1][1]
            spent.parts[place] = (heap, there - given[-1][1])
        if reissue:
            self.earn("points", sum(part for _, part in given), at, now, opens=at, dies=inf)
        else:
            for heap, part in reversed(given):
                self._give(heap, part, at)
        self.pass_time(now)

    def show(self, currency: str) -> tuple[int, int, int, int]:
        """Available, pending, held and owed."""
        heaps = [heap for heap in self.heaps if heap.currency == currency]
        available = sum(heap.left for heap in heaps if not heap.pending)
        pending = sum(heap.left for heap in heaps if heap.pending)
        held = [points for hold in self.holds for heap, points in hold.parts if heap.currency == currency]
        return available, pending, sum(held), self.owed[currency]

    def _give(self, heap: Heap, points: int, at: float) -> None:
        if points:
            heap.left += points
            if heap.dies <= at:
                self._die(heap)
            else:
                self._pay(heap)

    @staticmethod
    def _die(heap: Heap) -> None:
        heap.died, heap.left = heap.died + heap.left, 0

    @staticmethod
    def _next(heap: Heap) -> float:
        return min(heap.opens, heap.dies) if heap.pending else heap.dies

    def _pay(self, heap: Heap) -> None:
        paid = min(heap.left, self.owed[heap.currency])
        heap.left, self.owed[heap.currency] = heap.left - paid, self.owed[heap.currency] - paid

    def _take_back(self, heap: Heap, points: int) -> None:
        own = min(heap.left, points)
        heap.left -= own
        expired = min(max(heap.died - heap.forgiven, 0), points - own)
        heap.forgiven += expired + self._spend(heap.currency, points - own - expired)

    def _spend(self, currency: str, points: int) -> int:
        """Take points, or owe them; gives how many are forgiven."""
        _, lacking = self._take(currency, points)
        if lacking and self.policy == "refuse":
            raise Refused
        if self.policy == "allow":
            self.owed[currency] += lacking
            return 0
        return lacking

    def _take(self, currency: str, points: int) -> tuple[list[tuple[Heap, int]], int]:
        """Take points that are there, soonest death first; gives what was taken and how many are lacking."""
        heaps = [heap for heap in self.heaps if heap.currency == currency and not heap.pending]
        taken = []
        for heap in sorted(heaps, key=lambda heap: (heap.dies, heap.earned, heap.number)):
            taken.append((heap, min(heap.left, points)))
            heap.left, points = heap.left - taken[-1][1], points - taken[-1][1]
        return taken, points
