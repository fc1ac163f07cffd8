"""`loyalty balance`, `statement` and `explain`: what a member has, how it came, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from loyalty_adapters.cli.balance_table import balance_shown
from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.explanation_text import explanation_shown
from loyalty_adapters.cli.moment import instant_of
from loyalty_adapters.cli.options import At, Db, Identity, Json, Member, Program, Rules, member_named
from loyalty_adapters.cli.output import output_of
from loyalty_adapters.cli.statement_table import statement_shown

KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at", metavar="TIME", help="As it was known at a time. Default: as it is known now."
    ),
]
Last = Annotated[int | None, typer.Option("--last", metavar="N", min=1, help="Only the last N movements.")]
EntryName = Annotated[str, typer.Argument(metavar="ENTRY", help="An entry's id, as a statement shows it.")]


def balance(
    context: typer.Context,
    member: Member,
    db: Db,
    at: At = None,
    known_at: KnownAt = None,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show what a member has, as of any time."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        document = engine.balance(
            member_named(member, identity),
            at=instant_of(at, engine),
            known_at=instant_of(known_at, engine, "--known-at"),
        )
    output.document(document, *balance_shown(document))


def statement(
    context: typer.Context,
    member: Member,
    db: Db,
    at: At = None,
    last: Last = None,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show every movement of a member's points, with running balances."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        document = engine.statement(member_named(member, identity), at=instant_of(at, engine))
    if last is not None:
        document = {**document, "entries": document["entries"][-last:]}
    output.document(document, *statement_shown(document))


def explain(
    context: typer.Context,
    entry: EntryName,
    db: Db,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show why an entry is what it is: its activity decided again, rule by rule."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        document = engine.explain(entry)
    output.document(document, *explanation_shown(document))
