"""Activities in wire format, right as they stand, and a program to type them by."""

from __future__ import annotations

from typing import Any

from loyalty_engine.activity.activity import BUILT_IN_TYPES, Activity
from loyalty_engine.activity.field import ActivitySettings, Field
from loyalty_engine.activity.parse import parse_activity
from loyalty_engine.errors import InvalidActivity

ACTIVITY_FIELDS = (
    Field("plan", "choice", "activity", choices=("S", "M", "L")),
    Field("data_gb", "number", "activity"),
    Field("voucher", "money", "activity"),
    Field("gift", "boolean", "activity"),
    Field("season", "date", "activity"),
    Field("ready_at", "instant", "activity"),
    Field("note", "text", "activity", personal=True),
)
LINE_FIELDS = (Field("organic", "boolean", "line"), Field("engraving", "text", "line", personal=True))
MEMBER_FIELDS = (
    Field("segment", "choice", "member", choices=("student", "family")),
    Field("name", "text", "member", personal=True),
)


def program(
    currency: str = "EUR", places: int = 2, *, include_tax: bool = True, types: tuple[str, ...] = ("scan",)
) -> ActivitySettings:
    """A program's settings with the fields above."""
    return ActivitySettings(
        currency=currency,
        places=places,
        prices_include_tax=include_tax,
        types=frozenset(BUILT_IN_TYPES + types),
        activity_fields={field.name: field for field in ACTIVITY_FIELDS},
        line_fields={field.name: field for field in LINE_FIELDS},
        member_fields={field.name: field for field in MEMBER_FIELDS},
    )


EUROS = program()


def purchase(**changes: Any) -> dict[str, Any]:
    """The basket of the documentation, some fields changed; None takes one away."""
    return _with(
        {
            "type": "purchase",
            "id": "R-1001",
            "source": "pos",
            "member": "M-1",
            "at": "2026-03-14T11:05:00+02:00",
            "channel": "store",
            "store": "457",
            "lines": [line()],
            "shipping": "0.00",
            "discount": "3.00",
            "tenders": [{"kind": "card", "amount": "76.50"}],
            "attributes": {"bag": "own"},
        },
        changes,
    )


def line(**changes: Any) -> dict[str, Any]:
    """The line of that basket."""
    return _with(
        {
            "id": "1",
            "sku": "900",
            "category": "grocery",
            "brand": "own",
            "quantity": 2,
            "amount": "84.50",
            "discount": "5.00",
            "tax": "7.20",
        },
        changes,
    )


def basket(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A purchase of these lines and nothing that must sum up with them."""
    return purchase(**{"lines": list(lines), "shipping": None, "discount": None, "tenders": None, **changes})


def recharge(**changes: Any) -> dict[str, Any]:
    """Money paid into a prepaid account."""
    return _with(_head("recharge", "T-5", "ocs") | {"amount": "20.00", "attributes": {"plan": "S"}}, changes)


def return_(**changes: Any) -> dict[str, Any]:
    """One piece of the basket comes back."""
    return _with(
        _head("return", "X-7", "pos") | {"of": "R-1001", "lines": [{"id": "1", "quantity": 1}]}, changes
    )


def enrolment(**changes: Any) -> dict[str, Any]:
    """A member enrols with a card."""
    return _with(
        _head("enrolment", "E-1", "web")
        | {"identities": {"card": ["9000-1"]}, "attributes": {"segment": "student", "name": "Ada"}},
        changes,
    )


def member_change(**changes: Any) -> dict[str, Any]:
    """A member changes."""
    return _with(_head("member-change", "C-1", "web") | {"attributes": {"segment": "family"}}, changes)


def usage(**changes: Any) -> dict[str, Any]:
    """An activity without money."""
    return _with(_head("usage", "U-1", "ocs") | {"attributes": {"data_gb": "1.5"}}, changes)


def parsed(raw: object, settings: ActivitySettings = EUROS) -> Activity:
    """The activity that a program makes of wire text or a mapping."""
    return parse_activity(raw, settings)


def problems(raw: object, settings: ActivitySettings = EUROS) -> dict[str, str]:
    """What is wrong, by place; fails when nothing is."""
    try:
        parse_activity(raw, settings)
    except InvalidActivity as error:
        return dict(error.problems)
    raise AssertionError("the activity was accepted")


def _head(type_: str, id_: str, source: str) -> dict[str, Any]:
    return {"type": type_, "id": id_, "source": source, "member": "M-1", "at": "2026-03-14T11:05:00+02:00"}


def _with(example: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (example | changes).items() if value is not None}
