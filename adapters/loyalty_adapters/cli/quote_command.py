"""`loyalty quote`: what an activity would be granted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.options import Json, Program, Rules
from loyalty_adapters.cli.output import output_of
from loyalty_adapters.cli.receipt_text import show_receipt
from loyalty_engine.activity.json_text import LONGEST_TEXT
from loyalty_engine.errors import InvalidFile


def quote(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="One activity as JSON; - reads it from stdin.")],
    db: Annotated[
        str | None,
        typer.Option("--db", envvar="LOYALTY_DB", metavar="URL", help="Whose members and rules it meets."),
    ] = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show what recording an activity would answer; nothing is stored.

    With --rules these decide as if they had been published last. Without --db the member is a new one.
    """
    output = output_of(context)
    if db is None and rules is None:
        raise typer.BadParameter("name the rules by --rules, or a database that holds some by --db")
    activity = _read(file)
    with Database(db or "memory://", rules, program, output).for_trying() as engine:
        receipt = engine.quote(activity)
    show_receipt(receipt, output)


def _read(file: str) -> bytes:
    """The activity's text, with one byte more than it may have: then it is seen to be too long."""
    if file == "-":
        return sys.stdin.buffer.read(LONGEST_TEXT + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(LONGEST_TEXT + 1)
    except OSError as error:
        raise InvalidFile(f"cannot read {file}: {error.strerror}", file=file) from None
