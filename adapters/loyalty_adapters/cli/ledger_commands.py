"""`loyalty ledger`: the proof that balances are what the journal says."""

from __future__ import annotations

import typer

from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.failure import FINDINGS
from loyalty_adapters.cli.options import Db, Json, Program, Rules
from loyalty_adapters.cli.output import output_of
from loyalty_adapters.cli.progress import counting
from loyalty_adapters.cli.verification_text import verification_shown

app = typer.Typer(name="ledger", help="Prove the ledger.", no_args_is_help=True)


@app.callback()
def ledger() -> None:
    """Prove the ledger."""


@app.command()
def verify(
    context: typer.Context, db: Db, rules: Rules = None, program: Program = None, json: Json = False
) -> None:
    """Rebuild every account from its entries alone and compare it with what is stored.

    Exits with 1 when something differs.
    """
    output = output_of(context)
    with Database(db, rules, program, output).for_reading() as engine, counting("accounts", output) as step:
        proof = engine.verify(step)
    output.document(proof.as_json(), *verification_shown(proof))
    if not proof.sound:
        raise typer.Exit(FINDINGS)
