"""The editor's JSON Schema (draft 7) of the `redemption` section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.accrual.schema import LIMIT
from loyalty_engine.redemption.reward_reading import REWARD_KEYS
from loyalty_engine.redemption.tender_reading import TENDER_KEYS
from loyalty_engine.redemption.testable import testable
from loyalty_engine.rulebook.program_schema import DURATION
from loyalty_engine.rulebook.section import SchemaContext

_POINTS = {
    "type": "string",
    "pattern": r"^\s*\d{1,12} +points?\s*$",
    "description": "such as `500 points`",
}
_BOUND = {
    "type": "string",
    "pattern": r"^\s*(\d+(\.\d+)? ?% +of +total|\d{1,12} +points?)\s*$",
    "description": "such as `50% of total` or `5000 points`",
}
_WORTH = {
    "type": "string",
    "pattern": r"^\s*\d{1,12} +points? *= *\d+(\.\d+)?\s*$",
    "description": "such as `100 points = 0.80`",
}
_COST = {
    "type": "string",
    "pattern": r"^\s*\d{1,12} +points?( *\+ *\d+(\.\d+)?)?\s*$",
    "description": "such as `1000 points` or `20000 points + 99.00`",
}


def redemption_schema(context: SchemaContext) -> Mapping[str, Any]:
    """A block of offers; with a program, its spendable currencies are listed."""
    return {"redemption": {"type": "object", "additionalProperties": _offer(context)}}


def _offer(context: SchemaContext) -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "if": {"required": ["worth"]},
        "then": {"propertyNames": {"enum": list(TENDER_KEYS)}},
        "else": {"required": ["cost"], "propertyNames": {"enum": list(REWARD_KEYS)}},
        "properties": {
            "worth": _WORTH,
            "step": _POINTS,
            "at_least": _POINTS,
            "at_most": {"anyOf": [_BOUND, {"type": "array", "items": _BOUND, "minItems": 1, "maxItems": 2}]},
            "cost": _COST,
            "gives": text,
            "limit": LIMIT,
            "when": _when(context),
            "active": text,
            "hold": DURATION,
            "currency": _currency(context),
            "title": {"anyOf": [text, {"type": "object", "additionalProperties": text}]},
        },
    }


def _when(context: SchemaContext) -> dict[str, Any]:
    """A condition whose outermost tests are of what an offer may test."""
    barred = [name for name in context.fields.when if name not in testable(context.fields)]
    return {"allOf": [{"$ref": "#/definitions/when"}], "propertyNames": {"not": {"enum": barred}}}


def _currency(context: SchemaContext) -> dict[str, Any]:
    if context.program is None:
        return {"type": "string"}
    return {"enum": [currency.name for currency in context.program.currencies if currency.spendable]}
