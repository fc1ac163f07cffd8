"""Any history of one account: the ledger shows what the small model shows, and every step is proved."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from math import inf

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.decision import Award
from loyalty_engine.errors import HoldResolved, InsufficientPoints, OverReturn
from loyalty_engine.ledger.balance import Standing
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.returned_lines import BoughtLine
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.stateful.model import Model, Refused, Spent
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
measures = st.sampled_from(["quantity", "amount", "all"])
quarters = st.sampled_from([1, 2, 3, 4, 6])


class LedgerMachine(RuleBasedStateMachine):
    """Earns, returns in parts, adjusts, holds, spends and restores, moves the clock and runs the job.

    Also late and ahead of time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = 100
        self.baskets: list[list[BoughtLine]] = []
        self.back: list[dict[str, Fraction]] = []
        self.known: list[tuple[int, int, dict[str, Standing]]] = []

    @initialize(policy=st.sampled_from(DeficitPolicy), credit_life=st.sampled_from([15, 40, 1000]))
    def open_account(self, policy: DeficitPolicy, credit_life: int) -> None:
        credit = CurrencyTerms("credits", mirrors="points", expiry=lives(credit_life))
        self.books = Bookkeeper(POINTS, credit, policy=policy)
        self.model = Model(policy.value, credit_life)

    @rule(
        bought=st.tuples(lines, lines, lines),
        granted=st.lists(awards, max_size=3),
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

    @precondition(lambda self: self.baskets)
    @rule(recent=recent, parts=st.lists(st.tuples(st.sampled_from(LINES), measures), min_size=1, max_size=4))
    def return_in_parts(self, recent: int, parts: list[tuple[str, str]]) -> None:
        for line, measure in parts:
            self._return_a_part(max(len(self.baskets) - recent, 0), line, measure)

    @precondition(lambda self: self.baskets)
    @rule(recent=recent, late=st.integers(0, 9))
    def return_all_that_is_left(self, recent: int, late: int) -> None:
        which = max(len(self.baskets) - recent, 0)
        if all(back == 1 for back in self.back[which].values()):
            self._over_return(which)
        else:
            self._give_back(which, late, dict.fromkeys(LINES, Fraction(1)))

    @rule(quarters=st.sampled_from([1, 2, 3, 4, 6]), late=st.sampled_from([0, 0, 7]))
    def adjust_down(self, quarters: int, late: int) -> None:
        self._adjust(-(self.books.show(self.now).available * quarters // 4 + 1), late)

    @rule(points=st.sampled_from([1, 5, 50]), late=st.sampled_from([0, 0, 7]))
    def adjust_up(self, points: int, late: int) -> None:
        self._adjust(points, late)

    def _adjust(self, points: int, late: int) -> None:
        at = self.now - late
        self._both(
            lambda: self.model.adjust(points, at), lambda: self.books.adjust(points, at=at, now=self.now)
        )

    @rule(quarters=quarters, life=st.sampled_from([1, 5, "past a death", "past a death", inf]))
    def reserve(self, quarters: int, life: float | str) -> None:
        """Six quarters are more than there is."""
        deaths = [at for at, _ in self.books.show(self.now).expiring]
        points = self._some(quarters)
        until = min(deaths, default=self.now) + 1 if isinstance(life, str) else self.now + life
        self._both(
            lambda: self.model.hold(points, self.now, until),
            lambda: self.books.reserve(points, at=self.now, until=None if life == inf else int(until)),
        )

    @rule(quarters=quarters, late=st.sampled_from([0, 0, 7]))
    def redeem(self, quarters: int, late: int) -> None:
        points, at = self._some(quarters), self.now - late
        self._both(
            lambda: self.model.capture(self.model.hold(points, at, inf), points, at),
            lambda: self.books.redeem(points, at=at, now=self.now),
        )

    @precondition(lambda self: self.model.holds)
    @rule(recent=recent, quarters=st.sampled_from([1, 2, 3, 4]), late=st.sampled_from([0, 0, 7, 25]))
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

    @precondition(lambda self: any(spent.left for spent in self.model.spent))
    @rule(recent=recent, quarters=quarters, late=st.sampled_from([0, 0, 7, 25]), reissue=st.booleans())
    def restore(self, recent: int, quarters: int, late: int, reissue: bool) -> None:
        left = [(number, spent) for number, spent in self._spent() if spent.left]
        number, spent = left[-recent:][0]
        points, at = min(-(-spent.left * quarters // 4), spent.left), self.now - late
        self.model.pass_time(self.now)
        self.model.restore(spent, points, at, self.now, reissue=reissue)
        self.books.restore(number, points, at=at, now=self.now, reissue=reissue)
        self._nothing_is_due()

    @rule(later=st.sampled_from([1, 5, 10, 40]))
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

    @rule()
    def remember_what_is_known(self) -> None:
        self.known.append((self.now, self.books.recorded_at, self.books.standings(self.now)))

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

    def teardown(self) -> None:
        """What was known of an instant is known for ever."""
        for now, known_at, standings in self.known:
            for currency, standing in standings.items():
                assert self.books.show_at(now, known_at, currency) == standing

    def _return_a_part(self, which: int, line: str, measure: str) -> None:
        part = {"quantity": ReturnLine(line, quantity=1), "amount": ReturnLine(line, amount=2)}
        expected = dict(self.back[which])
        if expected[line] == 1:
            self._over_return(which, ReturnLine(line))
            return
        bought = next(basket for basket in self.baskets[which] if basket.id == line)
        measured = {"quantity": (1, bought.quantity), "amount": (2, bought.net), "all": (1, 1)}
        named, whole = measured[measure]
        expected[line] = Fraction(1) if measure == "all" else expected[line] + Fraction(named, max(whole, 1))
        if whole <= 0 or expected[line] > 1:
            self._over_return(which, part[measure])
        else:
            self._give_back(which, 0, expected, part.get(measure, ReturnLine(line)))

    def _give_back(self, which: int, late: int, back: dict[str, Fraction], *named: ReturnLine) -> None:
        number, at = sorted(self.books.purchases)[which], self.now - late
        done = self._both(
            lambda: self.model.give_back(which, back),
            lambda: self.books.give_back(number, *named, at=at, now=self.now),
        )
        if done:
            self.back[which] = back

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

    def _some(self, quarters: int) -> int:
        """So many quarters of what is available, rounded up; at least 1."""
        return max(-(-self.books.show(self.now).available * quarters // 4), 1)

    def _spent(self) -> list[tuple[int, Spent]]:
        """Every redemption on both sides, in order."""
        return list(zip(sorted(self.books.payments), self.model.spent, strict=True))

    def _over_return(self, which: int, *named: ReturnLine) -> None:
        shelf = self.books.shelf
        with pytest.raises(OverReturn):
            self.books.give_back(sorted(self.books.purchases)[which], *named, at=self.now)
        assert self.books.shelf == shelf


def _award(at: int, points: int, weights: dict[str, int], pending: int, life: float) -> Award:
    expires_at = None if life == inf else at + int(life)
    return grant(points, weights=tuple(weights.items()), available_at=at + pending, expires_at=expires_at)


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(max_examples=80, stateful_step_count=30)
