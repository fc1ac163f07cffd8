"""Finding whose account a question is about."""

from __future__ import annotations

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.engine.ports.reader import Reader
from loyalty_engine.errors import UnknownMember
from loyalty_engine.members.member import Membership


def known_member(reader: Reader, ref: MemberRef) -> Membership:
    """The enrolled member under an own id or identity. Raises UnknownMember."""
    membership = reader.member(ref)
    if membership is None:
        raise UnknownMember(
            f"nobody is enrolled under {ref.kind} `{ref.value}`", kind=ref.kind, value=ref.value
        )
    return membership
