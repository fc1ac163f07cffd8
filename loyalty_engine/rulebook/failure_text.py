"""Why a condition did not hold, in words: the field, the value that was seen and the test it failed."""

from __future__ import annotations

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.condition import Failure


def as_written(failure: Failure, field: Field | None, places: int) -> Failure:
    """The failure with its value as the wire writes it: money as a decimal, not in minor units."""
    if failure.value is None or field is None:
        return failure
    return failure._replace(value=field.to_wire(failure.value, places))


def failure_text(failure: Failure) -> str:
    """A clause such as "`tier` is silver, not gold"."""
    if failure.field is None:
        return f"{failure.text} does not hold"
    if failure.value is None:
        return f"`{failure.field}` is missing, so `{failure.text}` does not hold"
    return f"`{failure.field}` is {value_text(failure.value)}, not {failure.text}"


def value_text(value: Value) -> str:
    """A value in a sentence."""
    return str(value).lower() if isinstance(value, bool) else str(value)
