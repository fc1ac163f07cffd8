"""What an enrolment or a member-change does to a member: identities linked, attributes dated."""

from __future__ import annotations

import json

from loyalty_engine.activity.activity import Activity, MemberRef
from loyalty_engine.engine.desk import Desk, Work
from loyalty_engine.errors import IdentityTaken, InvalidActivity
from loyalty_engine.members.member import OWN_ID, Attribute, IdentityLink


def change_member(desk: Desk, work: Work, activity: Activity) -> None:
    """Put the activity's identities and attributes into the work, effective at its instant.

    Raises IdentityTaken when an identity belongs to another member.
    """
    for kind, values in activity.identities.items():
        if kind == OWN_ID:
            raise InvalidActivity([(f"identities.{kind}", f"`{OWN_ID}` is the host's own id, not an identity")])
        for value in values:
            _link(desk, work, kind, value, activity.at)
    for name, wire in activity.member_attributes.items():
        text = None if wire is None else json.dumps(wire, ensure_ascii=False)
        work.attributes.append(Attribute(name, activity.at, text))


def _link(desk: Desk, work: Work, kind: str, value: str, at: int) -> None:
    holder = desk.member(MemberRef(kind, value))
    if holder is None:
        work.links.append(IdentityLink(kind, value, work.membership.account, at))
    elif holder.account != work.membership.account:
        raise IdentityTaken(f"{kind} `{value}` belongs to another member", kind=kind, value=value)
