"""Use case: who a member is: identities, attributes as of an instant, since when."""

from __future__ import annotations

import json
from typing import Any

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.calendar import Calendar
from loyalty_engine.engine.lookup import known_member
from loyalty_engine.engine.ports.reader import Reader
from loyalty_engine.members.member import attributes_at


def member_report(reader: Reader, ref: MemberRef, at: int, calendar: Calendar) -> dict[str, Any]:
    """The member document. Raises UnknownMember."""
    membership = known_member(reader, ref)
    identities: dict[str, list[str]] = {}
    for link in reader.links(membership.account):
        if link.linked_at <= at and (link.unlinked_at is None or at < link.unlinked_at):
            identities.setdefault(link.kind, []).append(link.value)
    attributes = attributes_at(reader.attributes(membership.account), at)
    return {
        "member": membership.member,
        "enrolled_at": calendar.text(membership.enrolled_at),
        "at": calendar.text(at),
        "identities": {kind: sorted(values) for kind, values in sorted(identities.items())},
        "attributes": {name: json.loads(text) for name, text in sorted(attributes.items())},
    }
