"""The canonical content of an activity: what is fingerprinted and stored, and how it is read back.

Compact JSON with sorted keys: money in minor units, quantities in thousandths, the instant in UTC, lines by
id, defaults left out, a format version. It never names the member; identity values and attributes declared
personal stand there by their names only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from loyalty_engine.activity.activity import (
    QUANTITY_SCALE,
    Activity,
    ActivityKey,
    Line,
    MemberRef,
    Original,
    ReturnLine,
    Tender,
    Value,
)
from loyalty_engine.activity.attributes import present_attributes, wire_attributes
from loyalty_engine.activity.field import ActivitySettings, Field

VERSION = 1
_TEXTS = ("channel", "store", "partner")
_LINE_TEXTS = ("sku", "category", "brand")
_MEMBER_TYPES = ("enrolment", "member-change")


def activity_content(activity: Activity, settings: ActivitySettings) -> str:
    """The canonical text of an activity as this program version types it."""
    content: dict[str, Any] = {"v": VERSION, "type": activity.type, "at": activity.at}
    for name in _TEXTS:
        if (text := getattr(activity, name)) is not None:
            content[name] = text
    if activity.type == "return":
        _put_return(content, activity)
    elif activity.type not in _MEMBER_TYPES:
        _put_sale(content, activity, settings)
    if activity.attributes:
        fields = settings.member_fields if activity.type in _MEMBER_TYPES else settings.activity_fields
        _put_attributes(content, activity.attributes, fields, settings.places)
    if activity.identities:
        content["identities"] = sorted(activity.identities)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def activity_from_content(
    text: str, key: ActivityKey, at: int, offset: int, member: MemberRef, settings: ActivitySettings
) -> Activity:
    """The activity of a stored text, such that it is evaluated to the same; personal values are gone."""
    content = json.loads(text)
    nothing = Line("1", QUANTITY_SCALE, 0, 0, 0, 0)
    bare = Activity(key.type, key.source, key.id, member, at, offset, (nothing,), False, 0, 0)
    fields = settings.member_fields if key.type in _MEMBER_TYPES else settings.activity_fields
    bare = bare._replace(
        attributes=present_attributes(content.get("attributes"), fields, settings.places, []),
        **{name: content.get(name) for name in _TEXTS},
    )
    if key.type == "return":
        returned = tuple(ReturnLine(*line) for line in content.get("returned", ()))
        return bare._replace(of=Original(*content["of"]), returned=returned)
    if key.type in _MEMBER_TYPES:
        return bare
    lines = tuple(_line(line, settings) for line in content["lines"])
    return bare._replace(
        lines=lines,
        has_lines="whole" not in content,
        amount=sum(line.amount for line in lines),
        total=content["total"],
        shipping=content.get("shipping", 0),
        discount=content.get("discount", 0),
        tenders=tuple(Tender(*tender) for tender in content.get("tenders", ())),
    )


def _put_return(content: dict[str, Any], activity: Activity) -> None:
    content["of"] = activity.of
    if activity.returned:
        content["returned"] = activity.returned


def _put_sale(content: dict[str, Any], activity: Activity, settings: ActivitySettings) -> None:
    content["lines"] = [_line_content(line, settings) for line in activity.lines]
    content["total"] = activity.total
    if not activity.has_lines:
        content["whole"] = True
    if activity.shipping:
        content["shipping"] = activity.shipping
    if activity.discount:
        content["discount"] = activity.discount
    if activity.tenders:
        content["tenders"] = activity.tenders


def _line_content(line: Line, settings: ActivitySettings) -> dict[str, Any]:
    content: dict[str, Any] = {"id": line.id, "amount": line.amount}
    if line.net != line.amount:
        content["net"] = line.net
    if line.quantity != QUANTITY_SCALE:
        content["quantity"] = line.quantity
    if line.discount:
        content["discount"] = line.discount
    if line.tax:
        content["tax"] = line.tax
    if line.sku is not None:
        content["sku"] = line.sku
    if line.category is not None:
        content["category"] = line.category
    if line.brand is not None:
        content["brand"] = line.brand
    if line.attributes:
        _put_attributes(content, line.attributes, settings.line_fields, settings.places)
    return content


def _line(content: Mapping[str, Any], settings: ActivitySettings) -> Line:
    get = content.get
    amount = content["amount"]
    return Line(
        content["id"],
        get("quantity", QUANTITY_SCALE),
        amount,
        get("discount", 0),
        get("tax", 0),
        get("net", amount),
        get("sku"),
        get("category"),
        get("brand"),
        present_attributes(get("attributes"), settings.line_fields, settings.places, []),
    )


def _put_attributes(
    content: dict[str, Any], attributes: Mapping[str, Value | None], fields: Mapping[str, Field], places: int
) -> None:
    personal = sorted(name for name in attributes if name in fields and fields[name].personal)
    kept = {name: value for name, value in attributes.items() if name not in personal}
    if kept:
        content["attributes"] = wire_attributes(kept, fields, places)
    if personal:
        content["personal"] = personal
