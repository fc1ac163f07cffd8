"""`loyalty status`: the whole program at a glance."""

from __future__ import annotations

import typer

from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.moment import instant_of
from loyalty_adapters.cli.options import At, Db, Json, Program, Rules
from loyalty_adapters.cli.output import output_of
from loyalty_adapters.cli.status_table import status_shown


def status(
    context: typer.Context,
    db: Db,
    at: At = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show counts, what is outstanding, what each rule has moved, and the rulebooks."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        document = engine.status(at=instant_of(at, engine))
    output.document(document, *status_shown(document))
