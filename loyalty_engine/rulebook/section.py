"""A family's part of the rule files: which top-level keys it owns and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.context import ReadingContext
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.fields import FieldRegistry
from loyalty_engine.rulebook.node import Member
from loyalty_engine.rulebook.program import Program
from loyalty_engine.rulebook.rulebook import Rulebook

Schema = Mapping[str, Any]
"""A JSON Schema (draft 7) as plain data."""


@dataclass(frozen=True, slots=True)
class SectionInput:
    """What a section reads: its top-level keys (None: not in the files) and what was read before it."""

    members: Mapping[str, Member | None]
    context: ReadingContext
    models: Mapping[str, Any]  # by the first key of each section read before


@dataclass(frozen=True, slots=True)
class SchemaContext:
    """What an editor schema may name: a program's own words when one is given."""

    fields: FieldRegistry
    program: Program | None = None
    models: Mapping[str, Any] | None = None  # of the program's rulebook, by section


@dataclass(frozen=True, slots=True)
class Section:
    """One family's section.

    `read` gives the section's model and reports mistakes to `context.report`; it is called even when
    none of the keys is there, and after other mistakes. `fields` runs before any `read` and may replace
    fields (the choices of `tier`). `schema` gives a JSON Schema per key, `describe` readable data of a
    model per key, `lint` doubts about a rulebook that loaded.
    """

    keys: tuple[str, ...]
    read: Callable[[SectionInput], Any]
    schema: Callable[[SchemaContext], Mapping[str, Schema]]
    fields: Callable[[SectionInput], Mapping[str, Field]] | None = None
    describe: Callable[[Any, Program], Mapping[str, Any]] | None = None
    lint: Callable[[Rulebook, Report], None] | None = None

    @property
    def name(self) -> str:
        """The first key: under it stands the section's model."""
        return self.keys[0]
