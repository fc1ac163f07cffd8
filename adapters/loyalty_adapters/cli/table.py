"""Tables in the style of the command line: plain, aligned, safe to print whatever stands in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from loyalty_adapters.cli.visible import visible


def table(*columns: str, rows: Iterable[Iterable[Any]], title: str | None = None) -> RenderableType:
    """A table. `#` before a column's name: numbers, aligned to the right; `=`: ids, whole on any terminal.

    Nothing is ever cut: what does not fit goes on in the next line of its cell.
    """
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in columns:
        made.add_column(
            name.lstrip("#="),
            justify="right" if name.startswith("#") else "left",
            no_wrap=name.startswith(("#", "=")),
            overflow="fold",
        )
    for row in rows:
        made.add_row(*(cell(value) for value in row))
    return _titled(made, title)


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


def _titled(made: Table, title: str | None) -> RenderableType:
    return made if title is None else Group(Text(title, style="bold"), made)
