"""The editor's JSON Schema (draft 7) of the `stacks` and `accrual` sections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.accrual.rule import TAKES, AccrualRules
from loyalty_engine.rulebook.section import SchemaContext

_CAP = {
    "type": "string",
    "pattern": r"^\d+ points? per (activity|member( per (day|week|month|quarter|year|lifetime))?)$",
    "description": "such as `500 points per activity` or `200 points per member per month`",
}
_CAPS = {"anyOf": [_CAP, {"type": "array", "items": _CAP}]}
LIMIT: dict[str, Any] = {
    "type": "string",
    "pattern": r"^(once|\d+ times?) per member( per (day|week|month|quarter|year|lifetime))?$",
    "description": "such as `once per member`",
}
_EARN = {
    "type": "string",
    "pattern": r"^\s*[\d.]+(% of \S+| points?( per (full )?[\d.]+( \S+)?)?)( in \S+)?\s*$",
    "description": "such as `1 point per 1.00`, `500 points`, `1 point per 1 quantity` or `20% of base`",
}


def accrual_schema(context: SchemaContext) -> Mapping[str, Any]:
    """A schema per key; with a program's models, the names of its stacks are listed."""
    rules = (context.models or {}).get("stacks")
    return {
        "stacks": {"type": "object", "minProperties": 1, "additionalProperties": _stack()},
        "accrual": {"type": "object", "additionalProperties": _rule(rules)},
    }


def _stack() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["take"],
        "additionalProperties": False,
        "properties": {"take": {"enum": list(TAKES)}, "per": {"enum": ["line"]}, "cap": _CAPS},
    }


def _rule(rules: AccrualRules | None) -> dict[str, Any]:
    text = {"type": "string"}
    names: dict[str, Any] = {"type": "string"}
    if rules is not None and rules.stacks:
        names = {"enum": [stack.name for stack in rules.stacks]}
    return {
        "type": "object",
        "required": ["stack", "earn"],
        "additionalProperties": False,
        "properties": {
            "stack": names,
            "when": {"$ref": "#/definitions/when"},
            "lines": {"$ref": "#/definitions/lines"},
            "earn": _EARN,
            "cap": _CAPS,
            "limit": LIMIT,
            "active": text,
            "pending": text,
            "expires": text,
            "title": {"anyOf": [text, {"type": "object", "additionalProperties": text}]},
            "was": {"anyOf": [text, {"type": "array", "items": text}]},
        },
    }
