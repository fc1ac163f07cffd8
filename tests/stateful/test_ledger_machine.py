"""Any history of one account: the ledger shows what the small model shows, and every step is proved."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.errors import OverReturn
from loyalty_engine.ledger.standing import Standing
from tests.stateful.test_spending_machine import LINES, SpendingMachine, recent

measures = st.sampled_from(["quantity", "amount", "all"])


class LedgerMachine(SpendingMachine):
    """Beside earning and spending, returns what was bought, in parts and at once."""

    def __init__(self) -> None:
        super().__init__()
        self.known: list[tuple[int, int, dict[str, Standing]]] = []

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

    @rule()
    def remember_what_is_known(self) -> None:
        self.known.append((self.now, self.books.recorded_at, self.books.standings(self.now)))

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

    def _over_return(self, which: int, *named: ReturnLine) -> None:
        shelf = self.books.shelf
        with pytest.raises(OverReturn):
            self.books.give_back(sorted(self.books.purchases)[which], *named, at=self.now)
        assert self.books.shelf == shelf


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(max_examples=80, stateful_step_count=30)
