"""One member's ledger as a store would keep it: every command loads, decides on a draft, saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.decision import Award
from loyalty_engine.ledger.account import Account, Balance, CreditKey, RecordedAward, ReturnedLine
from loyalty_engine.ledger.accrual_posting import post_awards
from loyalty_engine.ledger.adjustment import post_adjustment
from loyalty_engine.ledger.balance import balance_at, balance_now
from loyalty_engine.ledger.capture import post_capture
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.due import post_due
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Finding
from loyalty_engine.ledger.hold import Hold, HoldStatus
from loyalty_engine.ledger.hold_release import HoldEnd, post_hold_release
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.proof import verify
from loyalty_engine.ledger.reservation import post_hold
from loyalty_engine.ledger.restoration import Payment, post_restoration
from loyalty_engine.ledger.returned_lines import BoughtLine
from loyalty_engine.ledger.reversal import Bought, Returned, post_return
from loyalty_engine.ledger.standing import Standing
from loyalty_engine.ledger.terms import CurrencyTerms

POINTS = CurrencyTerms("points")
ONE_LINE = (BoughtLine("1", 1000, 100),)


def lives(length: int) -> Callable[[int], int]:
    """An expiry setting: dead so many microseconds after the instant it counts from."""
    return lambda earned_at: earned_at + length


def grant(
    points: int,
    *,
    rule: str = "base",
    currency: str = "points",
    weights: Sequence[tuple[str, int]] = (("1", 1),),
    available_at: int = 0,
    expires_at: int | None = None,
) -> Award:
    """An award as evaluation would hand it over."""
    return Award(rule, "base", currency, points, 100, tuple(weights), False, available_at, expires_at)


class Shelf(NamedTuple):
    """All stored rows of one account."""

    account: Account
    entries: tuple[Entry, ...]
    allocations: tuple[Allocation, ...]
    lots: tuple[Lot, ...]
    balances: Mapping[str, Balance]
    holds: Mapping[int, Hold]
    credits: Mapping[CreditKey, int]


@dataclass
class Purchase:
    """A recorded activity that can be returned."""

    lines: Sequence[BoughtLine]
    entries: list[Entry] = field(default_factory=list)
    awards: dict[int, RecordedAward] = field(default_factory=dict)
    returned: dict[str, ReturnedLine] = field(default_factory=dict)


class Bookkeeper:
    """Keeps the rows; `now` and `at` are plain small instants. The recorded clock ticks by command."""

    def __init__(self, *terms: CurrencyTerms, policy: DeficitPolicy = DeficitPolicy.ALLOW) -> None:
        self.terms = {currency.name: currency for currency in terms or (POINTS,)}
        self.policy = policy
        self.state = Account(7)
        self.entries: list[Entry] = []
        self.allocations: list[Allocation] = []
        self.lots: dict[int, Lot] = {}
        self.balances: dict[str, Balance] = {}
        self.purchases: dict[int, Purchase] = {}
        self.expired: dict[int, int] = {}
        self.holds: dict[int, Hold] = {}
        self.payments: dict[int, Payment] = {}  # by the redemption's seq
        self.credits: dict[CreditKey, int] = {}
        self.recorded_at = 1000

    def buy(
        self, *awards: Award, at: int, now: int | None = None, lines: Sequence[BoughtLine] = ONE_LINE
    ) -> int:
        """Record a purchase with its awards; gives its number."""
        now = at if now is None else now
        draft = self._begin(now, debit=False)
        number = draft.new_activity()
        first = len(draft.entries)
        occasion = Occasion(now, self.recorded_at, at, number, 1, None, f"buy-{number}")
        post_awards(draft, awards, tuple(self.terms.values()), occasion)
        granted = [entry for entry in draft.entries[first:] if entry.kind == "accrual"]
        recorded = {award.seq: award for award in draft.awards}
        self._save(draft)
        self.purchases[number] = Purchase(lines, granted, recorded)
        return number

    def give_back(self, purchase: int, *lines: ReturnLine, at: int, now: int | None = None) -> Returned:
        """Record a return; no lines for all that is left. Raises what `post_return` raises."""
        now = at if now is None else now
        draft = self._begin(now, debit=True)
        number = draft.new_activity()
        bought = self.purchases[purchase]
        first = len(draft.entries)
        occasion = Occasion(now, self.recorded_at, at, number, 2, None, f"return-{number}")
        original = Bought(bought.lines, bought.entries, bought.awards, self.expired, bought.returned)
        returned = post_return(draft, original, lines, self.policy, occasion)
        self._save(draft)
        bought.entries += draft.entries[first:]
        bought.returned.update(returned.lines)
        return returned

    def adjust(self, points: int, *, at: int, now: int | None = None, currency: str = "points") -> Entry:
        """Correct by hand. Raises what `post_adjustment` raises."""
        now = at if now is None else now
        draft = self._begin(now, debit=points < 0)
        occasion = Occasion(now, self.recorded_at, at, actor="anna", request="desk-1")
        entry = post_adjustment(
            draft, self.terms[currency], points, occasion, reason="goodwill", policy=self.policy
        )
        self._save(draft)
        return entry

    def reserve(
        self,
        points: int,
        *,
        at: int,
        until: int | None = None,
        reward: str | None = None,
        worth: int | None = None,
        currency: str = "points",
    ) -> Hold:
        """Set points aside. Raises what `post_hold` raises."""
        draft = self._begin(at, debit=True)
        occasion = Occasion(at, self.recorded_at, at)
        hold = post_hold(draft, currency, points, occasion, until=until, reward=reward, worth=worth)
        self._save(draft)
        return hold

    def capture(self, hold: int, points: int, *, at: int, now: int | None = None) -> Entry:
        """Spend held points. Raises what `post_capture` raises."""
        now = at if now is None else now
        draft = self._begin(now, debit=False)
        entry = post_capture(draft, self._hold(draft, hold), points, Occasion(now, self.recorded_at, at))
        self._save(draft)
        self._remember(entry, draft)
        return entry

    def redeem(self, points: int, *, at: int, now: int | None = None, worth: int | None = None) -> Entry:
        """Reserve and capture in one command. Raises what `post_hold` raises."""
        now = at if now is None else now
        draft = self._begin(now, debit=True)
        occasion = Occasion(now, self.recorded_at, at)
        hold = post_hold(draft, "points", points, occasion, until=None, worth=worth)
        entry = post_capture(draft, hold, points, occasion)
        self._save(draft)
        self._remember(entry, draft)
        return entry

    def release(self, hold: int, *, at: int) -> Entry:
        """Give held points back. Raises what `post_hold_release` raises."""
        draft = self._begin(at, debit=False)
        entry = post_hold_release(draft, self._hold(draft, hold), at, self.recorded_at, HoldEnd.RELEASED)
        self._save(draft)
        return entry

    def restore(
        self, redemption: int, points: int, *, at: int, now: int | None = None, reissue: bool = False
    ) -> Entry:
        """Undo a redemption, in whole or in part. Raises what `post_restoration` raises."""
        now = at if now is None else now
        payment = self.payments[redemption]
        draft = self._begin(now, debit=False)
        for number, _ in payment.lots:  # a store loads a payment with its lots, and those may be empty
            draft.account.put(self.lots[number].copy())
        post_due(draft, now, self.recorded_at)
        terms = self.terms[payment.entry.currency] if reissue else None
        entry = post_restoration(draft, payment, points, Occasion(now, self.recorded_at, at), terms)
        moves = tuple([(move.lot, move.points) for move in draft.allocations if move.seq == entry.seq])
        self._save(draft)
        payment.restored.append((entry, moves))
        return entry

    def post_due(self, now: int) -> None:
        """What the nightly job does."""
        self._save(self._begin(now, debit=False))

    def show(self, now: int, currency: str = "points") -> Standing:
        """What the member is shown now."""
        return self.standings(now).get(currency, Standing())

    def standings(self, now: int) -> dict[str, Standing]:
        """What the member is shown now, of each currency."""
        return balance_now(self.lots.values(), self.holds.values(), self.balances, now)

    def show_at(self, at: int, known_at: int | None = None, currency: str = "points") -> Standing:
        """What the member had as of an instant, as known then or now."""
        known = self.recorded_at if known_at is None else known_at
        return balance_at(self.entries, self.allocations, at, known).get(currency, Standing())

    @property
    def head(self) -> tuple[int, int, int, int, int]:
        """The account's row: its number, and the last of each count."""
        state = self.state
        return (state.number, state.seq, state.digest, state.recorded_at, state.activities)

    @property
    def shelf(self) -> Shelf:
        """All rows, copied."""
        lots = tuple(lot.copy() for _, lot in sorted(self.lots.items()))
        balances = {name: balance.copy() for name, balance in self.balances.items()}
        head = Account(*self.head)
        holds = {number: hold.copy() for number, hold in sorted(self.holds.items())}
        journal = tuple(self.entries), tuple(self.allocations)
        return Shelf(head, *journal, lots, balances, holds, dict(self.credits))

    @property
    def findings(self) -> list[Finding]:
        """What the proof finds wrong."""
        return verify(self.shelf, counting=self.terms)

    def kinds(self, currency: str = "points") -> list[tuple[str, int]]:
        """Kind and points of each entry of a currency."""
        return [(entry.kind, entry.points) for entry in self.entries if entry.currency == currency]

    def _begin(self, now: int, *, debit: bool) -> Draft:
        """Load as a store does: due and held lots, or every open one for a debit; post what is due."""
        self.recorded_at += 1
        lots = {
            lot.number: lot.copy()
            for lot in self.lots.values()
            if (debit and lot.remaining) or lot.held or (lot.due_at is not None and lot.due_at <= now)
        }
        balances = {name: balance.copy() for name, balance in self.balances.items()}
        holds = {one.number: one.copy() for one in self.holds.values() if one.status is HoldStatus.OPEN}
        draft = Draft(Account(*self.head, balances=balances, lots=lots, holds=holds))
        post_due(draft, now, self.recorded_at)
        return draft

    def _save(self, draft: Draft) -> None:
        draft.commit()
        self.state = draft.account
        self.entries += draft.entries
        self.allocations += draft.allocations
        self.lots.update(draft.lots)
        self.balances.update(draft.balances)
        self.holds.update(draft.holds)
        for lot, points in draft.expired.items():
            self.expired[lot] = self.expired.get(lot, 0) + points
        for key, points in draft.credits.items():
            self.credits[key] = self.credits.get(key, 0) + points

    def _hold(self, draft: Draft, number: int) -> Hold:
        """A hold that a command names: loaded even when it has ended."""
        draft.account.holds.setdefault(number, self.holds[number].copy())
        return draft.account.holds[number]

    def _remember(self, entry: Entry, draft: Draft) -> None:
        taken = tuple([(move.lot, move.points) for move in draft.allocations if move.seq == entry.seq])
        self.payments[entry.seq] = Payment(entry, taken, [])
