"""A field that rules may test: its name, where it stands and what type its values have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from loyalty_engine.activity.activity import QUANTITY_SCALE, Value
from loyalty_engine.calendar import EARLIEST, LATEST, from_instant, to_instant
from loyalty_engine.money import format_money, parse_money

FIELD_TYPES = ("choice", "text", "number", "money", "boolean", "date", "instant", "quantity")
SCOPES = ("activity", "line", "member")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)
_QUANTITY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,3})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

Scalar = str | int | bool
"""A value as it stands on the wire: text, a whole number, true or false."""


@dataclass(frozen=True, slots=True)
class Field:
    """One typed field. `choices` closes the values of a choice; other types leave it empty."""

    name: str
    type: str  # one of FIELD_TYPES; quantity only for the built-in one (whole thousandths)
    scope: str  # one of SCOPES
    choices: tuple[str, ...] = ()
    personal: bool = False  # kept out of hashes and stored activities; no rule may test it
    built_in: bool = False

    @property
    def ordered(self) -> bool:
        """Whether `>=` and ranges make sense."""
        return self.type in ("number", "money", "date", "instant", "quantity")

    def parse(self, text: str, places: int) -> Value:
        """The typed value of its text form; `places` are the decimal places of the program's money.

        Raises ValueError with a sentence for the reader.
        """
        if self.type == "choice" and self.choices and text not in self.choices:
            raise ValueError(f"`{text[:40]}` is not one of {', '.join(self.choices)}")
        if self.type in ("choice", "text"):
            return text
        return _PARSERS[self.type](text, places)

    def parse_wire(self, value: Scalar, places: int) -> Value:
        """The typed value of what stands on the wire: text always, true and false for a boolean, a whole
        JSON number for a number or a quantity.

        Raises ValueError with a sentence for the reader.
        """
        if isinstance(value, str):
            return self.parse(value, places)
        if isinstance(value, bool):
            if self.type == "boolean":
                return value
            raise ValueError(f"{str(value).lower()} is not a {self.type}; {_ADVICE[self.type]}")
        if self.type in ("number", "quantity"):
            return self.parse(str(value), places)
        raise ValueError(f"the JSON number {str(value)[:40]} is not a {self.type}; {_ADVICE[self.type]}")

    def to_wire(self, value: Value, places: int) -> Scalar:
        """The one canonical wire form of a typed value: parse_wire(to_wire(v)) == v, and two spellings of one
        value give the same form.
        """
        if self.type == "money" and isinstance(value, int):
            return format_money(value, places)
        if self.type == "quantity" and isinstance(value, int):
            return format_money(value, 3)
        if self.type == "instant" and isinstance(value, int):
            return from_instant(value).astimezone(UTC).isoformat()
        if isinstance(value, Decimal):
            return f"{value:f}"
        return value.isoformat() if isinstance(value, date) else value


def parse_number(text: str, places: int = 0) -> int | Decimal:
    """A plain decimal with at most 15 digits before and 6 after the point; whole ones become int."""
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(
            f"`{text[:40]}` is not a number (a decimal with at most 15 digits before and 6 after the point)"
        )
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else value.normalize()


def parse_quantity(text: str, places: int = 0) -> int:
    """Whole thousandths of a decimal >= 0 with at most 3 places."""
    if _QUANTITY.fullmatch(text) is None:
        raise ValueError(f"`{text[:40]}` is not a quantity (a decimal >= 0 with at most 3 places)")
    whole, _, fraction = text.partition(".")
    return int(whole) * QUANTITY_SCALE + int(fraction.ljust(3, "0"))


def parse_boolean(text: str, places: int = 0) -> bool:
    """`true` or `false`, nothing else."""
    if text not in ("true", "false"):
        raise ValueError(f"`{text[:40]}` is neither true nor false")
    return text == "true"


def parse_date(text: str, places: int = 0) -> date:
    """An ISO date such as 2026-03-14."""
    if _DATE.fullmatch(text) is None:
        raise ValueError(f"`{text[:40]}` is not a date such as 2026-03-14")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a day of the calendar") from None


def parse_instant(text: str, places: int = 0) -> int:
    """Microseconds UTC of an ISO 8601 time with an offset, of the years 1900 to 2999."""
    return parse_moment(text)[0]


def parse_moment(text: str) -> tuple[int, int]:
    """Microseconds UTC, and minutes east of UTC as written, of an ISO 8601 time with an offset.

    Parts of a second beyond the microsecond are cut off. Raises ValueError with a sentence for the reader
    when it is none or lies outside the years 1900 to 2999.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text[:40]}` is not a time such as 2026-03-14T11:05:00+02:00") from None
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(f"`{text[:40]}` has no offset from UTC; write 2026-03-14T11:05:00+02:00")
    instant = to_instant(moment)
    if EARLIEST <= instant <= LATEST:
        return instant, (offset.days * 86_400 + offset.seconds) // 60
    raise ValueError(f"`{text[:40]}` lies outside the years 1900 to 2999")


_PARSERS: Mapping[str, Callable[[str, int], Value]] = {
    "number": parse_number,
    "money": parse_money,
    "boolean": parse_boolean,
    "date": parse_date,
    "instant": parse_instant,
    "quantity": parse_quantity,
}

_ADVICE: Mapping[str, str] = {
    "choice": "write one of its choices as text",
    "text": "write it as text",
    "number": 'write a whole number, or a decimal as text such as "1.5"',
    "money": 'write a decimal as text such as "84.50"',
    "boolean": "write true or false",
    "date": 'write a date as text such as "2026-03-14"',
    "instant": 'write a time as text such as "2026-03-14T11:05:00+02:00"',
    "quantity": 'write a whole number, or a decimal as text such as "0.750"',
}


@dataclass(frozen=True, slots=True)
class ActivitySettings:
    """What a program version says about activities; the parser types by it."""

    currency: str  # ISO 4217
    places: int  # decimal places of its minor unit
    prices_include_tax: bool
    types: frozenset[str]  # the built-in activity types and the program's own
    activity_fields: Mapping[str, Field] = field(default_factory=dict)  # the program's own, by name
    line_fields: Mapping[str, Field] = field(default_factory=dict)
    member_fields: Mapping[str, Field] = field(default_factory=dict)
    personal: frozenset[str] = field(init=False, repr=False)  # names of personal fields, wherever they stand

    def __post_init__(self) -> None:
        scopes = (self.activity_fields, self.line_fields, self.member_fields)
        names = frozenset(name for fields in scopes for name, one in fields.items() if one.personal)
        object.__setattr__(self, "personal", names)
