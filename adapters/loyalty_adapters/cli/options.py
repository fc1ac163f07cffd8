"""The options that commands have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loyalty_adapters.cli.output import output_of


def _answer_in_json(context: typer.Context, chosen: bool) -> bool:
    """Noted before anything else happens, so that errors are in JSON too."""
    if chosen:
        output_of(context).answer_in_json()
    return chosen


Json = Annotated[
    bool,
    typer.Option("--json", help="Answer in JSON.", callback=_answer_in_json, is_eager=True),
]
Db = Annotated[
    str,
    typer.Option("--db", envvar="LOYALTY_DB", metavar="URL", help="The database, such as sqlite:///shop.db."),
]
Rules = Annotated[
    Path | None,
    typer.Option("--rules", envvar="LOYALTY_RULES", metavar="PATH", help="A folder of rule files, or one."),
]
Program = Annotated[
    str | None,
    typer.Option("--program", metavar="NAME", help="Which program, where the database holds several."),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="As of a time such as 2026-03-14T11:05, on the program's clock unless it has an offset; "
        "a date is its first instant. Default: now.",
    ),
]
Identity = Annotated[
    str | None,
    typer.Option("--identity", metavar="KIND", help="MEMBER is an identity of this kind, such as card."),
]
Member = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's own id.", show_default=False)]
RulePath = Annotated[
    Path,
    typer.Argument(metavar="PATH", help="A folder of rule files, or one file.", show_default=False),
]
Actor = Annotated[str | None, typer.Option("--actor", metavar="NAME", help="Who does this.")]


def member_named(member: str, identity: str | None) -> str | dict[str, str]:
    """How the engine is told who is meant."""
    return member if identity is None else {identity: member}
