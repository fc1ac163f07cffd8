"""The wire format of an activity: what a JSON object of each type may carry, as strict models.

Money is a decimal string, a quantity a whole number or a decimal string, a time ISO 8601 with offset. An
optional field may be left out or null. `read_wire` reads by these models; the published JSON Schema is
made from them, so `json_schema_extra` states what else `read_wire` checks.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Discriminator, Field, StringConstraints, Tag, with_config
from typing_extensions import TypedDict

from loyalty_engine.activity.activity import POINTS

LONGEST_NAME = 200  # characters of an id, a code, a name
LONGEST_VALUE = 2_000  # characters of an attribute's value
MOST_LINES = 10_000
MOST_PARTS = 200  # attributes of one object, tenders, kinds of identity, identities of one kind
LARGEST_NUMBER = 10**15 - 1  # of an attribute
LARGEST_QUANTITY = 10**12 - 1
MOST_POINTS = 10**12
OWN_SHAPE = ("purchase", "recharge", "return", "enrolment", "member-change")  # all other types share one

_NO_NUL = r"^[^\x00]*$"  # PostgreSQL cannot store it in text
_PLAIN = r"[0-9]{1,18}(\.[0-9]{1,4})?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_HOUR = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
_OFFSET = r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
TIME = rf"{_DAY}T{_HOUR}{_OFFSET}"

Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME, pattern=_NO_NUL)]
Money = Annotated[str, StringConstraints(pattern=rf"^-?{_PLAIN}$")]
Charge = Annotated[str, StringConstraints(pattern=rf"^(-0+(\.0+)?|{_PLAIN})$")]  # money that is not below 0
Whole = Annotated[int, Field(ge=0, le=LARGEST_QUANTITY)]
Thousandths = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,3})?$")]
Quantity = Whole | Thousandths
Time = Annotated[str, StringConstraints(pattern=rf"^{TIME}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Number = Annotated[int, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
Text = Annotated[str, StringConstraints(max_length=LONGEST_VALUE, pattern=_NO_NUL)]
Attributes = Annotated[dict[Name, bool | Number | Text | None], Field(max_length=MOST_PARTS)]
MemberName = Name | Annotated[dict[Name, Name], Field(min_length=1, max_length=1)]
Values = Annotated[list[Name], Field(min_length=1, max_length=MOST_PARTS)]
Kind = Annotated[Name, Field(json_schema_extra={"not": {"const": "member"}})]
Identities = Annotated[dict[Kind, Name | Values], Field(max_length=MOST_PARTS)]
TenderKind = Annotated[Name, Field(json_schema_extra={"not": {"const": POINTS}})]
Points = Annotated[int, Field(ge=1, le=MOST_POINTS)]
OtherType = Annotated[Name, Field(json_schema_extra={"not": {"enum": [*OWN_SHAPE]}})]


def _strict(**extra: Any) -> ConfigDict:
    return ConfigDict(strict=True, extra="forbid", json_schema_extra=extra or None)


def _given(**types: list[str]) -> dict[str, Any]:
    """The JSON Schema of an object that has these fields, and not null."""
    return {"required": [*types], "properties": {name: {"type": type_} for name, type_ in types.items()}}


_NOT_BOTH = {"not": _given(lines=["array"], amount=["string"])}
_ONE_OF_THEM = {"anyOf": [_given(lines=["array"]), _given(amount=["string"])]}
_ONE_MEASURE = {"not": _given(quantity=["integer", "string"], amount=["string"])}
_ONE_NAME_OF_POINTS = {
    "oneOf": [
        _given(points=["integer"]),
        _given(hold=["string"]),
        {**_given(up_to=["integer"]), "not": _given(amount=["string"])},
    ]
}


class _Position(TypedDict):
    id: NotRequired[Name | None]
    sku: NotRequired[Name | None]
    category: NotRequired[Name | None]
    brand: NotRequired[Name | None]
    quantity: NotRequired[Quantity | None]
    discount: NotRequired[Charge | None]
    tax: NotRequired[Charge | None]
    attributes: NotRequired[Attributes | None]


@with_config(_strict())
class WireLine(_Position):
    """One position of a basket; `amount` is its total before `discount`."""

    amount: Money


@with_config(_strict())
class WireRechargeLine(_Position):
    """One position of a recharge, whose amount is not below 0."""

    amount: Charge


@with_config(_strict())
class WireTender(TypedDict):
    """One means of payment."""

    kind: TenderKind
    amount: Charge


@with_config(_strict(**_ONE_NAME_OF_POINTS))
class WirePointsTender(TypedDict):
    """Points as means of payment: so many, those of a hold, or as many as are permitted up to a number.

    They are worth what the rules say; an `amount` beside them must be just that.
    """

    kind: Literal["points"]
    points: NotRequired[Points | None]
    hold: NotRequired[Name | None]
    up_to: NotRequired[Points | None]
    amount: NotRequired[Charge | None]


def _means(tender: object) -> str:
    """Which of the two models a tender is read by; no field can be called as their tags are."""
    return "<points>" if isinstance(tender, dict) and tender.get("kind") == POINTS else "<money>"


AnyTender = Annotated[
    Annotated[WireTender, Tag("<money>")] | Annotated[WirePointsTender, Tag("<points>")],
    Discriminator(_means),
]


@with_config(_strict())
class WireOriginal(TypedDict):
    """The full key of a recorded activity."""

    source: Name
    type: Name
    id: Name


@with_config(_strict(**_ONE_MEASURE))
class WireReturnLine(TypedDict):
    """One returned position: a quantity, or an amount of its net; neither means all that is left of it."""

    id: Name
    quantity: NotRequired[Quantity | None]
    amount: NotRequired[Charge | None]


class _Head(TypedDict):
    id: Name
    source: Name
    member: MemberName
    at: Time
    channel: NotRequired[Name | None]
    store: NotRequired[Name | None]
    partner: NotRequired[Name | None]
    attributes: NotRequired[Attributes | None]


class _Priced(_Head):
    shipping: NotRequired[Charge | None]
    discount: NotRequired[Charge | None]
    tenders: NotRequired[Annotated[list[AnyTender], Field(min_length=1, max_length=MOST_PARTS)] | None]
    currency: NotRequired[Currency | None]


Lines = Annotated[list[WireLine], Field(min_length=1, max_length=MOST_LINES)]
RechargeLines = Annotated[list[WireRechargeLine], Field(min_length=1, max_length=MOST_LINES)]
ReturnLines = Annotated[list[WireReturnLine], Field(min_length=1, max_length=MOST_LINES)]


@with_config(_strict(**_NOT_BOTH, **_ONE_OF_THEM))
class WirePurchase(_Priced):
    """A basket that was bought; with `amount` instead of `lines` it is one line."""

    type: Literal["purchase"]
    lines: NotRequired[Lines | None]
    amount: NotRequired[Money | None]


@with_config(_strict(**_NOT_BOTH, **_ONE_OF_THEM))
class WireRecharge(_Priced):
    """Money paid into an account with the program's owner; never below 0."""

    type: Literal["recharge"]
    lines: NotRequired[RechargeLines | None]
    amount: NotRequired[Charge | None]


@with_config(_strict(**_NOT_BOTH))
class WireOther(_Priced):
    """Any other built-in type (usage, visit, referral, contract, review, survey) or one of the program's."""

    type: OtherType
    lines: NotRequired[Lines | None]
    amount: NotRequired[Money | None]


@with_config(_strict())
class WireReturn(_Head):
    """What comes back of a recorded activity: some lines, or without `lines` all that is left."""

    type: Literal["return"]
    of: Name | WireOriginal
    lines: NotRequired[ReturnLines | None]
    currency: NotRequired[Currency | None]


@with_config(_strict())
class WireMemberActivity(_Head):
    """A member enrols or changes; `attributes` are the member's, null takes one away in a change."""

    type: Literal["enrolment", "member-change"]
    identities: NotRequired[Identities | None]


MODELS: tuple[type, ...] = (WirePurchase, WireRecharge, WireReturn, WireMemberActivity, WireOther)
