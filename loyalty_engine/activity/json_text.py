"""JSON text read strictly: plain UTF-8, no NaN, and no key twice in one object."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json, to_json

from loyalty_engine.activity.problem import Problem, printable
from loyalty_engine.errors import InvalidActivity

_OBJECTS = ("attributes", "member", "identities", "of")
LONGEST_TEXT = 16 * 1024 * 1024  # bytes


def read_json(text: bytes) -> Any:
    """The value of a JSON text; of a key that stands twice the last value: see `repeated_keys`.

    Raises InvalidActivity when it is no JSON.
    """
    try:
        return from_json(text, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise InvalidActivity([("", f"this is not JSON: {error}")]) from None


def repeated_keys(text: bytes, activity: Mapping[str, Any], *, escapes: bool) -> list[Problem]:
    """A problem for each key that stands twice in one object of the text that `activity` was read from.

    Counting decides nearly always: a text without escapes has as many colons as keys and as colons inside
    strings. `escapes` says whether it has some.
    """
    if not escapes:
        colons = text.count(b":")
        if colons == key_count(activity) + activity["at"].count(":") or colons == to_json(activity).count(
            b":"
        ):
            return []
    found: list[Problem] = []

    def note(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(pairs)
        if len(seen) < len(pairs):
            times = Counter(name for name, _ in pairs)
            found.extend((printable(name), "stands twice; keep one") for name in seen if times[name] > 1)
        return seen

    json.loads(text, object_pairs_hook=note)
    return found


def key_count(activity: Mapping[str, Any]) -> int:
    """How many keys an activity that fits the wire format has, at every depth."""
    count = len(activity)
    for name in _OBJECTS:
        if (value := activity.get(name)).__class__ is dict:
            count += len(value)
    for name in ("lines", "tenders"):
        for item in activity.get(name) or ():
            count += len(item)
            if "attributes" in item:
                count += len(item["attributes"] or ())
    return count
