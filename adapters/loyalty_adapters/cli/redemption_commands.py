"""`loyalty redeem`, `reserve`, `capture`, `release`, `holds` and `rewards`: points spent and set aside."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.moment import instant_of
from loyalty_adapters.cli.options import Actor, At, Db, Identity, Json, Member, Program, Rules, member_named
from loyalty_adapters.cli.output import output_of
from loyalty_adapters.cli.receipt_text import show_receipt
from loyalty_adapters.cli.redemption_text import holds_shown, rewards_shown

Points = Annotated[
    int | None,
    typer.Option("--points", metavar="N", help="Spend so many points as money.", show_default=False),
]
UpTo = Annotated[
    int | None, typer.Option("--up-to", metavar="N", help="Spend as many as are permitted, up to N.")
]
Reward = Annotated[
    str | None, typer.Option("--reward", metavar="NAME", help="Have a reward of the catalogue.")
]
Total = Annotated[
    str | None, typer.Option("--total", metavar="MONEY", help="What is to be paid in all, such as 20.00.")
]
Currency = Annotated[
    str | None, typer.Option("--currency", metavar="NAME", help="Make sure that these points are taken.")
]
Channel = Annotated[
    str | None, typer.Option("--channel", metavar="NAME", help="Where; for conditions that test it.")
]
Store = Annotated[str | None, typer.Option("--store", metavar="NAME", help="In which store, likewise.")]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="TEXT", help="Names this command: the same again changes nothing."),
]
HoldId = Annotated[
    str, typer.Argument(metavar="HOLD", help="A hold's id, as `reserve` gives it.", show_default=False)
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until", metavar="TIME", help="The hold ends then. Default: when the rules say, in 30 minutes."
    ),
]


def redeem(
    context: typer.Context,
    member: Member,
    db: Db,
    points: Points = None,
    up_to: UpTo = None,
    reward: Reward = None,
    total: Total = None,
    currency: Currency = None,
    channel: Channel = None,
    store: Store = None,
    key: Key = None,
    actor: Actor = None,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Spend a member's points: so many, as many as are permitted, or what a reward costs."""
    wanted = _wanted(points=points, up_to=up_to, reward=reward)
    output = output_of(context)
    with Database(db, rules, program, output).for_writing() as engine:
        receipt = engine.redeem(
            member_named(member, identity),
            **wanted,
            total=total,
            currency=currency,
            channel=channel,
            store=store,
            key=key,
            actor=actor,
        )
    show_receipt(receipt, output)


def reserve(
    context: typer.Context,
    member: Member,
    db: Db,
    points: Points = None,
    up_to: UpTo = None,
    reward: Reward = None,
    total: Total = None,
    currency: Currency = None,
    channel: Channel = None,
    store: Store = None,
    until: Until = None,
    key: Key = None,
    actor: Actor = None,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Set points aside as `redeem` would spend them, until they are captured or released."""
    wanted = _wanted(points=points, up_to=up_to, reward=reward)
    output = output_of(context)
    with Database(db, rules, program, output).for_writing() as engine:
        receipt = engine.reserve(
            member_named(member, identity),
            **wanted,
            total=total,
            currency=currency,
            channel=channel,
            store=store,
            until=instant_of(until, engine, "--until"),
            key=key,
            actor=actor,
        )
    show_receipt(receipt, output)


def capture(
    context: typer.Context,
    hold: HoldId,
    db: Db,
    points: Annotated[
        int | None, typer.Option("--points", metavar="N", help="Only so many; the rest goes back.")
    ] = None,
    key: Key = None,
    actor: Actor = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Spend the points of a hold."""
    output = output_of(context)
    with Database(db, rules, program, output).for_writing() as engine:
        receipt = engine.capture(hold, points=points, key=key, actor=actor)
    show_receipt(receipt, output)


def release(
    context: typer.Context,
    hold: HoldId,
    db: Db,
    key: Key = None,
    actor: Actor = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Give up a hold: its points can be spent again."""
    output = output_of(context)
    with Database(db, rules, program, output).for_writing() as engine:
        receipt = engine.release(hold, key=key, actor=actor)
    show_receipt(receipt, output)


def holds(
    context: typer.Context,
    member: Member,
    db: Db,
    at: At = None,
    every: Annotated[bool, typer.Option("--all", help="Those that have ended too.")] = False,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show what a member's points are set aside for, as of any time."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        document = engine.holds(member_named(member, identity), at=instant_of(at, engine), all=every)
    output.document(document, *holds_shown(document))


def rewards(
    context: typer.Context,
    member: Member,
    db: Db,
    at: At = None,
    total: Total = None,
    channel: Channel = None,
    store: Store = None,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Show what a member may spend points on, and what keeps him from the rest."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        document = engine.rewards(
            member_named(member, identity),
            at=instant_of(at, engine),
            total=total,
            channel=channel,
            store=store,
        )
    output.document(document, *rewards_shown(document))


def _wanted(**options: Any) -> dict[str, Any]:
    """The one that was said. Raises a usage error when it is not just one."""
    if sum(value is not None for value in options.values()) != 1:
        raise typer.BadParameter("say one of --points, --up-to and --reward")
    return options
