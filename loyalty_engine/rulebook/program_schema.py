"""The editor's JSON Schema of the settings at a program's top."""

from __future__ import annotations

from typing import Any

from loyalty_engine.activity.field import SCOPES
from loyalty_engine.rulebook.own_fields_reading import TYPES
from loyalty_engine.rulebook.program import LIFE_ENDS, ROUNDING_MODES, ROUNDING_SITES
from loyalty_engine.rulebook.settings_reading import DEFICIT, ENROLMENT, PRICES, RESTORED_LOTS, SPENT_POINTS

NAME: dict[str, Any] = {"type": ["string", "number"], "description": "letters, digits, `-`, `_` or `.`"}
DURATION: dict[str, Any] = {
    "type": "string",
    "pattern": r"^\s*\d+ +(minute|hour|day|week|month|year)s?\s*$",
    "description": "such as `14 days` or `24 months`",
}
SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}


def program_properties() -> dict[str, Any]:
    """A schema per top-level key of the program's own settings."""
    return {
        "program": NAME,
        "language": {"enum": [1]},
        "effective": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}"},
        "time_zone": {"type": "string", "pattern": r"^(UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2})$"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "points": {"type": "object", "minProperties": 1, "additionalProperties": _currency()},
        "basis": {"type": "string", "pattern": r"^(net of|before) discounts( *\+ *(tax|shipping))*$"},
        "prices": {"enum": list(PRICES)},
        "enrolment": {"enum": list(ENROLMENT)},
        "rounding": _settings(site={"enum": list(ROUNDING_SITES)}, mode={"enum": list(ROUNDING_MODES)}),
        "fields": {"type": "object", "additionalProperties": _field()},
        "lists": {"type": "object", "additionalProperties": _values()},
        "types": {"type": "array", "items": NAME},
        "returns": _returns(),
    }


def _settings(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _values() -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": SCALAR}


def _currency() -> dict[str, Any]:
    return _settings(
        spendable={"type": "boolean"},
        expires={"anyOf": [{"enum": ["never"]}, DURATION]},
        at={"enum": [f"end of {period}" for period in LIFE_ENDS]},
        pending=DURATION,
        counts={"enum": ["tiers"]},
        mirrors=NAME,
    )


def _field() -> dict[str, Any]:
    field = _settings(
        type={"enum": list(TYPES)}, of=_values(), on={"enum": list(SCOPES)}, personal={"type": "boolean"}
    )
    choice = {"properties": {"type": {"enum": ["choice"]}}, "required": ["type"]}
    return field | {"required": ["type"], "if": choice, "then": {"required": ["of"]}}


def _returns() -> dict[str, Any]:
    return _settings(
        spent_points={"enum": list(SPENT_POINTS)},
        deficit={"enum": list(DEFICIT)},
        restored_lots={"enum": list(RESTORED_LOTS)},
        within=DURATION,
    )
