"""`loyalty adjust`: correct a balance by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.options import Db, Identity, Json, Member, Program, Rules, member_named
from loyalty_adapters.cli.output import output_of
from loyalty_adapters.cli.receipt_text import show_receipt

SIGNED_NUMBERS = {"ignore_unknown_options": True}  # -50 is a number here, not an option


def adjust(
    context: typer.Context,
    member: Member,
    points: Annotated[int, typer.Argument(metavar="±N", help="How many points, such as +50 or -50.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with the entry.")],
    actor: Annotated[
        str, typer.Option("--actor", metavar="NAME", help="Who decided it; kept with the entry.")
    ],
    key: Annotated[
        str,
        typer.Option("--key", metavar="TEXT", help="Names this correction: the same again changes nothing."),
    ],
    db: Db,
    currency: Annotated[
        str | None,
        typer.Option("--currency", metavar="NAME", help="Which points. Default: the first spendable ones."),
    ] = None,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Correct a member's balance by hand, up or down."""
    output = output_of(context)
    with Database(db, rules, program, output).for_writing() as engine:
        receipt = engine.adjust(
            member_named(member, identity), points, reason=reason, actor=actor, currency=currency, key=key
        )
    show_receipt(receipt, output)
