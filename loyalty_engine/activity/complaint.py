"""Sentences for what the models of the wire format refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from loyalty_engine.activity.problem import Problem, place, printable, shown
from loyalty_engine.activity.wire_format import LONGEST_NAME, LONGEST_VALUE, MOST_LINES, MOST_PARTS

_EXPECTED: Mapping[str, str] = {
    "type": 'write the type of the activity, such as "purchase"',
    "amount": 'write money as text, such as "84.50"',
    "discount": 'write money as text, such as "5.00"',
    "tax": 'write money as text, such as "7.20"',
    "shipping": 'write money as text, such as "3.95"',
    "quantity": 'write a whole number >= 0, or a decimal with at most 3 places as text, such as "0.750"',
    "at": 'write an ISO 8601 time with its offset, such as "2026-03-14T11:05:00+02:00"',
    "member": 'write the member\'s own id as text, or one identity, such as {"card": "9000-1"}',
    "of": 'write the id of what comes back, or {"source": …, "type": …, "id": …}',
    "currency": 'write an ISO 4217 code, such as "EUR"',
    "lines": f"write a list of 1 to {MOST_LINES} objects; without lines leave it out",
    "tenders": f'write a list of 1 to {MOST_PARTS} objects, such as {{"kind": "card", "amount": "9.50"}}',
    "attributes": f'write an object of at most {MOST_PARTS} names and values, such as {{"plan": "M"}}',
    "points": "write how many as a whole number from 1 to 10^12, such as 500",
    "up_to": "write how many at most as a whole number from 1 to 10^12, such as 2000",
    "identities": f'write an object of at most {MOST_PARTS} kinds and values, such as {{"card": ["9000-1"]}}',
}
_MONEY = ("amount", "discount", "tax", "shipping")
_NAME = f"write text of 1 to {LONGEST_NAME} characters"
_VALUE = (
    'write text, a whole number of at most 15 digits, true or false; a fraction goes as text, such as "1.5"'
)

Path = tuple[int | str, ...]


def complaints(
    error: ValidationError, activity: Mapping[str, Any], fields: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Every place at which an activity does not fit its model.

    `fields` names what may stand in the activity (key "") and in the objects of its lists and fields.
    """
    details: dict[Path, ErrorDetails] = {}
    for detail in error.errors(include_url=False, include_context=False):
        details.setdefault(_standing(activity, detail), detail)
    outer = {path[:depth] for path in details for depth in range(1, len(path))}
    return [
        (place(path), _sentence(path, detail, activity, fields))
        for path, detail in details.items()
        if path not in outer
    ]


def _standing(activity: Mapping[str, Any], detail: ErrorDetails) -> Path:
    """The part of an error's path that leads through the activity: a model's unions add steps."""
    path: list[int | str] = []
    value: Any = activity
    for step in detail["loc"]:
        if (isinstance(value, dict) and step in value) or (isinstance(value, list) and isinstance(step, int)):
            value = value[step]  # type: ignore[index]
            path.append(step)
    if detail["type"] == "missing":
        path.append(detail["loc"][-1])
    return tuple(path)


def _sentence(
    path: Path, detail: ErrorDetails, activity: Mapping[str, Any], fields: Mapping[str, Sequence[str]]
) -> str:
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    if detail["type"] == "missing":
        return f"is required; {_EXPECTED.get(name, _NAME)}"
    if detail["type"] == "extra_forbidden":
        inside = next((step for step in reversed(path[:-1]) if isinstance(step, str)), "")
        return _unknown_field(name, fields.get(inside, ()))
    if detail["type"] == "string_unicode":
        return "holds text that is not Unicode; a surrogate stands alone in it"
    if detail["type"] == "invalid_key" or detail["loc"][-1:] == ("[key]",):
        return f"is no name; {_NAME}, without NUL"
    return _about_value(name, path, _at(activity, path))


def _at(activity: Any, path: Sequence[int | str]) -> Any:
    for step in path:
        activity = activity[step]
    return activity


def _unknown_field(name: str, known: Sequence[str]) -> str:
    if name in known:
        return f"stands only in a tender of kind `points`; leave `{name}` out, or write that kind"
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean `{close[0]}`?" if close else "what is your own goes into `attributes`"
    return f"there is no field `{printable(name)}` here; {hint}"


def _about_value(name: str, path: Path, value: object) -> str:
    """What is wrong with a value of the field it stands in."""
    if path[0] in ("member", "identities", "of") and len(path) > 1:
        return _about_text(value, LONGEST_NAME) or f"{shown(value)} does not fit; {_NAME}"
    if "attributes" in path[:-1]:
        return _about_text(value, LONGEST_VALUE) or f"{shown(value)} is no value of an attribute; {_VALUE}"
    if name in _MONEY:
        return _about_money(name, value)
    if name in ("lines", "tenders") and isinstance(path[-1], int):
        return f"{shown(value)} stands where an object must; {_EXPECTED[name]}"
    if name in _EXPECTED:
        size = f" of {len(value)}" if isinstance(value, list) else ""
        return f"{shown(value)}{size} does not fit; {_EXPECTED[name]}"
    return _about_text(value, LONGEST_NAME) or f"{shown(value)} is not text; {_NAME}"


def _about_text(value: object, longest: int) -> str | None:
    if not isinstance(value, str):
        return None
    if len(value) > longest:
        return f"`{printable(value)}` has {len(value)} characters; write at most {longest}"
    if not value:
        return "is empty; write what it is, or leave the field out"
    return "holds the character NUL; leave it out"


def _about_money(name: str, value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"the JSON number {shown(value)} cannot be money, it may have lost cents; {_EXPECTED[name]}"
    if isinstance(value, str) and value.startswith("-"):
        return f"{shown(value)} is below 0 or no plain decimal; {_EXPECTED[name]}"
    return f"{shown(value)} is no plain decimal of at most 13 digits and 4 places; {_EXPECTED[name]}"
