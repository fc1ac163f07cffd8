"""`loyalty`: the commands put together, and how a run of one ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import typer

from loyalty_adapters.cli import (
    adjust_command,
    init_command,
    ledger_commands,
    member_commands,
    points_commands,
    quote_command,
    redemption_commands,
    replay_command,
    rules_commands,
    status_command,
    tier_commands,
)
from loyalty_adapters.cli.failure import report
from loyalty_adapters.cli.output import Output

app = typer.Typer(
    name="loyalty",
    help="Loyalty points: rules as files, a ledger that can be proved.",
    epilog="Exit codes: 0 done, 1 findings, 2 usage, 3 bad input or rules, 4 refused, 70 a bug of ours.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
app.command("init")(init_command.init)
app.add_typer(rules_commands.app)
app.command("replay")(replay_command.replay)
app.command("quote")(quote_command.quote)
app.add_typer(member_commands.app)
app.command("balance")(points_commands.balance)
app.command("statement")(points_commands.statement)
app.command("explain")(points_commands.explain)
app.command("adjust", context_settings=adjust_command.SIGNED_NUMBERS)(adjust_command.adjust)
app.command("rewards")(redemption_commands.rewards)
app.command("redeem")(redemption_commands.redeem)
app.command("reserve")(redemption_commands.reserve)
app.command("capture")(redemption_commands.capture)
app.command("release")(redemption_commands.release)
app.command("holds")(redemption_commands.holds)
app.add_typer(tier_commands.app)
app.command("status")(status_command.status)
app.add_typer(ledger_commands.app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command (default: of this process) and give its exit code; never raises."""
    output = Output()
    try:
        code = _run(arguments, output)
        output.flush()
    except SystemExit as ended:
        code = _code(ended)
    except KeyboardInterrupt:
        code = 130
    return code


def _run(arguments: Sequence[str] | None, output: Output) -> int:
    try:
        _command().main(args=arguments, prog_name="loyalty", obj=output)
    except SystemExit as ended:
        return _code(ended)
    except Exception as error:  # noqa: BLE001 every error ends as a sentence and an exit code
        return report(error, output)
    return 0


@cache
def _command() -> Any:
    """The commands as the parser has them; putting them together takes longer than most of them run."""
    return typer.main.get_command(app)


def _code(ended: SystemExit) -> int:
    return ended.code if isinstance(ended.code, int) else int(ended.code is not None)


if __name__ == "__main__":
    sys.exit(main())
