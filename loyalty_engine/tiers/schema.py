"""The editor's JSON Schema (draft 7) of the `tiers` section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.rulebook.program import Program
from loyalty_engine.rulebook.program_schema import DURATION
from loyalty_engine.rulebook.section import SchemaContext
from loyalty_engine.tiers.ladder import (
    CALENDAR_YEAR,
    CROSSINGS,
    END_OF_NEXT_PERIOD,
    END_OF_PERIOD,
    LANDINGS,
    RETURNED_UPGRADES,
)
from loyalty_engine.tiers.reading import RETURNED_UPGRADE

_LENGTH = r"\d+ +(day|week|month|year)s?\s*$"
_AMOUNT = {"type": "string", "pattern": r"^\s*\d{1,12} +\S+\s*$", "description": "such as `1000 credits`"}


def tiers_schema(context: SchemaContext) -> Mapping[str, Any]:
    """One block; with a program, the currencies that a ladder can count are listed."""
    return {
        "tiers": {
            "type": "object",
            "required": ["count", "period", "ladder"],
            "additionalProperties": False,
            "properties": {
                "count": _currency(context.program),
                "period": {
                    "type": "string",
                    "pattern": rf"^\s*({CALENDAR_YEAR}\s*$|rolling +{_LENGTH})",
                    "description": "`calendar year` or such as `rolling 12 months`",
                },
                "valid": {"anyOf": [{"enum": [END_OF_NEXT_PERIOD, END_OF_PERIOD]}, _length()]},
                "grace": DURATION,
                "landing": {"enum": list(LANDINGS)},
                "crossing": {"enum": list(CROSSINGS)},
                **{key: {"enum": list(RETURNED_UPGRADES)} for key in RETURNED_UPGRADE},
                "ladder": {"type": "object", "minProperties": 1, "additionalProperties": _step()},
            },
        }
    }


def _currency(program: Program | None) -> dict[str, Any]:
    if program is None:
        return {"type": "string"}
    return {"enum": [one.name for one in program.currencies if one.counts_tiers or not one.spendable]}


def _length() -> dict[str, Any]:
    return {"type": "string", "pattern": rf"^\s*{_LENGTH}", "description": "such as `12 months`"}


def _step() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["reach"],
        "additionalProperties": False,
        "properties": {
            "reach": _AMOUNT,
            "keep": _AMOUNT,
            "title": {"anyOf": [text, {"type": "object", "additionalProperties": text}]},
        },
    }
