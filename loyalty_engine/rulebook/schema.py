"""The JSON Schema (draft 7) by which an editor completes and checks rule files while they are written.

It is looser than the reader, which has the last word; what it refuses, the reader refuses too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty_engine.rulebook.condition_schema import condition_definitions
from loyalty_engine.rulebook.fields import FieldRegistry
from loyalty_engine.rulebook.program_schema import DURATION, NAME, program_properties
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.section import SchemaContext, Section


def editor_schema(sections: Sequence[Section], rulebook: Rulebook | None = None) -> dict[str, Any]:
    """The schema of any one file of a program, so no key is required.

    With a rulebook its own fields, lists and names are offered, and no others accepted.
    """
    context = SchemaContext(FieldRegistry.of())
    if rulebook is not None:
        context = SchemaContext(rulebook.fields, rulebook.program, rulebook.models)
    properties = program_properties()
    for section in sections:
        properties.update(section.schema(context))
    properties.setdefault("examples", {"type": "object", "additionalProperties": {"type": "object"}})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Loyalty program" if rulebook is None else f"Loyalty program {rulebook.program.name}",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "definitions": {"name": NAME, "duration": DURATION, **condition_definitions(context)},
    }
