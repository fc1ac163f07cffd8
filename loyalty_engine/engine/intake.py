"""From what a caller brings to a command: parsed, typed by the version of its time, fingerprinted."""

from __future__ import annotations

from collections.abc import Callable

from loyalty_engine.activity.content import activity_content
from loyalty_engine.activity.fingerprint import fingerprint
from loyalty_engine.activity.parse import activity_from_wire
from loyalty_engine.activity.wire import read_wire
from loyalty_engine.engine import arguments
from loyalty_engine.engine.record import RecordActivity
from loyalty_engine.engine.record_return import RecordReturn
from loyalty_engine.engine.rulebooks import RulebookChoice

ReceivedAt = Callable[[int], int]
"""The business clock for an activity that occurred at an instant: when it counts as received."""


def asked_once(received_at: ReceivedAt) -> ReceivedAt:
    """The same for one activity, whose command may be made anew: it counts as received when it first was.

    What it gives raises InvalidCommand when it is no instant.
    """
    received: list[int] = []

    def first_answer(at: int) -> int:
        if not received:
            received.append(arguments.instant("received_at", received_at(at)))
        return received[0]

    return first_answer


def command_for(
    raw: object,
    rulebooks: RulebookChoice,
    received_at: ReceivedAt,
    actor: str | None = None,
    request: str | None = None,
) -> RecordActivity | RecordReturn:
    """The command that records an activity in wire format (a mapping, or JSON text).

    `received_at` is asked only for what is well-formed, so that nonsense moves no clock.

    Raises InvalidActivity, and NoRulebook when no version was in force at the activity's instant.
    """
    wire = read_wire(raw)
    rulebook = rulebooks.at(wire.at)
    activity = activity_from_wire(wire, rulebook.settings)
    content = activity_content(activity, rulebook.settings)
    mark = fingerprint(content)
    now = received_at(wire.at)
    if activity.type == "return":
        return RecordReturn(activity, content, mark, rulebook, rulebooks, now, actor, request)
    return RecordActivity(activity, content, mark, rulebook, now, actor, request)
