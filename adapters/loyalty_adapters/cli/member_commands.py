"""`loyalty member`: enrol, show and change members."""

from __future__ import annotations

from typing import Annotated

import typer

from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.member_text import member_shown
from loyalty_adapters.cli.moment import instant_of
from loyalty_adapters.cli.options import Actor, At, Db, Identity, Json, Member, Program, Rules, member_named
from loyalty_adapters.cli.output import output_of
from loyalty_adapters.cli.receipt_text import show_receipt
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine

app = typer.Typer(name="member", help="Enrol, show and change members.", no_args_is_help=True)

Links = Annotated[
    list[str] | None,
    typer.Option(
        "--link", metavar="KIND=VALUE", help="Link an identity, such as card=4711; may be repeated."
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set an attribute from then on; may be repeated."),
]
Unsets = Annotated[
    list[str] | None,
    typer.Option("--unset", metavar="NAME", help="Take an attribute away; may be repeated."),
]


@app.command()
def enrol(
    context: typer.Context,
    member: Member,
    db: Db,
    links: Links = None,
    sets: Sets = None,
    key: Annotated[str | None, typer.Option("--key", metavar="TEXT", help="Default: MEMBER.")] = None,
    at: At = None,
    actor: Actor = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Enrol a member."""
    output = output_of(context)
    identities, attributes = _identities(links), _attributes(sets, None)
    with Database(db, rules, program, output).for_writing() as engine:
        receipt = engine.enrol(
            member,
            identities=identities,
            attributes=attributes,
            key=key,
            at=_wire_time(at, engine),
            actor=actor,
        )
    show_receipt(receipt, output)


@app.command()
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
    """Show who a member is: since when, identities, attributes."""
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine:
        document = engine.member(member_named(member, identity), at=instant_of(at, engine))
    output.document(document, *member_shown(document))


@app.command()
def change(
    context: typer.Context,
    member: Member,
    key: Annotated[
        str, typer.Option("--key", metavar="TEXT", help="Names this change: the same again changes nothing.")
    ],
    db: Db,
    links: Links = None,
    sets: Sets = None,
    unsets: Unsets = None,
    at: At = None,
    actor: Actor = None,
    identity: Identity = None,
    rules: Rules = None,
    program: Program = None,
    json: Json = False,
) -> None:
    """Link identities to a member, and set or take away attributes."""
    output = output_of(context)
    identities, attributes = _identities(links), _attributes(sets, unsets)
    if not identities and not attributes:
        raise typer.BadParameter("say what changes, by --link, --set or --unset")
    with Database(db, rules, program, output).for_writing() as engine:
        receipt = engine.change_member(
            member_named(member, identity),
            identities=identities,
            attributes=attributes,
            key=key,
            at=_wire_time(at, engine),
            actor=actor,
        )
    show_receipt(receipt, output)


def _identities(links: list[str] | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, value in _pairs(links, "--link", "KIND=VALUE"):
        found.setdefault(kind, []).append(value)
    return found


def _attributes(sets: list[str] | None, unsets: list[str] | None) -> dict[str, str | None]:
    """Values go as text: the program's fields say what type they are of."""
    taken: dict[str, str | None] = dict.fromkeys(unsets or ())
    return {**taken, **dict(_pairs(sets, "--set", "NAME=VALUE"))}


def _pairs(written: list[str] | None, option: str, form: str) -> list[tuple[str, str]]:
    found = []
    for text in written or ():
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise typer.BadParameter(f"`{text}` is not {form}", param_hint=option)
        found.append((name, value))
    return found


def _wire_time(at: str | None, engine: LoyaltyEngine) -> str | None:
    instant = instant_of(at, engine)
    return None if instant is None else engine.rulebook.program.calendar.text(instant)
