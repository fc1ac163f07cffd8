"""Histories of one account, as Hypothesis draws them, and how they are played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from hypothesis import strategies as st

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.decision import Award
from loyalty_engine.errors import Refusal
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.returned_lines import BoughtLine
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.unit.ledger.bookkeeper import POINTS, Bookkeeper, grant, lives

CREDITS = CurrencyTerms("credits", mirrors="points", expiry=lives(70))
BASKET = (BoughtLine("1", 3000, 700), BoughtLine("2", 2000, 300), BoughtLine("3", 0, 100))


class Buy(NamedTuple):
    """A purchase of BASKET, recorded `late` after it happened."""

    awards: tuple[tuple[int, int, int | None], ...]  # points, pending for, living for
    weights: tuple[int, int, int]
    late: int


class GiveBack(NamedTuple):
    """A return of the purchase so many before the last; no lines for all that is left."""

    recent: int
    lines: tuple[ReturnLine, ...]


class Adjust(NamedTuple):
    """A correction by hand."""

    points: int


class Wait(NamedTuple):
    """Time passes."""

    instants: int


Command = Buy | GiveBack | Adjust | Wait
awards = st.tuples(st.integers(1, 50), st.sampled_from([0, 0, 4, 12]), st.sampled_from([6, 20, 60, None]))
buys = st.builds(
    Buy,
    st.lists(awards, min_size=1, max_size=3).map(tuple),
    st.tuples(st.integers(-1, 5), st.integers(0, 5), st.integers(-1, 3)),
    st.sampled_from([0, 0, 0, 3, 30, -4]),
)
return_lines = st.one_of(
    st.builds(ReturnLine, st.sampled_from("123")),
    st.builds(ReturnLine, st.sampled_from("12"), quantity=st.sampled_from([1, 500, 1000])),
    st.builds(ReturnLine, st.sampled_from("123"), amount=st.sampled_from([1, 50, 100])),
)
returns = st.builds(GiveBack, st.integers(1, 3), st.lists(return_lines, max_size=2).map(tuple))
adjustments = st.builds(Adjust, st.integers(-80, 40).filter(bool))
waits = st.builds(Wait, st.integers(1, 25))
histories = st.lists(st.one_of(buys, returns, adjustments, waits), max_size=14)
policies = st.sampled_from(DeficitPolicy)


def awards_of(buy: Buy, at: int) -> list[Award]:
    """The awards as evaluation hands them over for a purchase at an instant."""
    weights = tuple(zip("123", buy.weights, strict=True))
    return [
        grant(
            points,
            weights=weights,
            available_at=at + pending,
            expires_at=None if life is None else at + life,
        )
        for points, pending, life in buy.awards
    ]


@dataclass
class Player:
    """Plays a history on a bookkeeper; `watch` is called after every command and every instant waited."""

    books: Bookkeeper
    now: int = 100
    refused: int = 0

    def play(self, history: list[Command], watch: Callable[[Player], None] = lambda player: None) -> Player:
        """Play each command; a refusal is counted, and must have changed nothing."""
        for command in history:
            shelf = self.books.shelf
            try:
                self._play(command, watch)
            except Refusal:
                self.refused += 1
                assert self.books.shelf == shelf
            watch(self)
        return self

    def _play(self, command: Command, watch: Callable[[Player], None]) -> None:
        if isinstance(command, Buy):
            at = self.now - command.late
            self.books.buy(*awards_of(command, at), at=at, now=self.now, lines=BASKET)
        elif isinstance(command, Adjust):
            self.books.adjust(command.points, at=self.now)
        elif isinstance(command, Wait):
            for _ in range(command.instants):
                self.now += 1
                watch(self)
        elif numbers := sorted(self.books.purchases)[-command.recent :]:
            self.books.give_back(numbers[0], *command.lines, at=self.now)


def a_player(policy: DeficitPolicy = DeficitPolicy.ALLOW) -> Player:
    """A player with an empty account of points and the credits that mirror them."""
    return Player(Bookkeeper(POINTS, CREDITS, policy=policy))
