"""What an enrolment or a member-change does to a member: identities linked, attributes dated."""

from __future__ import annotations

from loyalty_engine.activity.activity import Activity, MemberRef
from loyalty_engine.activity.field import ActivitySettings
from loyalty_engine.engine.desk import Desk, Work
from loyalty_engine.errors import IdentityTaken
from loyalty_engine.members.member import Attribute, IdentityLink
from loyalty_engine.members.member_fields import attribute_text


def change_member(desk: Desk, work: Work, activity: Activity, settings: ActivitySettings) -> None:
    """Put the activity's identities and attributes into the work, effective at its instant.

    Raises IdentityTaken when an identity belongs to another member.
    """
    for kind, identities in activity.identities.items():
        for identity in identities:
            _link(desk, work, kind, identity, activity.at)
    for name, value in activity.attributes.items():
        field = settings.member_fields.get(name)
        text = None if value is None else attribute_text(value, field, settings.places)
        work.attributes.append(Attribute(name, activity.at, text))


def _link(desk: Desk, work: Work, kind: str, value: str, at: int) -> None:
    holder = desk.member(MemberRef(kind, value))
    if holder is None:
        work.links.append(IdentityLink(kind, value, work.membership.account, at))
    elif holder.account != work.membership.account:
        raise IdentityTaken(f"{kind} `{value}` belongs to another member", kind=kind, value=value)
