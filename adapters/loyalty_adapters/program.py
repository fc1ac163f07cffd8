"""Which program a session is of."""

from __future__ import annotations

from loyalty_engine.errors import UnknownProgram


def chosen(program: str | None) -> str:
    """The program that a session was opened for. Raises UnknownProgram when none was chosen."""
    if program is None:
        raise UnknownProgram("no program is chosen; publish its rules first, or name it")
    return program
