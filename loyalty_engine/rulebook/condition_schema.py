"""The editor's JSON Schema of `when:` and `lines:` blocks: which fields there are and how each is tested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.fields import LINE, WHEN
from loyalty_engine.rulebook.section import SchemaContext

_DECIMAL = r"-?\d+(\.\d+)?"
_DAY = r"\d{4}-\d{2}-\d{2}"
_TIME = _DAY + r"([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:\d{2}| +[A-Za-z][\w+/-]*)?"
_LITERALS = {
    "number": _DECIMAL,
    "money": _DECIMAL,
    "quantity": r"\d+(\.\d+)?",
    "date": _DAY,
    "instant": _TIME,
}


def condition_definitions(context: SchemaContext) -> dict[str, Any]:
    """The definitions `when` and `lines`, with those that they refer to."""
    lists = None if context.program is None else tuple(context.program.lists)
    definitions: dict[str, Any] = {"list-name": _list_name(lists), "test-any": _test("test-any", _scalar())}
    for key, scope in (("when", WHEN), ("lines", LINE)):
        fields = [field for field in _fields(context, scope) if not field.personal]
        definitions |= _field_definitions(fields)
        definitions[key] = _block(key, fields, open_ended=context.program is None)
    return definitions


def _fields(context: SchemaContext, scope: str) -> Iterable[Field]:
    fields = (context.fields.line if scope == LINE else context.fields.when).values()
    if context.program is not None:
        return fields
    # A program's `types:` adds to the built-in ones, and no program is known here.
    return [replace(field, choices=()) if field.name == "type" else field for field in fields]


def _block(key: str, fields: Iterable[Field], *, open_ended: bool) -> dict[str, Any]:
    inner = {"allOf": [{"$ref": f"#/definitions/{key}"}, {"minProperties": 1}]}
    properties: dict[str, Any] = {
        field.name: {"$ref": f"#/definitions/{_definition_name(field)}"} for field in fields
    }
    properties["any"] = {"type": "array", "minItems": 1, "items": inner}
    properties["not"] = inner
    more: Any = {"$ref": "#/definitions/test-any"} if open_ended else False
    return {"type": "object", "properties": properties, "additionalProperties": more}


def _definition_name(field: Field) -> str:
    return f"test-{field.scope}-{field.name}" if field.choices else f"test-{field.type}"


def _field_definitions(fields: Iterable[Field]) -> Mapping[str, Any]:
    names = {_definition_name(field): field for field in fields}
    return {name: _test(name, _value(field)) for name, field in names.items()}


def _test(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """A value, a list of values, or `{not: ...}` around a test."""
    item = {"anyOf": [value, {"$ref": "#/definitions/list-name"}]}
    negated = {
        "type": "object",
        "required": ["not"],
        "properties": {"not": {"$ref": f"#/definitions/{name}"}},
        "additionalProperties": False,
    }
    return {"anyOf": [item, {"type": "array", "minItems": 1, "items": item}, negated]}


def _value(field: Field) -> dict[str, Any]:
    if field.choices:
        prefix = {"type": "string", "pattern": r"^[^*]+\*$"}
        return {"anyOf": [{"enum": list(field.choices)}, prefix]}
    if field.type == "boolean":
        return {"type": "boolean"}
    if not field.ordered:
        return _text()
    return _ordered(_LITERALS[field.type])


def _ordered(literal: str) -> dict[str, Any]:
    forms = (literal, rf"(>=|<=|>|<)\s*{literal}", rf"{literal}\s*\.\.<?\s*{literal}")
    pattern = "^\\s*(" + "|".join(forms) + ")\\s*$"
    return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": pattern}]}


def _text() -> dict[str, Any]:
    plain = {"type": "string", "pattern": r"^(?![<>$])[^*]+\*?$"}
    return {"anyOf": [plain, {"type": "number"}, {"type": "boolean"}]}


def _scalar() -> dict[str, Any]:
    return {"anyOf": [{"type": "string", "pattern": r"^[^$]"}, {"type": "number"}, {"type": "boolean"}]}


def _list_name(lists: tuple[str, ...] | None) -> dict[str, Any]:
    if lists is None:
        return {"type": "string", "pattern": r"^\$."}
    return {"enum": [f"${name}" for name in lists]} if lists else {"not": {}}
