"""Cells of a table as values of the wire format."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from loyalty_engine.money import format_money

REMEMBERED = 100_000  # different cells of one column; beyond that we forget and begin anew
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]+", re.ASCII)


class BadCell(NamedTuple):
    """Stands where a cell could not be read; `problem` says why."""

    problem: str


class Converter(dict[Any, Any]):
    """One column's cells as wire values; every different cell is converted once and remembered.

    Empty cells (None or "") become the default, None when there is none.
    """

    def __init__(self, convert: Callable[[Any], Any], default: Any = None) -> None:
        super().__init__()
        self._convert = convert
        self._empty = {None: default, "": default}
        self.met_bad_cell = False
        self.update(self._empty)

    def __missing__(self, cell: Any) -> Any:
        try:
            value = self._convert(cell)
        except ValueError as error:
            value = BadCell(str(error))
            self.met_bad_cell = True
        if value is None:
            value = self._empty[None]
        self[cell] = value
        return value

    def convert_all(self, cells: list[Any]) -> list[Any]:
        """The wire values of many cells."""
        if len(self) > REMEMBERED:
            self.clear()
            self.update(self._empty)
        return list(map(self.__getitem__, cells))


def to_text(cell: Any) -> str:
    """A cell as text; a whole number held as a double loses its `.0`.

    Raises ValueError for what has no plain text, such as bytes or lists.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, (float, Decimal)):
        return _decimal_text(cell)
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    raise ValueError(f"a {type(cell).__name__} is no text")


def _decimal_text(cell: float | Decimal) -> str:
    exact = Decimal(repr(cell)) if isinstance(cell, float) else cell
    if not exact.is_finite():
        raise ValueError(f"{cell} is no number")
    if exact == exact.to_integral_value():
        return str(int(exact))
    return f"{exact:f}"


def to_attribute(cell: Any) -> Any:
    """A cell as the value of an attribute: whole numbers and booleans stay, all else is text."""
    return cell if isinstance(cell, int) else to_text(cell)


def to_quantity(cell: Any) -> int | str:
    """A whole number, or a decimal string for what is not whole."""
    text = to_text(cell) if not isinstance(cell, str) else cell.strip()
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError(f"`{text[:40]}` is not a quantity")
    return int(text) if _WHOLE.fullmatch(text) and len(text) < 20 else text


def to_money(cell: Any) -> str:
    """A decimal string of a cell that holds whole currency units and fractions, such as 84.5."""
    text = to_text(cell) if not isinstance(cell, (str, bool)) else str(cell).strip()
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError(f"`{text[:40]}` is not a sum of money")
    return text


def minor_units_to_money(places: int) -> Callable[[Any], str]:
    """Turns whole minor units, such as cents, into decimal strings with so many places."""

    def convert(cell: Any) -> str:
        text = to_text(cell) if not isinstance(cell, (str, bool)) else str(cell).strip()
        if _WHOLE.fullmatch(text) is None or len(text) > 20:
            raise ValueError(f"`{text[:40]}` is not a whole number of minor units")
        return format_money(int(text), places)

    return convert


def to_time(zone: ZoneInfo | None, local_zone: ZoneInfo | None, pattern: str | None) -> Callable[[Any], str]:
    """Turns times into ISO 8601 with an offset.

    A time without an offset is read in `zone`: where a clock change skips it, it means the later instant,
    where one repeats it, the earlier. The result is on the wall clock of `local_zone`, when given.
    """

    def convert(cell: Any) -> str:
        moment = _moment(cell, pattern)
        if moment.tzinfo is None:
            if zone is None:
                raise ValueError(f"`{moment.isoformat()}` has no offset, and the mapping names no `zone`")
            moment = moment.replace(tzinfo=zone, fold=0)
        # Through UTC, so that a time in a gap is written as one that the clock did show.
        return moment.astimezone(UTC).astimezone(local_zone or moment.tzinfo).isoformat()

    return convert


def _moment(cell: Any, pattern: str | None) -> datetime:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if not isinstance(cell, str):
        raise ValueError(f"`{cell}` is not a time")
    try:
        text = cell.strip()
        return datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)  # noqa: DTZ007
    except ValueError:
        raise ValueError(f"`{cell[:40]}` is not a time{f' like {pattern}' if pattern else ''}") from None
