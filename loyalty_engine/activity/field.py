"""A field that rules may test: its name, where it stands and what type its values have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from loyalty_engine.activity.activity import QUANTITY_SCALE, Value
from loyalty_engine.calendar import to_instant
from loyalty_engine.money import parse_money

FIELD_TYPES = ("choice", "text", "number", "money", "boolean", "date", "instant", "quantity")
SCOPES = ("activity", "line", "member")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)
_QUANTITY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,3})?", re.ASCII)


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


def parse_number(text: str, places: int = 0) -> int | Decimal:
    """A plain decimal with at most 15 digits before and 6 after the point; whole ones become int."""
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"`{text[:40]}` is not a number")
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else value


def parse_quantity(text: str, places: int = 0) -> int:
    """Whole thousandths of a decimal >= 0 with at most 3 places."""
    if _QUANTITY.fullmatch(text) is None:
        raise ValueError(f"`{text[:40]}` is not a quantity (a decimal >= 0 with at most 3 places)")
    return int(Decimal(text) * QUANTITY_SCALE)


def parse_boolean(text: str, places: int = 0) -> bool:
    """`true` or `false`, nothing else."""
    if text not in ("true", "false"):
        raise ValueError(f"`{text[:40]}` is neither true nor false")
    return text == "true"


def parse_date(text: str, places: int = 0) -> date:
    """An ISO date such as 2026-03-14."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) is None:
        raise ValueError(f"`{text[:40]}` is not a date such as 2026-03-14")
    return date.fromisoformat(text)


def parse_instant(text: str, places: int = 0) -> int:
    """Microseconds UTC of an ISO 8601 time with an offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text[:40]}` is not a time such as 2026-03-14T11:05:00+02:00") from None
    if moment.tzinfo is None:
        raise ValueError(f"`{text[:40]}` has no offset from UTC; write 2026-03-14T11:05:00+02:00")
    return to_instant(moment)


_PARSERS: Mapping[str, Callable[[str, int], Value]] = {
    "number": parse_number,
    "money": parse_money,
    "boolean": parse_boolean,
    "date": parse_date,
    "instant": parse_instant,
    "quantity": parse_quantity,
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
