"""A draft: what one command would change of an account; dropped on a refusal, committed on acceptance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from loyalty_engine.decision import CounterKey
from loyalty_engine.errors import InvariantViolation
from loyalty_engine.ledger.account import Account, Balance, CreditKey, RecordedAward
from loyalty_engine.ledger.digest import chained_digest
from loyalty_engine.ledger.entry import Allocation, Bucket, Entry, EntryKind
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.lot import Lot

NOTHING = Balance()


class Movement(NamedTuple):
    """Points of a lot that an entry moves from one bucket to another."""

    lot: int
    source: Bucket
    target: Bucket
    points: int  # > 0


class Draft:
    """An overlay over an account: lots and balances are copied when first written, entries collected.

    Reads see what the draft has changed so far; the account stays as it was until `commit`. The public
    attributes hold exactly what is new or changed, for the store; they are not to be written from outside.
    """

    __slots__ = (
        "account",
        "activities",
        "allocations",
        "awards",
        "balances",
        "counters",
        "credits",
        "digest",
        "entries",
        "expired",
        "holds",
        "lots",
        "recorded_at",
        "seq",
    )

    def __init__(self, account: Account) -> None:
        self.account = account
        self.seq = account.seq
        self.digest = account.digest
        self.recorded_at = account.recorded_at
        self.activities = account.activities
        self.entries: list[Entry] = []
        self.allocations: list[Allocation] = []
        self.awards: list[RecordedAward] = []
        self.lots: dict[int, Lot] = {}
        self.balances: dict[str, Balance] = {}
        self.counters: dict[CounterKey, int] = {}
        self.expired: dict[int, int] = {}  # by lot: points that this draft lets expire
        self.holds: dict[int, Hold] = {}
        self.credits: dict[CreditKey, int] = {}  # points that count for tiers: what this draft adds

    def lot(self, number: int) -> Lot | None:
        """The lot as this draft sees it, to be read only; None when it was not loaded."""
        return self.lots.get(number) or self.account.lot(number)

    def each_lot(self) -> Iterator[Lot]:
        """Every loaded lot as this draft sees it, to be read only, in no particular order."""
        own, loaded = self.lots, self.account.lots
        yield from own.values()
        for number, lot in loaded.items():
            if number not in own:
                yield lot

    def balance(self, currency: str) -> Balance:
        """The balance as this draft sees it, to be read only."""
        return self.balances.get(currency) or self.account.balances.get(currency) or NOTHING

    def hold(self, number: int) -> Hold | None:
        """The hold as this draft sees it, to be read only; None when it was not loaded."""
        return self.holds.get(number) or self.account.holds.get(number)

    def open_holds(self) -> Iterator[Hold]:
        """Every loaded hold that is open as this draft sees it, to be read only, in no particular order."""
        for hold in (self.account.holds | self.holds).values():
            if hold.status is HoldStatus.OPEN:
                yield hold

    def put_hold(self, hold: Hold) -> None:
        """Keep a new hold, or the new state of one (a copy: the account's own must not change)."""
        self.holds[hold.number] = hold

    def credit(self, currency: str, counts_at: int, counts_from: int, points: int) -> None:
        """Add to what is dated at `counts_at` and counts for tiers from the instant `counts_from`."""
        key = (currency, counts_at, counts_from)
        self.credits[key] = self.credits.get(key, 0) + points

    def counter(self, key: CounterKey) -> int:
        """What is used of a cap or limit."""
        count = self.counters.get(key)
        return self.account.counters.get(key, 0) if count is None else count

    def count(self, key: CounterKey, used: int) -> None:
        """Add to what is used of a cap or limit; a negative number gives back, never below 0."""
        self.counters[key] = max(self.counter(key) + used, 0)

    def expired_of(self, lot: int) -> int:
        """Points of a lot that have expired since the account was loaded."""
        return self.account.expired.get(lot, 0) + self.expired.get(lot, 0)

    def new_activity(self) -> int:
        """The number of the activity that this command records."""
        self.activities += 1
        return self.activities

    def post(
        self,
        kind: EntryKind,
        currency: str,
        points: int,
        *,
        effective_at: int,
        counts_at: int,
        recorded_at: int,
        moves: Sequence[Movement] = (),
        available_at: int | None = None,
        expires_at: int | None = None,
        activity: int | None = None,
        rulebook: int | None = None,
        rule: str | None = None,
        mirrors: int | None = None,
        reverses: int | None = None,
        reversed_points: int | None = None,
        basis: int | None = None,
        actor: str | None = None,
        reason: str | None = None,
        request: str | None = None,
        funder: str | None = None,
        unit_price: str | None = None,
        hold: int | None = None,
    ) -> Entry:
        """Append an entry, move the lots and the balance accordingly, and chain its digest.

        With `available_at` it opens a lot, pending when that is later than `effective_at`; otherwise what
        `points` take beyond the allocations to `out` becomes deficit. Raises InvariantViolation when a
        bucket or the deficit would fall below 0: a bug of the caller.
        """
        balance = self._writable_balance(currency)
        self.seq = seq = self.seq + 1
        self.recorded_at = recorded_at = max(recorded_at, self.recorded_at)
        if available_at is None:
            moves = sorted(moves) if len(moves) > 1 else moves
            self._move(balance, currency, points, moves)
            number = self.account.number
            self.allocations.extend([Allocation(number, seq, *move) for move in moves])
        else:
            pending = points if available_at > effective_at else 0
            self._open(
                balance,
                Lot(seq, currency, points, pending, points - pending, 0, counts_at, available_at, expires_at),
            )
        after = balance.available + balance.pending + balance.held - balance.deficit
        columns = (
            self.account.number, seq, currency, str(kind), points, after,
            effective_at, counts_at, recorded_at, available_at, expires_at,
            activity, rulebook, rule, mirrors, reverses, reversed_points,
            basis, actor, reason, request, funder, unit_price, hold,
        )  # fmt: skip
        self.digest = digest = chained_digest(self.digest, columns, moves)
        entry = Entry._make((*columns, digest))
        self.entries.append(entry)
        return entry

    def commit(self) -> None:
        """Merge into the account, so that a later command of the batch sees it. Ends the draft's life."""
        account = self.account
        account.seq, account.digest, account.recorded_at = self.seq, self.digest, self.recorded_at
        account.activities = self.activities
        account.balances.update(self.balances)
        account.counters.update(self.counters)
        for lot in self.lots.values():
            account.put(lot)
        for hold in self.holds.values():
            account.put_hold(hold)
        for number, points in self.expired.items():
            account.expired[number] = account.expired.get(number, 0) + points

    def _open(self, balance: Balance, lot: Lot) -> None:
        if lot.original <= 0:
            raise InvariantViolation("a lot would open with no points", lot=lot.number, points=lot.original)
        balance.pending += lot.pending
        balance.available += lot.available
        self.lots[lot.number] = lot

    def _move(self, balance: Balance, currency: str, points: int, moves: Sequence[Movement]) -> None:
        out = 0
        for number, source, target, moved in moves:
            lot = self._writable_lot(number)
            left = getattr(lot, "gone" if source is Bucket.OUT else source) - moved
            if moved <= 0 or left < 0 or lot.currency != currency:
                raise InvariantViolation("a lot would fall below 0", lot=number, bucket=source, points=moved)
            if source is Bucket.OUT:
                out -= moved
            else:
                setattr(lot, source, left)
                setattr(balance, source, getattr(balance, source) - moved)
            if target is Bucket.OUT:
                out += moved
            else:
                setattr(lot, target, getattr(lot, target) + moved)
                setattr(balance, target, getattr(balance, target) + moved)
        balance.deficit -= points + out
        if balance.deficit < 0:
            raise InvariantViolation("a deficit would fall below 0", currency=currency, points=points)

    def _writable_balance(self, currency: str) -> Balance:
        own = self.balances.get(currency)
        if own is None:
            own = self.balances[currency] = self.account.balances.get(currency, NOTHING).copy()
        return own

    def _writable_lot(self, number: int) -> Lot:
        own = self.lots.get(number)
        if own is None:
            loaded = self.account.lot(number)
            if loaded is None:
                raise InvariantViolation("a lot that was not loaded is drawn on", lot=number)
            own = self.lots[number] = loaded.copy()
        return own
