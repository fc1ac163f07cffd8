"""Finitely many values that stand for all: whatever some tests decide, one of these shows it.

Between two neighbouring ends of ranges nothing changes, so the ends and the values just beside them
suffice; for text the values and prefixes that are named, and one with each prefix that nobody names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, floor
from typing import Any

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.fields import bounds
from loyalty_engine.rulebook.test import RangeTest, SetTest, Test

_UNNAMED = "\0"  # stands in no rule file, so no test names a text that ends with it
_STEPS = {"number": Decimal("0.000001"), "date": timedelta(days=1)}


def representatives(field: Field, tests: Sequence[Test]) -> tuple[Value, ...]:
    """Values of a field such that every outcome these tests can have together, one of them has."""
    if field.type == "boolean":
        return (False, True)
    if field.choices:
        return field.choices
    if not field.ordered:
        return _texts(tests)
    return _points(field, tests)


def satisfiable(field: Field, tests: Sequence[Test]) -> bool:
    """Whether some present value of the field passes all the tests."""
    low, high = bounds(field)
    every = (*tests, RangeTest(low, high=high)) if (low, high) != (None, None) else tuple(tests)
    return any(all(test.holds(value) for test in every) for value in representatives(field, every))


def _texts(tests: Iterable[Test]) -> tuple[Value, ...]:
    sets = [test for test in tests if isinstance(test, SetTest)]
    named = {str(value) for test in sets for value in test.values}
    prefixes = {prefix for test in sets for prefix in test.prefixes} | {""}
    return (*sorted(named), *sorted(prefixes - {""}), *sorted(prefix + _UNNAMED for prefix in prefixes))


def _points(field: Field, tests: Iterable[Test]) -> tuple[Value, ...]:
    named: set[Any] = set()
    for test in tests:
        named |= test.values if isinstance(test, SetTest) else {test.low, test.high} - {None}
    whole = field.built_in and field.type == "number"  # hours, months and years
    if whole:
        named = {near for value in named for near in (floor(value), ceil(value))}
    step: Any = 1 if whole else _STEPS.get(field.type, 1)
    nothing = date(2000, 1, 1) if field.type == "date" else 0
    points = named or {nothing}
    return tuple(sorted(points | {p + step for p in points} | {p - step for p in points}))
