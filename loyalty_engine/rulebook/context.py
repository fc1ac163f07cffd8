"""What the readers of all sections share: the program, its fields and lists, and the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.fields import FieldRegistry
from loyalty_engine.rulebook.program import Program


@dataclass(slots=True)
class ReadingContext:
    """Handed to every reader. It notes which lists and fields are used, so that the rest can be told."""

    program: Program
    fields: FieldRegistry
    report: Report
    used_lists: set[str] = field(default_factory=set)
    used_fields: set[str] = field(default_factory=set)

    def find_field(self, name: str, scope: str, mark: Mark) -> Field | None:
        """The field that a condition or phrase of scope `when` or `line` names; reports when it cannot."""
        raise NotImplementedError

    def list_values(self, name: str, mark: Mark) -> tuple[str, ...] | None:
        """The values of `$name` (written without the dollar); reports when there is no such list."""
        raise NotImplementedError
