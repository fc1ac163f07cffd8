"""Any history of spending: the ledger shows what the small model shows, and every step is proved."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from math import inf

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from loyalty_engine.decision import Award
from loyalty_engine.errors import HoldResolved, InsufficientPoints
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.returned_lines import BoughtLine
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.stateful.model import Model, Refused
from tests.unit.ledger.bookkeeper import POINTS, Bookkeeper, grant, lives

LINES = ("1", "2", "3")
lines = st.tuples(st.sampled_from([0, 1, 2, 3, 4, 5]), st.sampled_from([-1, 0, 2, 3, 6, 7]))  # quantity, net
awards = st.tuples(
    st.integers(1, 60),  # points
    st.tuples(st.integers(-1, 4), st.integers(-1, 4), st.integers(0, 4)),  # weight of each line
    st.sampled_from([0, 0, 5, 20]),  # pending
    st.sampled_from([10, 30, 90, inf, inf]),  # life
)
recent = st.sampled_from([1, 1, 1, 2, 3, 9])  # which purchase, counted from the last
quarters = st.sampled_from([1, 2, 3, 4, 6])
shares = st.lists(quarters, min_size=1, max_size=3)
reissues = st.sampled_from([False, False, True])
parts = st.lists(st.tuples(quarters, reissues), min_size=1, max_size=3)
lates = st.sampled_from([0, 0, 7])


class SpendingMachine(RuleBasedStateMachine):
    """Earns, adjusts, holds, spends, restores, moves the clock, runs the job; also late and early."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100
        self.baskets: list[list[BoughtLine]] = []
        self.back: list[dict[str, Fraction]] = []

    @initialize(
        policy=st.sampled_from([*DeficitPolicy, DeficitPolicy.ALLOW]),
        credit_life=st.sampled_from([15, 40, 1000]),
    )
    def open_account(self, policy: DeficitPolicy, credit_life: int) -> None:
        credit = CurrencyTerms("credits", mirrors="points", expiry=lives(credit_life))
        self.books = Bookkeeper(POINTS, credit, policy=policy)
        self.model = Model(policy.value, credit_life)

    @rule(
        bought=st.tuples(lines, lines, lines),
        granted=st.lists(awards, min_size=1, max_size=3),
        late=st.sampled_from([0, 0, 0, 3, 25, 60, -5]),
    )
    def buy(
        self,
        bought: tuple[tuple[int, int], ...],
        granted: list[tuple[int, tuple[int, ...], int, float]],
        late: int,
    ) -> None:
        at = self.now - late
        weighted = [
            (points, dict(zip(LINES, weights, strict=True)), pending, life)
            for points, weights, pending, life in granted
        ]
        basket = [
            BoughtLine(name, quantity, net) for name, (quantity, net) in zip(LINES, bought, strict=True)
        ]
        self.books.buy(*[_award(at, *award) for award in weighted], at=at, now=self.now, lines=basket)
        self.model.pass_time(self.now)
        self.model.buy(weighted, at, self.now)
        self._nothing_is_due()
        self.baskets.append(basket)
        self.back.append(dict.fromkeys(LINES, Fraction(0)))

    @rule(points=st.sampled_from([1, 5, 50]), quarters=st.sampled_from([0, 1, 4, 6]), late=lates)
    def adjust(self, points: int, quarters: int, late: int) -> None:
        """Up by so many points, or down by so many quarters and one."""
        if quarters:
            points = -(self.books.show(self.now).available * quarters // 4 + 1)
        at = self.now - late
        self._both(
            lambda: self.model.adjust(points, at), lambda: self.books.adjust(points, at=at, now=self.now)
        )

    @rule(shares=shares, life=st.sampled_from([1, 5, "past a death", "past a death", inf]))
    def reserve(self, shares: list[int], life: float | str) -> None:
        """Six quarters are more than there is."""
        deaths = [at for at, _ in self.books.show(self.now).expiring]
        until = min(deaths, default=self.now) + 1 if isinstance(life, str) else self.now + life
        for quarters in shares:
            self._reserve(self._some(quarters), until)

    @rule(shares=shares, late=lates)
    def redeem(self, shares: list[int], late: int) -> None:
        for quarters in shares:
            self._redeem(self._some(quarters), self.now - late)

    @precondition(lambda self: self.model.holds)
    @rule(recent=recent, quarters=st.sampled_from([1, 2, 3, 4]), late=lates)
    def capture(self, recent: int, quarters: int, late: int) -> None:
        number, hold = sorted(self.books.holds.items())[-recent:][0]
        points, at = -(-hold.points * quarters // 4), self.now - late
        self._both(
            lambda: self.model.capture(self.model.holds[-recent:][0], points, at),
            lambda: self.books.capture(number, points, at=at, now=self.now),
        )

    @precondition(lambda self: self.model.holds)
    @rule(recent=recent)
    def release(self, recent: int) -> None:
        number = sorted(self.books.holds)[-recent:][0]
        self._both(
            lambda: self.model.let_go(self.model.holds[-recent:][0], self.now),
            lambda: self.books.release(number, at=self.now),
        )

    @precondition(lambda self: self.model.spent)
    @rule(recent=recent, parts=parts, late=lates)
    def restore(self, recent: int, parts: list[tuple[int, bool]], late: int) -> None:
        self._restore(recent, parts, self.now - late)

    @rule(quarters=quarters, later=st.sampled_from([0, 10, 30, 90]), parts=parts)
    def redeem_and_think_better_of_it(self, quarters: int, later: int, parts: list[tuple[int, bool]]) -> None:
        if self._redeem(self._some(quarters), self.now):
            self.now += later
            self._restore(1, parts, self.now)

    @rule(later=st.sampled_from([1, 5, 10, 40, 100]))
    def move_the_clock(self, later: int) -> None:
        self.now += later

    @precondition(lambda self: self.books.lots)
    @rule(early=st.sampled_from([0, 0, 0, 1]))
    def move_the_clock_to_what_is_due_next(self, early: int) -> None:
        due = [lot.due_at for lot in self.books.lots.values() if lot.due_at is not None]
        due += [hold.due_at for hold in self.books.holds.values() if hold.due_at is not None]
        self.now = min((at - early for at in due if at - early > self.now), default=self.now)

    @rule()
    def run_the_job(self) -> None:
        self.books.post_due(self.now)

    @invariant()
    def the_member_is_shown_what_the_model_shows(self) -> None:
        self.model.pass_time(self.now)
        for currency in ("points", "credits"):
            shown = self.books.show(self.now, currency)
            assert shown[:4] == self.model.show(currency)
            assert self.books.show_at(self.now, currency=currency) == shown

    @invariant()
    def the_ledger_is_proved(self) -> None:
        assert self.books.findings == []

    def _both(self, model: Callable[[], object], ledger: Callable[[], object]) -> bool:
        """Run a debit on both sides; both do it, or both refuse and nothing changes."""
        before, shelf = deepcopy(self.model), self.books.shelf
        self.model.pass_time(self.now)
        try:
            model()
        except Refused:
            self.model = before
            with pytest.raises((InsufficientPoints, HoldResolved)):
                ledger()
            assert self.books.shelf == shelf
            return False
        ledger()
        self._nothing_is_due()
        return True

    def _nothing_is_due(self) -> None:
        """A command leaves nothing due, so what is stored is what is shown."""
        due = [lot.due_at for lot in self.books.lots.values()]
        due += [hold.due_at for hold in self.books.holds.values()]
        assert [at for at in due if at is not None and at <= self.now] == []

    def _reserve(self, points: int, until: float) -> None:
        end = None if until == inf else int(until)
        self._both(
            lambda: self.model.hold(points, self.now, until, self.now),
            lambda: self.books.reserve(points, at=self.now, until=end),
        )

    def _redeem(self, points: int, at: int) -> bool:
        return self._both(
            lambda: self.model.capture(self.model.hold(points, at, inf, self.now), points, at),
            lambda: self.books.redeem(points, at=at, now=self.now),
        )

    def _restore(self, recent: int, parts: list[tuple[int, bool]], at: int) -> None:
        number, spent = list(zip(sorted(self.books.payments), self.model.spent, strict=True))[-recent:][0]
        for quarters, reissue in parts:
            if spent.left:
                points = min(-(-spent.left * quarters // 4), spent.left)
                self.model.pass_time(self.now)
                self.model.restore(spent, points, at, self.now, reissue=reissue)
                self.books.restore(number, points, at=at, now=self.now, reissue=reissue)
                self._nothing_is_due()

    def _some(self, quarters: int) -> int:
        """So many quarters of what is available, rounded up; at least 1."""
        return max(-(-self.books.show(self.now).available * quarters // 4), 1)


def _award(at: int, points: int, weights: dict[str, int], pending: int, life: float) -> Award:
    expires_at = None if life == inf else at + int(life)
    return grant(points, weights=tuple(weights.items()), available_at=at + pending, expires_at=expires_at)


TestSpendingMachine = SpendingMachine.TestCase
TestSpendingMachine.settings = settings(max_examples=60, stateful_step_count=30)
