"""Who is enrolled: a member, the identities he goes by, his dated attributes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

OWN_ID = "member"  # the kind of reference that is the host's own member id


class Membership(NamedTuple):
    """One enrolled member."""

    member: str  # the host's own id
    account: int
    enrolled_at: int  # microseconds UTC


class IdentityLink(NamedTuple):
    """An identity of a member; unlinked_at None: in force."""

    kind: str
    value: str
    account: int
    linked_at: int
    unlinked_at: int | None = None


class Attribute(NamedTuple):
    """A dated attribute of a member; the latest effective one not after an instant holds then."""

    name: str
    effective_at: int
    value: str | None  # JSON of the wire value; None: taken away


def attributes_at(attributes: Iterable[Attribute], at: int) -> dict[str, str]:
    """Each attribute's JSON value as it holds at an instant; what was taken away is absent.

    Of two changes effective at the same instant the later one in the given order holds.
    """
    latest: dict[str, Attribute] = {}
    for attribute in attributes:
        if attribute.effective_at > at:
            continue
        before = latest.get(attribute.name)
        if before is None or attribute.effective_at >= before.effective_at:
            latest[attribute.name] = attribute
    return {name: found.value for name, found in latest.items() if found.value is not None}
