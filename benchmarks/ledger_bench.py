"""`engine.record` beside plain sqlite3 that writes the same rows, with one caller, with 32, and in bulk.

Ours includes parsing, rules and receipt; the floor includes nothing. Afterwards every database is compared
with the floor's, row by row, so nobody was fast by leaving something out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.callers import one, threads
from benchmarks.grocer import CALLERS, FIRST, RULES, at, baskets, enrolments
from benchmarks.prepared import Opened, copied, folder, prepare, require_same_rows
from benchmarks.raw_floor import Posting, RawFloor, bare, rows_in, written_rows
from benchmarks.rounds import Contender, Times, cpu_ratio, interleaved, wall_ratio
from benchmarks.row import Row
from benchmarks.stages import STAGES, stages

# What hangs on the instant at which a command had its turn, and so on the order among callers.
CLOCKED = ("recorded_at", "effective_at", "digest", "receipt")
FLOOR = "raw sqlite3, same rows"
BULK = 1000


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    members: int
    before: int  # baskets that stand in the ledger when it begins
    rounds: int
    each: int  # baskets in a round
    bulk_rounds: int


SHORT = Size(members=2016, before=4032, rounds=9, each=320, bulk_rounds=7)
LONG = Size(members=20160, before=40320, rounds=15, each=1920, bulk_rounds=70)


class Work:
    """The baskets of each round."""

    def __init__(self, size: Size, rounds: int, each: int) -> None:
        self.rounds, self.each = rounds, each
        self._first = size.before
        self._baskets = baskets(size.before + rounds * each, size.members)

    def begin(self, opened: Opened, number: int) -> Sequence[bytes]:
        """Turn the clock to the end of a round and give its baskets."""
        start = self._first + number * self.each
        opened.clock.set(at(start + self.each))
        return self._baskets[start : start + self.each]


def run(*, long: bool) -> list[Row]:
    """Every row of the `ledger` benchmark."""
    size = LONG if long else SHORT
    with folder() as place:
        prepared = place / "prepared.db"
        prepare(prepared, RULES, FIRST, partial(_fill, size))
        return [*_one_by_one(prepared, size), *_in_bulk(prepared, size)]


def _fill(size: Size, opened: Opened) -> None:
    opened.engine.record_many(enrolments(size.members))
    opened.clock.set(at(size.before))
    opened.engine.record_many(baskets(size.before, size.members))


# -- one posting a transaction ------------------------------------------------------------------------------


def _one_by_one(prepared: Path, size: Size) -> list[Row]:
    work = Work(size, size.rounds, size.each)
    postings = _postings(prepared, work)
    floor = RawFloor(copied(prepared, "floor"), postings)
    least = [[bare(posting) for posting in several] for several in postings]
    bare_floor = RawFloor(copied(prepared, "bare"), least)
    ways: dict[str, Callable[[Opened, Sequence[bytes]], object]] = {
        "one caller": lambda opened, items: one(opened.engine.record, items),
        f"{CALLERS} threads": lambda opened, items: threads(opened.engine.record, items, CALLERS),
    }
    opened = {name: Opened(copied(prepared, name), FIRST) for name in ways}
    contenders = [
        Contender("floor", work.each, floor.run),
        Contender("bare", work.each, bare_floor.run),
        *[Contender(name, work.each, partial(_round, work, opened[name], way)) for name, way in ways.items()],
    ]
    times = interleaved(contenders, work.rounds)
    rows = _floor_rows(times, rows_in([posting for several in postings for posting in several]))
    for name in ways:
        rows.append(_row(f"record, {name}", times["floor"], times[name]))
        opened[name].engine.close()
        require_same_rows(floor.path, opened[name].path, () if name == "one caller" else CLOCKED)
    rows.append(
        Row(
            "ledger",
            f"commits per posting, {CALLERS} threads",
            opened[f"{CALLERS} threads"].commits_per_posting,
            "",
        )
    )
    return [*rows, *_stage_rows(prepared, work)]


def _round(work: Work, opened: Opened, way: Callable[[Opened, Sequence[bytes]], object], number: int) -> None:
    way(opened, work.begin(opened, number))


def _postings(prepared: Path, work: Work) -> list[list[Posting]]:
    """What the engine writes for each basket of each round, one basket a transaction."""
    opened = Opened(copied(prepared, "captured"), FIRST)
    rounds: list[list[Posting]] = []
    for number in range(work.rounds):
        postings = []
        for basket in work.begin(opened, number):
            with written_rows() as posting:
                opened.engine.record(basket)
            postings.append(posting)
        rounds.append(postings)
    opened.engine.close()
    return rounds


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


def _row(metric: str, floor: Times, ours: Times) -> Row:
    by_clock = f"by the clock x{wall_ratio(floor, ours):.2f}"
    return Row("ledger", metric, ours.rate, "/s", FLOOR, cpu_ratio(floor, ours), by_clock)


def _stage_rows(prepared: Path, work: Work) -> list[Row]:
    """Shares of the processor time of one caller's posting."""
    opened = Opened(copied(prepared, "stages"), FIRST)
    one(opened.engine.record, work.begin(opened, 0))
    items = work.begin(opened, 1)
    with stages() as spent:
        one(opened.engine.record, items)
    opened.engine.close()
    total = sum(spent.values())
    return [
        Row("ledger", f"share of a posting: {stage}", 100 * spent[stage] / total, "%",
            note=f"{spent[stage] / len(items) * 1e6:.0f} us")
        for stage in STAGES
    ]  # fmt: skip


# -- a thousand postings a transaction ----------------------------------------------------------------------


def _in_bulk(prepared: Path, size: Size) -> list[Row]:
    work = Work(size, size.bulk_rounds, BULK)
    captured = Opened(copied(prepared, "captured bulk"), FIRST)
    rounds: list[list[Posting]] = []
    for number in range(work.rounds):
        with written_rows() as posting:
            captured.engine.record_many(work.begin(captured, number))
        rounds.append([posting])
    captured.engine.close()
    floor = RawFloor(copied(prepared, "bulk floor"), rounds)
    ours = Opened(copied(prepared, "bulk"), FIRST)

    def record(number: int) -> Any:
        return ours.engine.record_many(work.begin(ours, number))

    times = interleaved([Contender("floor", BULK, floor.run), Contender("ours", BULK, record)], work.rounds)
    ours.engine.close()
    require_same_rows(floor.path, ours.path)
    return [
        Row("ledger", f"raw executemany, {BULK} postings", times["floor"].rate, "/s"),
        _row(f"record_many of {BULK}", times["floor"], times["ours"]),
    ]
