"""The JSON Schema of the wire format, for whoever writes activities; made from the models that read them."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from loyalty_engine.activity.wire_format import MODELS


def activity_schema() -> dict[str, Any]:
    """One JSON Schema (draft 2020-12) of an activity of any type.

    It states the shape. What depends on the program (its types, currency and own fields) and what sums up
    (tenders, line ids that differ) only the engine can check.
    """
    _, document = TypeAdapter.json_schemas(
        [(model, "validation", TypeAdapter(model)) for model in MODELS],
        title="Activity",
        description="What happened: a basket, a recharge, a return, an enrolment or another activity.",
    )
    shapes = {model.__name__ for model in MODELS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **{name: document[name] for name in ("title", "description")},
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in MODELS],
        "$defs": {name: _untitled(schema, name in shapes) for name, schema in document["$defs"].items()},
    }


def _untitled(schema: Any, named: bool = False) -> Any:
    """A schema without the titles that pydantic makes of field names: they only repeat the names."""
    if isinstance(schema, list):
        return [_untitled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {field: _untitled(inner) for field, inner in part.items()}
        if name == "properties"
        else _untitled(part)
        for name, part in schema.items()
        if name != "title" or named
    }
