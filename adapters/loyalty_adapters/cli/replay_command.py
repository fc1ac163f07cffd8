"""`loyalty replay`: record a history from files."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.failure import FINDINGS
from loyalty_adapters.cli.history import History
from loyalty_adapters.cli.options import Db, Json, Program, Rules
from loyalty_adapters.cli.output import Output, output_of
from loyalty_adapters.cli.progress import reading
from loyalty_adapters.cli.reject_file import RejectFile
from loyalty_adapters.cli.replay_report import refusal_data, result_line, summary_data, summary_shown
from loyalty_adapters.files import RawRecord
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.replay import Replay
from loyalty_engine.errors import InvalidActivity, LoyaltyError

Result = tuple[RawRecord, Receipt | LoyaltyError]


class Clock(StrEnum):
    """Which clock says when an activity is received."""

    AT = "at"  # the activities' own times
    WALL = "wall"  # the clock on the wall


Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Activities: .jsonl, .csv (with a mapping), .parquet.")
]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help="What the columns of a table mean.")
]
Rejects = Annotated[
    Path, typer.Option("--rejects", metavar="FILE", help="Where goes what could not be recorded.")
]
ClockChoice = Annotated[
    Clock, typer.Option("--clock", help="When an activity counts as received: at its own time, or now.")
]
InventFile = Annotated[
    Path | None,
    typer.Option(
        "--invent", metavar="FILE", help="Returns and payments with points to make up, for a demonstration."
    ),
]
Results = Annotated[bool, typer.Option("--results", help="Say of each activity what it brought.")]


def replay(
    context: typer.Context,
    files: Files,
    db: Db,
    rules: Rules = None,
    mapping: MappingFile = None,
    rejects: Rejects = Path("rejects.jsonl"),
    clock: ClockChoice = Clock.AT,
    invent: InventFile = None,
    results: Results = False,
    program: Program = None,
    json: Json = False,
) -> None:
    """Record the activities of FILE... in the order of time; what was recorded before stays as it is.

    Several files are merged by time. Exits with 1 when something could not be recorded.
    """
    output = output_of(context)
    inputs = [path for path in (*files, mapping, invent) if path is not None]
    with (
        History(files, mapping, invent) as history,
        RejectFile(rejects, inputs) as kept,
        Database(db, rules, program, output).for_replay() as engine,
    ):
        start = time.perf_counter()
        replaying = Replay(engine, follow=clock is Clock.AT)
        names, streaming = [str(path) for path in files], output.json or results
        with reading(names, history.files, output, streaming=streaming) as step:
            for record, outcome in _results(replaying, history, step):
                if isinstance(outcome, LoyaltyError):
                    kept.add(record, outcome)
                _tell(record, outcome, results, output)
        if history.damage is None:
            replaying.finish()
        summary = summary_data(replaying, _until(replaying, engine), time.perf_counter() - start)
    _tell_summary(summary, output)
    if kept.count:
        output.say(f"{kept.count:,} not recorded; {rejects} says why.")
    if history.damage is not None:
        raise history.damage
    if kept.count:
        raise typer.Exit(FINDINGS)


def _results(replaying: Replay, history: History, step: Callable[[], None]) -> Iterator[Result]:
    """Each record with what became of it, in order; holds no more records than a commit takes."""
    waiting: deque[RawRecord] = deque()

    def activities() -> Iterator[Mapping[str, Any] | None]:
        for record in history.records():
            waiting.append(record)
            yield record.raw

    for _, outcome in replaying.run(activities()):
        record = waiting.popleft()
        step()
        if record.problem is not None:  # the engine was given nothing, and has no better reason
            yield record, InvalidActivity([("", record.problem)])
        else:
            yield record, outcome


def _tell(record: RawRecord, outcome: Receipt | LoyaltyError, results: bool, output: Output) -> None:
    if output.json:
        output.line(outcome.text if isinstance(outcome, Receipt) else refusal_data(record, outcome))
    elif results:
        output.line(result_line(record, outcome))


def _until(replaying: Replay, engine: LoyaltyEngine) -> str | None:
    if replaying.clock is None:
        return None
    return engine.rulebook.program.calendar.text(replaying.clock)


def _tell_summary(summary: Mapping[str, Any], output: Output) -> None:
    if output.json:
        output.line({"summary": summary})
    else:
        output.show(summary_shown(summary))
