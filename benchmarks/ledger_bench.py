"""`engine.record` beside plain sqlite3 that writes the same rows, with one caller, with 32, and in bulk.

Ours includes parsing, rules and receipt; the floor includes nothing. Afterwards every database is compared
with the floor's, row by row, so nobody was fast by leaving something out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.doors import Bulk, Door, HostAsyncSession, HostSession, OneCaller, Tasks, Threads
from benchmarks.grocer import FIRST, MEMBERS, at, baskets, grocer
from benchmarks.prepared import CLOCKED, copied, folder, require_same_rows
from benchmarks.raw_floor import Posting, RawFloor, bare, rows_in
from benchmarks.rounds import Contender, Times, cpu_ratio, interleaved, wall_ratio
from benchmarks.row import Row
from benchmarks.stages import STAGES, stages
from benchmarks.work import Work

FLOOR = "raw sqlite3, same rows"
CROWDS = (Threads.name, Tasks.name)
BULK = 1000


class Size(NamedTuple):
    """How much is measured."""

    rounds: int
    each: int  # baskets in a round
    hosted: int  # the same in a host's transaction, which takes longer
    bulk_rounds: int


SHORT = Size(rounds=7, each=256, hosted=64, bulk_rounds=5)
LONG = Size(rounds=15, each=1280, hosted=320, bulk_rounds=30)


def run(*, long: bool) -> list[Row]:
    """Every row of the `ledger` benchmark."""
    size = LONG if long else SHORT
    with folder() as place:
        prepared = grocer(place, MEMBERS)
        return [
            *_one_by_one(prepared, size),
            *_hosted(prepared, size),
            *_stage_rows(prepared, size),
            *_in_bulk(prepared, size),
        ]


def _work(rounds: int, each: int) -> Work[bytes]:
    """Baskets that follow those which the prepared database holds."""
    stream = baskets(MEMBERS + rounds * each, MEMBERS)
    starts = [MEMBERS + number * each for number in range(rounds)]
    return Work([stream[start : start + each] for start in starts], [at(start + each) for start in starts])


def _record(engine: Any, basket: bytes) -> Any:
    return engine.record(basket)


def _row(metric: str, floor: Times, ours: Times, name: str = FLOOR) -> Row:
    by_clock = f"by the clock x{wall_ratio(floor, ours):.2f}"
    return Row("ledger", metric, ours.rate, "/s", name, cpu_ratio(floor, ours), by_clock)


# -- one posting a transaction ------------------------------------------------------------------------------


def _one_by_one(prepared: Path, size: Size) -> list[Row]:
    work = _work(size.rounds, size.each)
    postings = _captured(prepared, work)
    least = [[bare(posting) for posting in several] for several in postings]
    floor, bare_floor = (
        RawFloor(copied(prepared, "floor"), postings),
        RawFloor(copied(prepared, "bare"), least),
    )
    doors: list[Door] = [
        kind(copied(prepared, kind.name), FIRST, _record) for kind in (OneCaller, Threads, Tasks)
    ]
    times = interleaved(
        [
            Contender("floor", work.each, floor.run),
            Contender("bare", work.each, bare_floor.run),
            *map(work.contender, doors),
        ],
        size.rounds,
    )
    for door in doors:
        door.close()
        require_same_rows(floor.path, door.opened.path, CLOCKED if door.name in CROWDS else ())
    return [*_floor_rows(times, rows_in(floor.postings)), *_door_rows(times, doors)]


def _captured(prepared: Path, work: Work[bytes]) -> list[list[Posting]]:
    door = OneCaller(copied(prepared, "captured"), FIRST, _record)
    postings = work.postings(door)
    door.close()
    return postings


def _floor_rows(times: dict[str, Times], rows: float) -> list[Row]:
    bare_times, floor = times["bare"], times["floor"]
    return [
        Row("ledger", "raw sqlite3, a bare posting of four rows", bare_times.rate, "/s"),
        Row(
            "ledger",
            "raw sqlite3, the rows of a basket",
            floor.rate,
            "/s",
            "a bare posting",
            cpu_ratio(bare_times, floor),
            f"{rows:.1f} rows a posting",
        ),
    ]


def _door_rows(times: dict[str, Times], doors: Sequence[Door]) -> Iterator[Row]:
    for door in doors:
        yield _row(f"record, {door.name}", times["floor"], times[door.name])
        yield Row("ledger", f"commits per posting, {door.name}", door.opened.commits_per_posting, "")


def _hosted(prepared: Path, size: Size) -> Iterator[Row]:
    """One caller in transactions of his own, beside one caller of our own driver."""
    work = _work(size.rounds, size.hosted)
    doors: list[Door] = [
        kind(copied(prepared, f"hosted {kind.name}"), FIRST, _record)
        for kind in (OneCaller, HostSession, HostAsyncSession)
    ]
    times = interleaved([*map(work.contender, doors)], size.rounds)
    own, *hosts = doors
    own.close()
    for host in hosts:
        host.close()
        require_same_rows(own.opened.path, host.opened.path)
        yield _row(f"record, {host.name}", times[own.name], times[host.name], "our own driver")


def _stage_rows(prepared: Path, size: Size) -> list[Row]:
    """Shares of the processor time of one caller's posting, after a round that warms up."""
    work = _work(2, size.each)
    door = OneCaller(copied(prepared, "stages"), FIRST, _record)
    door.use(work.begin(door.opened, 0))
    baskets_of_round = work.begin(door.opened, 1)
    with stages() as spent:
        door.use(baskets_of_round)
    door.close()
    total = sum(spent.values())
    return [
        Row("ledger", f"share of a posting: {stage}", 100 * spent[stage] / total, "%",
            note=f"{spent[stage] / work.each * 1e6:.0f} us")
        for stage in STAGES
    ]  # fmt: skip


# -- a thousand postings a transaction ----------------------------------------------------------------------


def _in_bulk(prepared: Path, size: Size) -> list[Row]:
    work = _work(size.bulk_rounds, BULK)
    captured = Bulk(copied(prepared, "captured bulk"), FIRST, _record)
    floor = RawFloor(copied(prepared, "bulk floor"), work.joint_postings(captured))
    captured.close()
    door = Bulk(copied(prepared, Bulk.name), FIRST, _record)
    times = interleaved([Contender("floor", BULK, floor.run), work.contender(door)], size.bulk_rounds)
    door.close()
    require_same_rows(floor.path, door.opened.path)
    return [
        Row("ledger", f"raw executemany, {BULK} postings", times["floor"].rate, "/s"),
        _row(f"record_many of {BULK}", times["floor"], times[Bulk.name]),
    ]
