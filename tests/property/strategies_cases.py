"""Whole cases: a program and what one of its members does, one activity after the other."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.property.choices import Choices, made_by
from tests.property.strategies_activities import activity, member
from tests.property.strategies_programs import document_of, text_of
from tests.reference.program import PLACES

SIZE = 1000  # bytes that a case may use; the largest use about as many


class Event(NamedTuple):
    """An activity in wire format, and the member's fields as of it, as text."""

    activity: dict[str, Any]
    member: dict[str, str]


class Case(NamedTuple):
    """A rule file's text, and events in the order in which they are recorded."""

    text: str
    events: tuple[Event, ...]


def case_of(choices: Choices) -> Case:
    """Caps and limits fill over the events; most happen on few days."""
    count = choices.pick((1, 2, 3, 4, 5))
    same_instant = choices.chance(50)
    document = document_of(choices)
    own = member(choices)
    places = PLACES[document["currency"]]
    events = [Event(activity(choices, places, number), own) for number in range(count)]
    if same_instant:
        for event in events:
            event.activity["at"] = events[0].activity["at"]
    return Case(text_of(document), tuple(events))


cases = made_by(case_of, SIZE)
