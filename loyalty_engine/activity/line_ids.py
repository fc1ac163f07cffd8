"""Line ids: unique within an activity, so that a return can name its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from loyalty_engine.activity.problem import Problem, printable


def repeated_ids(ids: Iterable[str]) -> list[Problem]:
    """A problem for each id that stands more than once."""
    return [
        ("lines", f"the id `{printable(one)}` stands {count} times; a line without id has its position as id")
        for one, count in sorted(Counter(ids).items())
        if count > 1
    ]
