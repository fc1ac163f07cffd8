"""How an error ends a command: what is said of it, and the exit code."""

from __future__ import annotations

import os
import traceback
from typing import Any

from loyalty_adapters.cli.output import Output
from loyalty_engine.errors import BadInput, InvalidRulebook, InvariantViolation, LoyaltyError

DONE = 0
FINDINGS = 1  # failed examples, a broken proof, a replay with rejects
BAD_INPUT = 3  # files or rules that cannot be understood
REFUSED = 4  # a conflict, a refusal, a store that cannot do its part
OUR_BUG = 70


def report(error: Exception, output: Output) -> int:
    """Say on stderr what went wrong, and as an object on stdout when JSON is wanted; gives the exit code."""
    if not isinstance(error, LoyaltyError) or isinstance(error, InvariantViolation):
        return _our_bug(error, output)
    if output.json:
        output.line({"error": error_data(error)})
    output.say(f"loyalty: {error.message}")
    return BAD_INPUT if isinstance(error, BadInput) else REFUSED


def error_data(error: LoyaltyError) -> dict[str, Any]:
    """An error as plain data: its code, its sentence, and what stands in it."""
    data = {"code": error.code, "message": error.message, **error.parameters}
    if isinstance(error, InvalidRulebook):
        data["diagnostics"] = [found.as_json() for found in error.diagnostics]
    return data


def _our_bug(error: Exception, output: Output) -> int:
    if output.json:
        output.line({"error": {"code": type(error).__name__, "message": str(error)}})
    if os.environ.get("LOYALTY_DEBUG") == "1":
        output.say("".join(traceback.format_exception(error)).rstrip())
    output.say(f"loyalty: this is a bug of ours: {type(error).__name__}: {error}")
    output.say("Please report it; LOYALTY_DEBUG=1 shows where it happened.")
    return OUR_BUG
