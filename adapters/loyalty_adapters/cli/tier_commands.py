"""`loyalty tiers ...`: who stands where, who moves at a review, and a tier granted by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.moment import instant_of
from loyalty_adapters.cli.options import At, Db, Identity, Json, Member, Program, Rules, member_named
from loyalty_adapters.cli.output import output_of
from loyalty_adapters.cli.progress import counting
from loyalty_adapters.cli.tier_tables import history_shown, moves_shown, review_shown, tiers_shown

app = typer.Typer(
    name="tiers", help="Status of members: who has it, who moves, and why.", no_args_is_help=True
)

NO_TIER = "none"
AsOf = Annotated[
    str,
    typer.Option("--as-of", metavar="TIME", help="Review what is due by then; a date is its first instant."),
]
Since = Annotated[str, typer.Option("--since", metavar="TIME", help="From this time on.")]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before this time. Default: now.")]
FloorEnd = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="TIME",
        help="The grant ends then; a date is its first instant. `none` needs none.",
    ),
]
TierName = Annotated[str, typer.Argument(metavar="TIER", help="A tier of the ladder; `none` ends a grant.")]


@app.command("review")
def review(
    context: typer.Context,
    as_of: AsOf,
    db: Db,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who would move, and change nothing.")
    ] = False,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Review every member's tier: who rises, drops, is kept, is in grace, is near a line."""
    output = output_of(context)
    database = Database(db, rules, program, output)
    with database.for_reading() if dry_run else database.for_writing() as engine:
        instant = instant_of(as_of, engine, "--as-of")
        assert instant is not None
        with counting("members", output) as step:
            document = engine.review_tiers(instant, dry_run=dry_run, progress=step)
    output.document(document, *review_shown(document))


@app.command("list")
def list_tiers(
    context: typer.Context,
    db: Db,
    at: At = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show how many members have each tier, as of any time."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        document = engine.tiers(at=instant_of(at, engine))
    output.document(document, *tiers_shown(document))


@app.command("moves")
def moves(
    context: typer.Context,
    since: Since,
    db: Db,
    until: Until = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show how many members moved between tiers, month by month."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        start = instant_of(since, engine, "--since")
        assert start is not None
        document = engine.tier_moves(start, until=instant_of(until, engine, "--until"))
    output.document(document, *moves_shown(document))


@app.command("show")
def show(
    context: typer.Context,
    member: Member,
    db: Db,
    at: At = None,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show a member's tier, what the next one takes, and every change with its reason."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        document = engine.tier_history(member_named(member, identity), at=instant_of(at, engine))
    output.document(document, *history_shown(document))


@app.command("grant")
def grant(
    context: typer.Context,
    member: Member,
    tier: TierName,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with the grant.")],
    actor: Annotated[
        str, typer.Option("--actor", metavar="NAME", help="Who decided it; kept with the grant.")
    ],
    key: Annotated[
        str, typer.Option("--key", metavar="TEXT", help="Names this grant: the same again changes nothing.")
    ],
    db: Db,
    until: FloorEnd = None,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Grant a member a tier by hand: he has at least that one until a date.

    A grant takes the place of the one before.
    """
    output = output_of(context)
    if until is None and tier != NO_TIER:
        raise typer.BadParameter("a tier is granted until a time", param_hint="--until")
    with Database(db, rules, program, output).for_writing() as engine:
        receipt = engine.grant_tier(
            member_named(member, identity),
            None if tier == NO_TIER else tier,
            until=instant_of(until, engine, "--until"),
            reason=reason,
            actor=actor,
            key=key,
        )
    change = receipt["tier"]
    output.document(
        receipt, f"{receipt.member}: {change['before'] or 'no tier'} -> {change['after'] or 'no tier'}"
    )
