"""What a host hands to a call, checked where it comes in: each mistake is an InvalidCommand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.activity.field import parse_moment
from loyalty_engine.calendar import EARLIEST, LATEST, to_instant
from loyalty_engine.errors import InvalidCommand
from loyalty_engine.members.member import OWN_ID
from loyalty_engine.money import parse_money

LONGEST_NAME = 200  # characters, as in the wire format
LONGEST_TEXT = 2_000
MOST_POINTS = 10**12


def member_ref(member: object) -> MemberRef:
    """An own id, or one identity as {kind: value}. Raises InvalidCommand."""
    if isinstance(member, Mapping) and len(member) == 1:
        kind, value = next(iter(member.items()))
        return MemberRef(name("kind of identity", kind), name("identity", value))
    if isinstance(member, Mapping):
        raise InvalidCommand("a member is named by one identity, such as {'card': '4711'}")
    return MemberRef(OWN_ID, name("member", member))


def name(what: str, value: object) -> str:
    """A text of 1 to LONGEST_NAME characters. Raises InvalidCommand."""
    return _text(what, value, LONGEST_NAME)


def optional_name(what: str, value: object) -> str | None:
    """The same, or None."""
    return None if value is None else name(what, value)


def sentence(what: str, value: object) -> str:
    """A text of 1 to LONGEST_TEXT characters, not all blank. Raises InvalidCommand."""
    return _text(what, value, LONGEST_TEXT)


def entry_name(value: object) -> str:
    """An entry's public name, whether or not there is such an entry. Raises InvalidCommand."""
    if not isinstance(value, str):
        raise InvalidCommand(f"an entry is named by a text, not {_shown(value)}")
    return value


Instant = int | datetime | str
"""A point in time as a host says it: microseconds UTC, an aware datetime, or ISO 8601 with an offset."""


def instant(what: str, value: object) -> int:
    """Microseconds UTC, of the years 1900 to 2999. Raises InvalidCommand."""
    if isinstance(value, datetime | str):
        value = _said_instant(what, value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidCommand(f"{what} is an aware datetime or microseconds UTC, not {_shown(value)}")
    if not EARLIEST <= value <= LATEST:
        raise InvalidCommand(f"{what} lies outside the years 1900 to 2999; it is in microseconds UTC")
    return value


def _said_instant(what: str, value: datetime | str) -> int:
    try:
        return to_instant(value) if isinstance(value, datetime) else parse_moment(value)[0]
    except ValueError as problem:
        raise InvalidCommand(f"{what}: {problem}") from None


def yes_or_no(what: str, value: object) -> bool:
    """True or False and nothing that only counts as such. Raises InvalidCommand."""
    if not isinstance(value, bool):
        raise InvalidCommand(f"{what} is True or False, not {_shown(value)}")
    return value


def several(what: str, values: object) -> None:
    """What can be gone through one by one, and is not itself one of them. Raises InvalidCommand."""
    if not isinstance(values, Iterable) or isinstance(values, str | bytes | Mapping):
        raise InvalidCommand(f"{what} are handed over as a list, not {_shown(values)}")


def whole_points(value: object) -> int:
    """Points to move, not 0, at most MOST_POINTS up or down. Raises InvalidCommand."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidCommand(f"points are a whole number, not {_shown(value)}")
    if not 0 < abs(value) <= MOST_POINTS:
        raise InvalidCommand(f"1 to {MOST_POINTS} points can be moved, up or down", points=value)
    return value


def some_points(what: str, value: object) -> int:
    """1 to MOST_POINTS points. Raises InvalidCommand."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidCommand(f"{what} is a whole number, not {_shown(value)}")
    if not 0 < value <= MOST_POINTS:
        raise InvalidCommand(f"{what} is a number from 1 to {MOST_POINTS}", points=value)
    return value


def money(what: str, value: object, places: int) -> int:
    """Minor units, not below 0, of a decimal text such as "20.00" or of a Decimal. Raises InvalidCommand."""
    if isinstance(value, Decimal):
        value = f"{value:f}"
    if not isinstance(value, str):
        raise InvalidCommand(f'{what} is money as text such as "20.00", or a Decimal, not {_shown(value)}')
    try:
        units = parse_money(value, places)
    except ValueError as problem:
        raise InvalidCommand(f"{what}: {problem}") from None
    if units < 0:
        raise InvalidCommand(f"{what} is not below 0")
    return units


def _text(what: str, value: object, longest: int) -> str:
    if not isinstance(value, str):
        raise InvalidCommand(f"{what} is a text, not {_shown(value)}")
    if not value.strip() or len(value) > longest:
        raise InvalidCommand(f"{what} is a text of 1 to {longest} characters")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidCommand(f"{what} is no valid text: it holds a surrogate that stands alone") from None
    if "\0" in value:
        raise InvalidCommand(f"{what} is no valid text: it holds a NUL character")
    return value


def _shown(value: Any) -> str:
    return f"{str(value)[:40]} ({type(value).__name__})"
