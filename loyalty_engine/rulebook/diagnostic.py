"""A mistake in a rule file, for its author: code, position, what is wrong and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from loyalty_engine.rulebook.catalogue import render


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
    """Collects every diagnostic of one reading; nothing stops at the first mistake."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def error(self, code: str, mark: Mark, *, help: str | None = None, **parameters: Any) -> None:
        """Add a mistake; message and help come from the catalogue unless `help` is given."""
        self._add(code, "error", mark, help, parameters)

    def warning(self, code: str, mark: Mark, *, help: str | None = None, **parameters: Any) -> None:
        """Add a doubt that does not keep the rules from loading."""
        self._add(code, "warning", mark, help, parameters)

    def _add(
        self, code: str, severity: str, mark: Mark, help: str | None, parameters: Mapping[str, Any]
    ) -> None:
        message, standard_help = render(code, parameters)
        found = Diagnostic(code, severity, mark, message, help or standard_help, dict(parameters))
        if found not in self._found:
            self._found.append(found)

    @property
    def has_errors(self) -> bool:
        """Whether anything found keeps the rules from loading."""
        return any(d.severity == "error" for d in self._found)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything found, by file and position."""
        return tuple(sorted(self._found, key=lambda d: (d.mark, d.code, d.message)))
