"""`loyalty balance`, `statement` and `explain`: what a member has, how it came, and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loyalty_adapters.cli.balance_table import balance_shown
from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.explanation_text import explanation_shown
from loyalty_adapters.cli.moment import instant_of
from loyalty_adapters.cli.options import At, Db, Identity, Json, Member, Program, Rules, member_named
from loyalty_adapters.cli.output import output_of
from loyalty_adapters.cli.statement_table import statement_shown
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.errors import UnknownCurrency

KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at", metavar="TIME", help="As it was known at a time. Default: as it is known now."
    ),
]
Last = Annotated[int | None, typer.Option("--last", metavar="N", min=1, help="Only the last N movements.")]
Currency = Annotated[
    str | None, typer.Option("--currency", metavar="NAME", help="Only the movements of these points.")
]
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
    currency: Currency = None,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show every movement of a member's points, with running balances."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        document = engine.statement(member_named(member, identity), at=instant_of(at, engine))
        if currency is not None:
            document = _of_currency(document, currency, engine)
    if last is not None:
        document = {**document, "entries": document["entries"][-last:]}
    output.document(document, *statement_shown(document))


def _of_currency(document: dict[str, Any], currency: str, engine: LoyaltyEngine) -> dict[str, Any]:
    """The movements of one currency. Raises UnknownCurrency where the program has no such points."""
    if engine.rulebook.program.currency_settings(currency) is None:
        raise UnknownCurrency(f"there is no currency of points `{currency}`", currency=currency)
    return {**document, "entries": [one for one in document["entries"] if one["currency"] == currency]}


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
