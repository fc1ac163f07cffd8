"""A mistake in a rule file, for its author: code, position, what is wrong and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from loyalty_engine.rulebook.catalogue import register, render

MOST_DIAGNOSTICS = 500
_LONGEST_TEXT = 300  # characters of a value that a message repeats

register({"R032": ("there are more mistakes than are shown", "correct these first")})


class Mark(NamedTuple):
    """A place in a rule file; line and column count from 1, `length` is what the caret underlines."""

    file: str
    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake (severity `error`: does not load) or doubt (`warning`)."""

    code: str
    severity: str  # error | warning
    mark: Mark
    message: str
    help: str
    parameters: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The machine-readable form of `rules check --json`."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.mark.file,
            "line": self.mark.line,
            "column": self.mark.column,
            "message": self.message,
            "help": self.help,
        }


class Report:
    """Collects every diagnostic of one reading; nothing stops at the first mistake.

    A file with very many mistakes is cut at MOST_DIAGNOSTICS, and says so.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, Mark, str], Diagnostic] = {}
        self._has_errors = False

    def error(self, code: str, mark: Mark, *, help: str | None = None, **parameters: Any) -> None:
        """Add a mistake; message and help come from the catalogue unless `help` is given."""
        self._add(code, "error", mark, help, parameters)

    def warning(self, code: str, mark: Mark, *, help: str | None = None, **parameters: Any) -> None:
        """Add a doubt that does not keep the rules from loading."""
        self._add(code, "warning", mark, help, parameters)

    def _add(
        self, code: str, severity: str, mark: Mark, advice: str | None, parameters: Mapping[str, Any]
    ) -> None:
        self._has_errors = self._has_errors or severity == "error"
        if len(self._found) > MOST_DIAGNOSTICS:
            return
        if len(self._found) == MOST_DIAGNOSTICS:
            code, severity, advice, parameters = "R032", "error", None, {}
            self._has_errors = True
        shown = {name: _shown(value) for name, value in parameters.items()}
        message, standard_help = render(code, shown)
        found = Diagnostic(code, severity, mark, message, _shown(advice) or standard_help, shown)
        self._found.setdefault((code, mark, message), found)

    @property
    def has_errors(self) -> bool:
        """Whether anything found keeps the rules from loading."""
        return self._has_errors

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything found, by file and position."""
        return tuple(sorted(self._found.values(), key=lambda d: (d.mark, d.code, d.message)))


def _shown(value: Any) -> Any:
    """A value fit for a sentence: on one line and not endless."""
    if not isinstance(value, str):
        return value
    line = "".join(c if c.isprintable() else " " for c in value[: _LONGEST_TEXT + 1])
    return line if len(line) <= _LONGEST_TEXT else line[:_LONGEST_TEXT] + "…"
