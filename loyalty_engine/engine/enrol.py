"""Use cases: enrol a member and change one; both are activities, so that rules may reward them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.engine.own_key import SOURCE


def enrolment_activity(
    member: str,
    identities: Mapping[str, Any] | None,
    attributes: Mapping[str, Any] | None,
    key: str | None,
    at: str,
) -> dict[str, Any]:
    """The `enrolment` activity, in wire format, of a member whom the host enrols itself."""
    return _activity("enrolment", key or member, member, identities, attributes, at)


def change_activity(
    member: str | Mapping[str, str],
    identities: Mapping[str, Any] | None,
    attributes: Mapping[str, Any] | None,
    key: str,
    at: str,
) -> dict[str, Any]:
    """The `member-change` activity, in wire format."""
    return _activity("member-change", key, member, identities, attributes, at)


def _activity(
    type_: str,
    id_: str,
    member: str | Mapping[str, str],
    identities: object,
    attributes: object,
    at: str,
) -> dict[str, Any]:
    raw: dict[str, Any] = {"type": type_, "id": id_, "source": SOURCE, "member": member, "at": at}
    if identities:
        raw["identities"] = _lists(identities) if isinstance(identities, Mapping) else identities
    if attributes:
        raw["attributes"] = dict(attributes) if isinstance(attributes, Mapping) else attributes
    return raw


def _lists(identities: Mapping[str, Any]) -> dict[str, Any]:
    """Several values of a kind as a list; whatever else stays, for the wire format to judge."""
    several = (tuple, set, frozenset)
    return {
        kind: sorted(values) if isinstance(values, several) else values for kind, values in identities.items()
    }
