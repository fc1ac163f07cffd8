"""Times on the command line."""

from __future__ import annotations

import typer

from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.rulebook.moment import parse_moment


def instant_of(text: str | None, engine: LoyaltyEngine, option: str = "--at") -> int | None:
    """Microseconds UTC of a time as written, on the program's clock when it has no offset; None: now.

    Raises a usage error for what is no time, and NoRulebook.
    """
    if text is None:
        return None
    calendar = engine.rulebook.program.calendar
    try:
        return parse_moment(text, calendar)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
