"""`engine.redeem` beside plain sqlite3 that writes the same rows: members at random, and all at one member.

And what it costs when the member has ten times the lots, or ten times the history: next to nothing more.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.doors import CALLERS, Door, OneCaller, Tasks, Threads
from benchmarks.grocer import FIRST, MEMBERS, at, big_baskets, enrolments, grocer, member_id
from benchmarks.prepared import CLOCKED, Opened, copied, folder, require_same_rows
from benchmarks.raw_floor import RawFloor, rows_in
from benchmarks.rounds import Contender, Times, cpu_ratio, interleaved, wall_ratio
from benchmarks.row import Row
from benchmarks.work import Work
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine

# The instant of a redemption, and the time-out of its hold, which stands in its entry too.
SPENT_AT = ("counts_at", "made_at", "until", "entry.expires_at")
FLOOR = "raw sqlite3, same rows"
ACTOR = "benchmark"


class Size(NamedTuple):
    """How much is measured."""

    rounds: int
    each: int  # redemptions in a round


class Spend(NamedTuple):
    """One redemption."""

    member: str
    points: int
    key: str


SHORT = Size(rounds=7, each=256)
LONG = Size(rounds=15, each=1280)


def run(*, long: bool) -> list[Row]:
    """Every row of the `redemption` benchmark."""
    size = LONG if long else SHORT
    with folder() as place:
        prepared = grocer(place, MEMBERS)
        _enrich(prepared)
        return [*_at_random(prepared, size), *_growth(prepared, size)]


def _redeem(engine: Any, spend: Spend) -> Any:
    return engine.redeem(spend.member, points=spend.points, key=spend.key)


def _reserve_and_capture(engine: LoyaltyEngine, spend: Spend) -> object:
    hold = engine.reserve(spend.member, points=spend.points, key=spend.key)
    return engine.capture(hold.id, key=f"capture {spend.key}")


def _enrich(prepared: Path) -> None:
    """Give the first member as many points as all callers together will take of him."""
    opened = Opened(prepared, at(MEMBERS))
    opened.engine.adjust(member_id(0), 10_000_000, reason="to be spent", actor=ACTOR)
    opened.close()


# -- many members, and one -----------------------------------------------------------------------------------


def _at_random(prepared: Path, size: Size) -> list[Row]:
    work, hot = _spends(size, hot=False), _spends(size, hot=True)
    doors = [
        OneCaller(copied(prepared, "one"), FIRST, _redeem),
        OneCaller(copied(prepared, "reserve"), FIRST, _reserve_and_capture, "reserve and capture"),
        Threads(copied(prepared, "threads"), FIRST, _redeem),
        Tasks(copied(prepared, "tasks"), FIRST, _redeem),
    ]
    hot_door = Tasks(copied(prepared, "hot"), FIRST, _redeem, f"{Tasks.name}, one hot member")
    floor, hot_floor = _floor(prepared, "floor", work), _floor(prepared, "hot floor", hot)
    times = interleaved(
        [
            Contender("floor", size.each, floor.run),
            Contender("hot floor", size.each, hot_floor.run),
            *map(work.contender, doors),
            hot.contender(hot_door),
        ],
        size.rounds,
    )
    for door in (*doors, hot_door):
        door.close()
    one, _, *crowds = doors
    require_same_rows(floor.path, one.opened.path)
    for crowd in crowds:
        require_same_rows(floor.path, crowd.opened.path, (*CLOCKED, *SPENT_AT))
    require_same_rows(hot_floor.path, hot_door.opened.path, (*CLOCKED, *SPENT_AT))
    return [
        Row("redemption", "raw sqlite3, the rows of a redemption", times["floor"].rate, "/s",
            note=f"{rows_in(floor.postings):.1f} rows a redemption"),
        _row("redeem, one caller", times["floor"], times["one caller"]),
        *[_row(f"redeem, {crowd.name}", times["floor"], times[crowd.name]) for crowd in crowds],
        _row(f"redeem, {hot_door.name}", times["hot floor"], times[hot_door.name]),
        _row("one hot member against many", times[Tasks.name], times[hot_door.name], "many members"),
        *[_commits(door) for door in (*crowds, hot_door)],
        _row("reserve and capture", times["one caller"], times["reserve and capture"], "redeem"),
    ]  # fmt: skip


def _spends(size: Size, *, hot: bool) -> Work[Spend]:
    """10 points each for the hot member, so that the order among callers makes no difference; else 10 to 30.

    As with baskets, each caller has members of his own.
    """
    source = random.Random(5)
    rounds = [
        [_spend(source, size, f"{number}-{place}", place, hot) for place in range(size.each)]
        for number in range(size.rounds)
    ]
    return Work(rounds, [at(MEMBERS + number) for number in range(1, size.rounds + 1)])


def _spend(source: random.Random, size: Size, key: str, place: int, hot: bool) -> Spend:
    if hot:
        return Spend(member_id(0), 10, key)
    member = source.randrange(MEMBERS // CALLERS) * CALLERS + place % CALLERS
    return Spend(member_id(member), source.choice((10, 20, 30)), key)


def _floor(prepared: Path, name: str, work: Work[Spend]) -> RawFloor:
    door = OneCaller(copied(prepared, f"captured {name}"), FIRST, _redeem)
    floor = RawFloor(copied(prepared, name), work.postings(door))
    door.close()
    return floor


def _row(metric: str, floor: Times, ours: Times, name: str = FLOOR) -> Row:
    by_clock = f"by the clock x{wall_ratio(floor, ours):.2f}"
    return Row("redemption", metric, ours.rate, "/s", name, cpu_ratio(floor, ours), by_clock)


def _commits(door: Door) -> Row:
    return Row("redemption", f"commits per posting, {door.name}", door.opened.commits_per_posting, "")


# -- ten times the lots, ten times the history ---------------------------------------------------------------

_GROWN = {
    "a few lots and activities": (5, 20),
    "ten times the lots": (50, 20),
    "ten times the history": (5, 200),
}


def _growth(prepared: Path, size: Size) -> list[Row]:
    """The same redemption by members who differ in one thing only."""
    grown = copied(prepared, "grown")
    opened = Opened(grown, FIRST)
    opened.clock.set(at(MEMBERS))
    members = {name: _grow(opened, MEMBERS + place, *_GROWN[name]) for place, name in enumerate(_GROWN)}
    opened.close()
    doors = [OneCaller(copied(grown, name), FIRST, _redeem, name) for name in members]
    each = size.each // 2
    contenders = []
    for door in doors:
        rounds = [
            [Spend(members[door.name], 10, f"{number}-{place}") for place in range(each)]
            for number in range(size.rounds)
        ]
        ends = [at(MEMBERS + number) for number in range(1, size.rounds + 1)]
        contenders.append(Work(rounds, ends).contender(door))
    times = interleaved(contenders, size.rounds)
    for door in doors:
        door.close()
    few, *more = _GROWN
    rows = [Row("redemption", f"cost, {few}", times[few].microseconds, "us")]
    for name in more:
        growth = 1 / cpu_ratio(times[few], times[name])
        rows.append(Row("redemption", f"cost, {name}", times[name].microseconds, "us", few, growth))
    return rows


def _grow(opened: Opened, number: int, lots: int, activities: int) -> str:
    """A member who has bought so often, has spent all of it, and was given so many open lots since."""
    engine, member = opened.engine, member_id(number)
    engine.record(enrolments(number + 1)[number])
    _accepted(engine.record_many(big_baskets(number, activities)))
    available = engine.balance(member)["currencies"]["points"]["available"]
    for _ in range(activities):
        engine.redeem(member, points=available // activities // 10 * 10)
    engine.redeem(member, up_to=available)
    for _ in range(lots):
        engine.adjust(member, 100_000, reason="to be spent", actor=ACTOR)
    return member


def _accepted(outcomes: Sequence[object]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
