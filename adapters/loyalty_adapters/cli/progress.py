"""How far a long command is, on a terminal; nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from loyalty_adapters.cli.output import Output
from loyalty_adapters.cli.visible import visible
from loyalty_adapters.files.records import Records

EVERY = 500  # activities between two looks at how far the files are read


@contextmanager
def counting(what: str, output: Output) -> Iterator[Callable[[int], None] | None]:
    """A function to call with how many more are done; None where nobody would see it."""
    if not output.err.is_terminal:
        yield None
        return
    with _bars(TextColumn("{task.completed:,.0f} {task.description}"), output=output) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done: bars.advance(task, done)


@contextmanager
def reading(
    names: Sequence[str], files: Sequence[Records], output: Output, *, streaming: bool
) -> Iterator[Callable[[], None]]:
    """A function to call after each activity: now and then it moves a bar for each file.

    There are none while results stream over the same terminal.
    """
    if not output.err.is_terminal or (streaming and output.out.is_terminal):
        yield lambda: None
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with _bars(*columns, output=output) as bars:
        tasks = [
            bars.add_task(visible(name), total=file.progress.total)
            for name, file in zip(names, files, strict=True)
        ]
        calls = 0

        def step() -> None:
            nonlocal calls
            calls += 1
            if calls % EVERY == 0:
                for task, file in zip(tasks, files, strict=True):
                    bars.update(task, completed=file.progress.done)

        yield step


def _bars(*columns: ProgressColumn, output: Output) -> Progress:
    """Bars on stderr; what goes to stdout meanwhile stays there."""
    return Progress(
        *columns, console=output.err, transient=True, redirect_stdout=False, redirect_stderr=False
    )
