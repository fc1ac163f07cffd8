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
from loyalty_engine.ledger.entry import Entry
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.returned_lines import BoughtLine
from loyalty_engine.ledger.standing import Standing
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


class Reserve(NamedTuple):
    """So many quarters of what is available, rounded up, are set aside for so long."""

    quarters: int  # 5: more than there is
    life: int | None


class Capture(NamedTuple):
    """The hold so many before the last is captured: so many quarters of it, rounded up."""

    recent: int
    quarters: int
    late: int


class Release(NamedTuple):
    """The hold so many before the last is released."""

    recent: int


class Redeem(NamedTuple):
    """Points are spent at once: so many quarters of what is available, rounded up."""

    quarters: int


class Restore(NamedTuple):
    """The redemption so many before the last is undone: so many quarters of it, rounded up."""

    recent: int
    quarters: int
    late: int
    reissue: bool


Command = Buy | GiveBack | Adjust | Wait | Reserve | Capture | Release | Redeem | Restore
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
quarters = st.sampled_from([4, 1, 2, 3])
recent = st.integers(1, 3)
late = st.sampled_from([0, 0, 5, 30])
reserves = st.builds(Reserve, st.sampled_from([4, 1, 2, 3, 5]), st.sampled_from([8, 25, None]))
captures = st.builds(Capture, recent, quarters, late)
releases = st.builds(Release, recent)
redeems = st.builds(Redeem, st.sampled_from([4, 1, 2, 3, 5]))
restores = st.builds(Restore, recent, quarters, late, st.booleans())
spendings = st.one_of(reserves, captures, releases, redeems, restores)
earning = st.lists(st.one_of(buys, returns, adjustments, waits), max_size=14)
others = st.one_of(waits, buys, returns, st.builds(Adjust, st.integers(-9, 9).filter(bool)))
spending = st.builds(
    lambda bought, steps: [*bought, *[command for step in steps for command in step]],
    st.lists(buys, min_size=1, max_size=2),
    st.lists(st.tuples(reserves, others, spendings), min_size=3, max_size=6),
)
histories = st.one_of(earning, spending)
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

    def some(self, quarters: int) -> int:
        """So many quarters of what is available, rounded up; 1 when nothing is."""
        return part_of(self.books.show(self.now).available, quarters)

    def _play(self, command: Command, watch: Callable[[Player], None]) -> None:
        books, now = self.books, self.now
        match command:
            case Buy():
                at = now - command.late
                books.buy(*awards_of(command, at), at=at, now=now, lines=BASKET)
            case Adjust(points):
                books.adjust(points, at=now)
            case GiveBack(recent, lines):
                for number in sorted(books.purchases)[-recent:][:1]:
                    books.give_back(number, *lines, at=now)
            case Wait(instants):
                for _ in range(instants):
                    self.now += 1
                    watch(self)
            case _:
                self._spend(command)

    def _spend(self, command: Reserve | Capture | Release | Redeem | Restore) -> None:
        books, now = self.books, self.now
        match command:
            case Reserve(quarters, life):
                until = None if life is None else now + life
                books.reserve(self.some(quarters), at=now, until=until, worth=100)
            case Redeem(quarters):
                books.redeem(self.some(quarters), at=now, worth=100)
            case Capture(recent, quarters, late):
                for number in self._holds(recent):
                    points = part_of(books.holds[number].points, quarters)
                    books.capture(number, points, at=now - late, now=now)
            case Release(recent):
                for number in self._holds(recent):
                    books.release(number, at=now)
            case Restore(recent, quarters, late, reissue):
                for number in sorted(books.payments)[-recent:][:1]:
                    points = part_of(-books.payments[number].entry.points, quarters)
                    books.restore(number, points, at=now - late, now=now, reissue=reissue)

    def _holds(self, recent: int) -> list[int]:
        """The living hold so many before the last; of 3, the last of all, living or not."""
        holds = self.books.holds
        if recent == 3:
            return sorted(holds)[-1:]
        return sorted(n for n, hold in holds.items() if self.lives(hold))[-recent:][:1]

    def lives(self, hold: Hold) -> bool:
        """Whether a hold is open now, also where nobody has posted its end yet."""
        return hold.status == "open" and (hold.until is None or hold.until > self.now)


def part_of(points: int, quarters: int) -> int:
    """So many quarters of points, rounded up; at least 1."""
    return max(-(-points * quarters // 4), 1)


def a_player(policy: DeficitPolicy = DeficitPolicy.ALLOW) -> Player:
    """A player with an empty account of points and the credits that mirror them."""
    return Player(Bookkeeper(POINTS, CREDITS, policy=policy))


def timeless(books: Bookkeeper) -> list[Entry]:
    """The entries but for when they were recorded, and the digest over it."""
    return [entry._replace(recorded_at=0, digest=0) for entry in books.entries]


def without_nothing(standings: dict[str, Standing]) -> dict[str, Standing]:
    """The currencies in which there is something."""
    return {name: standing for name, standing in standings.items() if standing != Standing()}
