"""One version of a program's rules, read and checked: what activities are decided by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loyalty_engine.rulebook.diagnostic import Diagnostic
from loyalty_engine.rulebook.fields import FieldRegistry
from loyalty_engine.rulebook.node import Block
from loyalty_engine.rulebook.program import Program


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The program's settings and the model of each section, named by the hash of their meaning."""

    program: Program
    models: Mapping[str, Any]  # by the first key of each section
    fields: FieldRegistry  # everything that conditions may test
    hash: str  # SHA-256, hex, of the meaning: comments, layout and examples do not change it
    files: Mapping[str, str]  # file name -> text as read
    examples: Block | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading gave: a rulebook when nothing is wrong, and every mistake and doubt."""

    rulebook: Rulebook | None
    diagnostics: tuple[Diagnostic, ...]
