"""`loyalty rules`: check, test, show and publish rule files, and the schemas that editors use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loyalty_adapters.cli.database import Database
from loyalty_adapters.cli.failure import BAD_INPUT, FINDINGS
from loyalty_adapters.cli.options import Actor, Db, Json, Program, RulePath
from loyalty_adapters.cli.output import Output, output_of
from loyalty_adapters.cli.rule_files import RuleFiles, checked_files
from loyalty_adapters.cli.rule_verdict import check_data, check_verdict, example_data, example_list, loads_as
from loyalty_adapters.cli.rulebook_table import rulebook_shown
from loyalty_engine.activity.schema import activity_schema
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.engine.sections import SECTIONS
from loyalty_engine.errors import InvalidRulebook, NoRulebook
from loyalty_engine.rulebook.schema import editor_schema
from loyalty_engine.rulebook.show import describe

app = typer.Typer(name="rules", help="Check, test, show and publish rule files.", no_args_is_help=True)


@app.command()
def check(context: typer.Context, path: RulePath, json: Json = False) -> None:
    """Find every mistake in rule files and run their examples; nothing is stored.

    Exits with 3 when the files do not load, with 1 when only examples fail.
    """
    output, files = output_of(context), checked_files(path)
    files.show_diagnostics(output)
    output.document(check_data(files), check_verdict(files))
    if files.checked.compiled is None:
        raise typer.Exit(FINDINGS if files.checked.readable else BAD_INPUT)


@app.command("test")
def run_examples(context: typer.Context, path: RulePath, json: Json = False) -> None:
    """Run the examples of rule files and list each; without any the test fails."""
    output, files = output_of(context), checked_files(path)
    _readable(files, output)
    output.document(example_data(files), *example_list(files))
    if files.checked.compiled is None or not files.checked.examples:
        raise typer.Exit(FINDINGS)


@app.command()
def show(context: typer.Context, path: RulePath, json: Json = False) -> None:
    """Show what rule files say, defaults included."""
    output, files = output_of(context), checked_files(path)
    described = describe(_readable(files, output).rulebook, SECTIONS)
    output.document(described, *rulebook_shown(described))


@app.command()
def schema(
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[PATH]", help="Rule files whose own fields, lists and names it offers."),
    ] = None,
    activity: Annotated[
        bool, typer.Option("--activity", help="The schema of an activity on the wire instead.")
    ] = False,
    json: Json = False,
) -> None:
    """Print the JSON Schema by which editors complete and check rule files."""
    output = output_of(context)
    if activity and path is not None:
        raise typer.BadParameter("an activity's schema is the same for all programs", param_hint="PATH")
    if activity:
        output.block(activity_schema())
        return
    rulebook = None if path is None else _readable(checked_files(path), output).rulebook
    output.block(editor_schema(SECTIONS, rulebook))


@app.command()
def publish(
    context: typer.Context,
    path: RulePath,
    db: Db,
    program: Program = None,
    actor: Actor = None,
    json: Json = False,
) -> None:
    """Store rule files as the program's latest version; they decide from their `effective` on.

    What decides already is not stored again.
    """
    output, files = output_of(context), checked_files(path)
    files.show_diagnostics(output)
    rules = files.valid()
    with Database(db, None, program, output).made_for(rules) as engine:
        stored = None if _decides(engine, rules) else engine.publish(rules, actor=actor)
        number = stored.number if stored else engine.rulebooks.at(rules.program.effective_at).number
    document = {"published": stored is not None, "number": number, **loads_as(rules)}
    what = "published as" if stored else "unchanged, it decides already as"
    output.document(document, f"{rules.program.name}: {what} version {number}, {_when(rules)}")


def _readable(files: RuleFiles, output: Output) -> CompiledRulebook:
    """The rules as they read, whether or not their examples hold. Raises InvalidRulebook."""
    if files.checked.candidate is None:
        files.show_diagnostics(output)
        raise InvalidRulebook(files.checked.diagnostics)
    return files.checked.candidate


def _decides(engine: LoyaltyEngine, rules: CompiledRulebook) -> bool:
    try:
        return engine.rulebooks.at(rules.program.effective_at).hash == rules.hash
    except NoRulebook:
        return False


def _when(rules: CompiledRulebook) -> str:
    return f"effective {loads_as(rules)['effective']}, hash {rules.hash}"
