"""One test as it is written in text, typed by its field: a value, `>= 5.00`, `10 .. 20`, `AB*`."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import Field
from loyalty_engine.money import format_money
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.moment import day_span, parse_day, parse_moment
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.program import Program
from loyalty_engine.rulebook.test import RangeTest, SetTest, Test

register(
    {
        "R201": ("`{text}` is not a value of `{field}`", "write one of its values"),
        "R202": ("`{field}` is {kind}: {problem}", "correct the value"),
        "R203": ("nothing lies in `{text}`", "write the smaller end first: 10 .. 20"),
        "R204": ("`{field}` is {kind}, so it has no order", "list the values: [a, b]"),
        "R209": ("`*` may stand only at the end of `{text}`, after at least one character", "write `AB*`"),
        "R210": ("`{text}` has no value on one side", 'write both ends, `10 .. 20`, or one: ">= 10"'),
        "R221": ("`{text}` has a time, and `{field}` is a date", "test `at`, or leave the time out"),
    }
)

KINDS = {
    "choice": "a choice",
    "text": "text",
    "number": "a number",
    "money": "money",
    "boolean": "true or false",
    "date": "a date",
    "instant": "an instant",
    "quantity": "a quantity",
}

_ENDS = {
    "number": ("10", "20"),
    "quantity": ("1", "2.5"),
    "date": ("2026-03-14", "2026-03-31"),
    "instant": ("2026-03-14", "2026-03-31"),
}

_COMPARISON = re.compile(r"(>=|<=|>|<)\s*(.*)", re.DOTALL)
_RANGE = re.compile(r"(.*?) ?\.\.(<?) ?(.*)")
_SPACED_RANGE = re.compile(r"\S+\s+\.\.<?\s+\S+")


class Misfit(Exception):
    """What is written cannot be a test of the field."""

    def __init__(self, code: str, advice: str | None = None, **parameters: Any) -> None:
        super().__init__(code)
        self.code = code
        self.advice = advice
        self.parameters = parameters


class _Literal(NamedTuple):
    """What a written value stands for: one value, or (a day of instants) all from start up to end."""

    start: Any
    end: Any
    end_open: bool


def single_test(field: Field, text: str, program: Program) -> Test:
    """The test that a text writes for a field. Raises Misfit."""
    if field.ordered:
        return _ordered_test(field, " ".join(text.split()), program)
    return _plain_test(field, text.strip(), program)


def _plain_test(field: Field, text: str, program: Program) -> Test:
    if _COMPARISON.fullmatch(text) or _SPACED_RANGE.fullmatch(text):
        raise Misfit("R204", field=field.name, kind=KINDS[field.type])
    if field.type == "boolean" or "*" not in text:
        return SetTest(frozenset({_value(field, text, program)}), text=text)
    if "*" in text[:-1] or text == "*":
        raise Misfit("R209", text=text)
    return _prefix_test(field, text)


def _prefix_test(field: Field, text: str) -> Test:
    prefix = text[:-1]
    if not field.choices:
        return SetTest(prefixes=(prefix,), text=text)
    values = frozenset(choice for choice in field.choices if choice.startswith(prefix))
    if not values:
        raise Misfit("R201", did_you_mean(prefix, field.choices), text=text, field=field.name)
    return SetTest(values, text=text)


def _value(field: Field, text: str, program: Program) -> Value:
    if field.choices and text not in field.choices:
        raise Misfit("R201", did_you_mean(text, field.choices), text=text, field=field.name)
    try:
        return field.parse(text, program.places)
    except ValueError as problem:
        raise _unreadable(field, problem, _advice(field, program)) from None


def _ordered_test(field: Field, text: str, program: Program) -> Test:
    if comparison := _COMPARISON.fullmatch(text):
        return _comparison(comparison[1], _literal(field, comparison[2], text, program), text)
    if between := _RANGE.fullmatch(text):
        low = _literal(field, between[1], text, program)
        return _range(low, bool(between[2]), _literal(field, between[3], text, program), text)
    value = _literal(field, text, text, program)
    if value.end_open:
        return RangeTest(value.start, high=value.end, high_open=True, text=text)
    return SetTest(frozenset({value.start}), text=text)


def _comparison(sign: str, value: _Literal, text: str) -> Test:
    if sign == ">=":
        return RangeTest(low=value.start, text=text)
    if sign == ">":
        return RangeTest(low=value.end, low_open=not value.end_open, text=text)
    if sign == "<":
        return RangeTest(high=value.start, high_open=True, text=text)
    return RangeTest(high=value.end, high_open=value.end_open, text=text)


def _range(low: _Literal, end_out: bool, high: _Literal, text: str) -> Test:
    end, is_open = (high.start, True) if end_out else (high.end, high.end_open)
    if low.start > end or (low.start == end and is_open):
        raise Misfit("R203", text=text)
    return RangeTest(low.start, high=end, high_open=is_open, text=text)


def _literal(field: Field, written: str, text: str, program: Program) -> _Literal:
    if not written:
        raise Misfit("R210", text=text)
    if field.type == "date" and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", written):
        raise Misfit("R221", text=written, field=field.name)
    try:
        return _parsed(field, written, program)
    except ValueError as problem:
        least = _at_least(field, written, program) if written == text else None
        raise _unreadable(field, problem, least or _advice(field, program)) from None


def _unreadable(field: Field, problem: ValueError, advice: str) -> Misfit:
    return Misfit("R202", advice, field=field.name, kind=KINDS[field.type], problem=str(problem))


def _advice(field: Field, program: Program) -> str:
    """What can be written for a field of a type whose values are not free text."""
    if field.type == "boolean":
        return "write `true` or `false`"
    unit = 10**program.places
    money = (format_money(5 * unit, program.places), format_money(20 * unit, program.places))
    low, high = _ENDS.get(field.type, money)
    return f'write such as `{low}`, a comparison, ">= {low}", or a range, `{low} .. {high}`'


def _at_least(field: Field, written: str, program: Program) -> str | None:
    """How `24+` is written; None: it is something else."""
    value = written.removesuffix("+").strip()
    if value == written or not value:
        return None
    try:
        _parsed(field, value, program)
    except ValueError:
        return None
    return f'write ">= {value}"'


def _parsed(field: Field, written: str, program: Program) -> _Literal:
    value: Any
    if field.type == "instant" and "T" not in written and ":" not in written:
        return _Literal(*day_span(parse_day(written), program.calendar), end_open=True)
    if field.type == "instant":
        value = parse_moment(written, program.calendar)
    elif field.type == "date":
        value = parse_day(written)
    else:
        value = field.parse(written, program.places)
    return _Literal(value, value, end_open=False)
