"""Tables in the style of the command line: plain, aligned, safe to print whatever stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from loyalty_adapters.cli.visible import visible


def table(
    *columns: str,
    rows: Iterable[Iterable[Any]],
    title: str | None = None,
    below: Mapping[str, str] | None = None,
) -> RenderableType:
    """A table. `#` before a column's name: numbers, aligned to the right; `=`: ids, whole on any terminal.

    Nothing is ever cut: what does not fit goes on in the next line of its cell. On a terminal that is too
    narrow for all columns those of `below` go below another one: column -> the one it goes below.
    """
    cells = [[cell(value) for value in row] for row in rows]
    made: RenderableType = _made(columns, cells)
    if below:
        made = _Fitting(_made(columns, cells), _made(*_stacked(columns, cells, below)))
    return _titled(made, title)


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The wide table where there is room for it, else the narrow one."""

    wide: Table
    narrow: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        unbounded = options.update(max_width=_UNBOUNDED)
        fits = Measurement.get(console, unbounded, self.wide).maximum <= options.max_width
        yield self.wide if fits else self.narrow


_UNBOUNDED = 10_000  # columns


def _made(columns: Sequence[str], cells: Iterable[Sequence[str]]) -> Table:
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in columns:
        made.add_column(
            name.lstrip("#="),
            justify="right" if name.startswith("#") else "left",
            no_wrap=name.startswith(("#", "=")),
            overflow="fold",
        )
    for row in cells:
        made.add_row(*row)
    return made


def _stacked(
    columns: Sequence[str], cells: Iterable[Sequence[str]], below: Mapping[str, str]
) -> tuple[list[str], list[list[str]]]:
    """The columns and cells with some of them below others."""
    names = [column.lstrip("#=") for column in columns]
    lower = {names.index(upper): names.index(name) for name, upper in below.items()}
    kept = [index for index, name in enumerate(names) if name not in below]

    def joined(row: Sequence[str]) -> list[str]:
        return [
            f"{row[index]}\n{row[lower[index]]}".rstrip() if index in lower else row[index] for index in kept
        ]

    heads = [
        f"{columns[index]}\n{names[lower[index]]}" if index in lower else columns[index] for index in kept
    ]
    return heads, [joined(row) for row in cells]


def facts(*pairs: tuple[str, Any], title: str | None = None) -> RenderableType:
    """Names and values, one pair a line; what is None is left out."""
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in pairs:
        if value is not None:
            made.add_row(visible(name), cell(value))
    return _titled(made, title)


def cell(value: Any) -> str:
    """A value as a cell shows it: numbers in groups of three, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return visible(str(value))


def moment(iso: str | None) -> str | None:
    """A wall time to the second, of an ISO time in a document; its zone is the program's."""
    return None if iso is None else datetime.fromisoformat(iso).strftime("%Y-%m-%d %H:%M:%S")


def _titled(made: RenderableType, title: str | None) -> RenderableType:
    return made if title is None else Group(Text(title, style="bold"), made)
