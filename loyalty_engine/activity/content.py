"""The canonical content of an activity: what is fingerprinted and stored, and how it is read back.

Compact JSON with its fields in one order: the instant in UTC, money in minor units, quantities in
thousandths, lines by id, attributes by name, what is missing or 0 left out, a format version. It never names
the member; identity values and attributes declared personal stand in it by their names only. The key
(source, type, id) and the offset that the source wrote are kept beside it.

A line is the array of its values in the order of `Line`, cut off after the brand where it has no attributes.
What later versions add stands behind that and is cut off where it is missing, so fingerprints stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import from_json, to_json

from loyalty_engine.activity.activity import (
    POINTS,
    Activity,
    ActivityKey,
    Line,
    MemberRef,
    Original,
    ReturnLine,
    Tender,
    Value,
)
from loyalty_engine.activity.attributes import (
    NO_ATTRIBUTES,
    present_attributes,
    typed_attributes,
    wire_attributes,
)
from loyalty_engine.activity.field import ActivitySettings, Field
from loyalty_engine.activity.unpriced import MEMBER_TYPES, NOTHING_BOUGHT
from loyalty_engine.errors import InvariantViolation

VERSION = 1
_UNPRICED = frozenset({"return", *MEMBER_TYPES})
_CUT = Line._fields.index("attributes")


def activity_content(activity: Activity, settings: ActivitySettings) -> str:
    """The canonical text of an activity; `settings` say what is personal and how typed values are written."""
    content: dict[str, Any] = {"v": VERSION, "at": activity.at}
    if activity.channel is not None:
        content["channel"] = activity.channel
    if activity.store is not None:
        content["store"] = activity.store
    if activity.partner is not None:
        content["partner"] = activity.partner
    if activity.type in _UNPRICED:
        _put_unpriced(content, activity)
    else:
        _put_sale(content, activity, settings)
    if activity.attributes:
        fields = settings.member_fields if activity.type in MEMBER_TYPES else settings.activity_fields
        attributes, personal = _impersonal(activity.attributes, fields, settings)
        if attributes:
            content["attributes"] = attributes
        if personal:
            content["personal"] = personal
    return to_json(content).decode()


def activity_from_content(
    text: str, key: ActivityKey, at: int, offset: int, member: MemberRef, settings: ActivitySettings
) -> Activity:
    """The activity of a stored text, such that it is evaluated to the same; personal values are gone.

    Under settings other than those it was stored by, an attribute that no longer fits its field is missing.
    Raises InvariantViolation for a text that `activity_content` did not write.
    """
    try:
        content = from_json(text)
        return _read(content, key, at, offset, member, settings)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvariantViolation(f"the stored content of {'/'.join(key)} cannot be read: {error}") from error


def _put_unpriced(content: dict[str, Any], activity: Activity) -> None:
    if activity.of is not None:
        content["of"] = activity.of
    if activity.returned:
        content["returned"] = activity.returned
    if activity.identities:
        content["identities"] = [
            kind for kind in sorted(activity.identities) for _ in activity.identities[kind]
        ]


def _put_sale(content: dict[str, Any], activity: Activity, settings: ActivitySettings) -> None:
    content["lines"] = [
        line[:_CUT] if not line[_CUT] else _with_attributes(line, settings) for line in activity.lines
    ]
    if not activity.has_lines:
        content["whole"] = True
    if activity.shipping:
        content["shipping"] = activity.shipping
    if activity.discount:
        content["discount"] = activity.discount
    if activity.tenders:
        content["tenders"] = [_tender(tender) for tender in activity.tenders]


def _tender(tender: Tender) -> Sequence[Any]:
    """Kind and amount; of points also what names them."""
    return tender if tender.kind == POINTS else tender[:2]


def _with_attributes(line: Line, settings: ActivitySettings) -> Sequence[Any]:
    attributes, personal = _impersonal(line.attributes, settings.line_fields, settings)
    return [*line[:_CUT], attributes, personal] if personal else [*line[:_CUT], attributes]


def _impersonal(
    attributes: Mapping[str, Value | None], fields: Mapping[str, Field], settings: ActivitySettings
) -> tuple[Mapping[str, Any], Sequence[str]]:
    """The wire form of what is not personal, and the names of what is."""
    personal = sorted(settings.personal.intersection(attributes))
    if personal:
        attributes = {name: value for name, value in attributes.items() if name not in settings.personal}
    return wire_attributes(attributes, fields, settings.places), personal


def _read(
    content: Mapping[str, Any],
    key: ActivityKey,
    at: int,
    offset: int,
    member: MemberRef,
    settings: ActivitySettings,
) -> Activity:
    if content["v"] != VERSION:
        raise ValueError(f"its format {content['v']} is unknown to this release")
    get = content.get
    lines = _stored_lines(get("lines"), key.type, settings)
    shipping, of = get("shipping", 0), get("of")
    taxes = 0 if settings.prices_include_tax else sum([line.tax for line in lines])
    fields = settings.member_fields if key.type in MEMBER_TYPES else settings.activity_fields
    return Activity(
        type=key.type,
        source=key.source,
        id=key.id,
        member=member,
        at=at,
        offset=offset,
        lines=lines,
        has_lines=key.type not in _UNPRICED and "whole" not in content,
        amount=sum([line.amount for line in lines]),
        total=sum([line.net for line in lines]) + shipping + taxes,
        shipping=shipping,
        discount=get("discount", 0),
        channel=get("channel"),
        store=get("store"),
        partner=get("partner"),
        tenders=tuple([Tender(*values) for values in get("tenders", ())]),
        attributes=typed_attributes(get("attributes", NO_ATTRIBUTES), fields, settings.places, []),
        identities=dict.fromkeys(get("identities", ()), ()),
        of=None if of is None else Original(*of),
        returned=tuple([ReturnLine(*values) for values in get("returned", ())]),
    )


def _stored_lines(
    stored: Sequence[Sequence[Any]] | None, type_: str, settings: ActivitySettings
) -> tuple[Line, ...]:
    if stored is None:
        return (NOTHING_BOUGHT,) if type_ in MEMBER_TYPES else ()
    return tuple([_stored_line(values, settings) for values in stored])


def _stored_line(values: Sequence[Any], settings: ActivitySettings) -> Line:
    line = Line(*values[:_CUT])
    if len(values) == _CUT:
        return line
    attributes = present_attributes(values[_CUT], settings.line_fields, settings.places, [])
    return line._replace(attributes=attributes)
