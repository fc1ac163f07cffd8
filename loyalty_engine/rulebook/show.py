"""A rulebook as readable data: in the words of the rule files, for JSON and for a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.program import Basis, CurrencySettings, Program, ReturnSettings
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.section import Section


def describe(rulebook: Rulebook, sections: Sequence[Section] = ()) -> dict[str, Any]:
    """The program's settings, defaults included, then what each section says of its model."""
    described = {"hash": rulebook.hash, **_program(rulebook.program)}
    for section in sections:
        if section.describe is not None:
            described.update(section.describe(rulebook.models[section.name], rulebook.program))
    return described


def rows(described: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The described settings as (setting, text) for a table; blocks give one row a setting."""
    found: list[tuple[str, str]] = []
    for key, value in described.items():
        if isinstance(value, Mapping):
            found += [(f"{key}.{inner}", _cell(text)) for inner, text in value.items() if text is not None]
        elif value not in (None, [], ()):
            found.append((key, _cell(value)))
    return found


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_cell(inner)}" for key, inner in value.items() if inner not in (None, []))
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _program(program: Program) -> dict[str, Any]:
    return {
        "program": program.name,
        "effective": program.calendar.text(program.effective_at),
        "time_zone": program.zone,
        "currency": program.currency,
        "points": {currency.name: _currency(currency) for currency in program.currencies},
        "basis": _basis(program.basis),
        "prices": "include tax" if program.prices_include_tax else "exclude tax",
        "enrolment": "open" if program.enrolment_open else "closed",
        "rounding": {"site": program.rounding.site, "mode": program.rounding.mode},
        "fields": {name: _field(field) for name, field in program.fields.items()},
        "lists": {name: list(values) for name, values in program.lists.items()},
        "types": list(program.types),
        "returns": _returns(program.returns),
    }


def _currency(currency: CurrencySettings) -> dict[str, Any]:
    end = currency.expires_at_end_of
    return {
        "spendable": currency.spendable,
        "expires": str(currency.expires) if currency.expires else "never",
        "at": f"end of {end}" if end else None,
        "pending": str(currency.pending) if currency.pending else None,
        "counts": "tiers" if currency.counts_tiers else None,
        "mirrors": currency.mirrors,
    }


def _basis(basis: Basis) -> str:
    parts = ["before discounts" if basis.before_discounts else "net of discounts"]
    parts += ["tax"] * basis.tax + ["shipping"] * basis.shipping
    return " + ".join(parts)


def _field(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"type": field.type, "on": field.scope}
    if field.choices:
        described["of"] = list(field.choices)
    if field.personal:
        described["personal"] = True
    return described


def _returns(returns: ReturnSettings) -> dict[str, Any]:
    return {
        "spent_points": returns.spent_points,
        "deficit": returns.deficit,
        "restored_lots": returns.restored_lots,
        "within": str(returns.within) if returns.within else None,
    }
