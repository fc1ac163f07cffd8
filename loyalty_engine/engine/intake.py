"""From what a caller brings to a command: parsed, typed by the version of its time, fingerprinted."""

from __future__ import annotations

from loyalty_engine.activity.content import activity_content
from loyalty_engine.activity.fingerprint import fingerprint
from loyalty_engine.activity.parse import activity_from_wire
from loyalty_engine.activity.wire import read_wire
from loyalty_engine.engine.record import RecordActivity
from loyalty_engine.engine.record_return import RecordReturn
from loyalty_engine.engine.rulebooks import Rulebooks


def command_for(
    raw: object, rulebooks: Rulebooks, now: int, actor: str | None = None, request: str | None = None
) -> RecordActivity | RecordReturn:
    """The command that records an activity in wire format (a mapping, or JSON text).

    Raises InvalidActivity, and NoRulebook when no version was in force at the activity's instant.
    """
    wire = read_wire(raw)
    rulebook = rulebooks.at(wire.at)
    activity = activity_from_wire(wire, rulebook.settings)
    content = activity_content(activity, rulebook.settings)
    mark = fingerprint(content)
    if activity.type == "return":
        return RecordReturn(activity, content, mark, rulebook, rulebooks, now, actor, request)
    return RecordActivity(activity, content, mark, rulebook, now, actor, request)
