"""One member's ledger as a store would keep it: every command loads, decides on a draft, saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.decision import Award
from loyalty_engine.ledger.account import Account, Balance, RecordedAward, ReturnedLine
from loyalty_engine.ledger.accrual_posting import post_awards
from loyalty_engine.ledger.adjustment import post_adjustment
from loyalty_engine.ledger.balance import Standing, balance_at, balance_now
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.due import post_due
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.finding import Finding
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.proof import verify
from loyalty_engine.ledger.returned_lines import BoughtLine
from loyalty_engine.ledger.reversal import Bought, Returned, post_return
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

    def post_due(self, now: int) -> None:
        """What the nightly job does."""
        self._save(self._begin(now, debit=False))

    def show(self, now: int, currency: str = "points") -> Standing:
        """What the member is shown now."""
        return self.standings(now).get(currency, Standing())

    def standings(self, now: int) -> dict[str, Standing]:
        """What the member is shown now, of each currency."""
        return balance_now(self.lots.values(), self.balances, now)

    def show_at(self, at: int, known_at: int | None = None, currency: str = "points") -> Standing:
        """What the member had as of an instant, as known then or now."""
        known = self.recorded_at if known_at is None else known_at
        return balance_at(self.entries, self.allocations, at, known).get(currency, Standing())

    @property
    def shelf(self) -> Shelf:
        """All rows, copied."""
        lots = tuple(lot.copy() for _, lot in sorted(self.lots.items()))
        balances = {name: balance.copy() for name, balance in self.balances.items()}
        head = replace(self.state, lots={}, balances={}, counters={}, expired={}, emptied={}, holds={})
        return Shelf(head, tuple(self.entries), tuple(self.allocations), lots, balances)

    @property
    def findings(self) -> list[Finding]:
        """What the proof finds wrong."""
        return verify(self.shelf)

    def kinds(self, currency: str = "points") -> list[tuple[str, int]]:
        """Kind and points of each entry of a currency."""
        return [(entry.kind, entry.points) for entry in self.entries if entry.currency == currency]

    def _begin(self, now: int, *, debit: bool) -> Draft:
        """Load as a store does: due lots only, or every open one for a debit; post what is due."""
        self.recorded_at += 1
        lots = {
            lot.number: lot.copy()
            for lot in self.lots.values()
            if (debit and lot.remaining) or (lot.due_at is not None and lot.due_at <= now)
        }
        balances = {name: balance.copy() for name, balance in self.balances.items()}
        draft = Draft(replace(self.state, balances=balances, lots=lots, expired={}))
        post_due(draft, now, self.recorded_at)
        return draft

    def _save(self, draft: Draft) -> None:
        draft.commit()
        self.state = draft.account
        self.entries += draft.entries
        self.allocations += draft.allocations
        self.lots.update(draft.lots)
        self.balances.update(draft.balances)
        for lot, points in draft.expired.items():
            self.expired[lot] = self.expired.get(lot, 0) + points
