"""The phrases of the `redemption` section: a worth, a cost, a bound, what a reward gives.

Each reader raises ValueError with a sentence for the author.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from loyalty_engine.money import parse_money
from loyalty_engine.rulebook.program import Program

LARGEST_WORTH = 1_000_000  # minor units a point: what the largest balance is worth still fits 64 bits
LONGEST_WORDS = 200  # characters of what a reward gives
_POINTS = r"([0-9]{1,12}) points?"
_MONEY = r"([0-9]+(?:\.[0-9]+)?)"
_WORTH = re.compile(rf"{_POINTS} ?= ?{_MONEY}", re.ASCII)
_COST = re.compile(rf"{_POINTS}(?: ?\+ ?{_MONEY})?", re.ASCII)
_SHARE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?% of total", re.ASCII)
_GIVES = re.compile(rf"{_MONEY}(?: ([A-Z]{{3}}))? (\S.*)", re.ASCII)


class Cost(NamedTuple):
    """What a reward costs: points, and money in minor units (0: none)."""

    points: int
    money: int = 0


class Gives(NamedTuple):
    """What a reward gives: words, of an amount in minor units when one is written."""

    words: str
    amount: int | None = None


def points_text(points: int) -> str:
    """`1 point`, `500 points`."""
    return f"{points} point" if points == 1 else f"{points} points"


def parse_points(text: str) -> int:
    """`500 points`: a whole number above 0."""
    match = re.fullmatch(_POINTS, _spaced(text), re.ASCII)
    if match is None:
        raise ValueError(f"`{text[:40]}` is no number of points")
    return _some_points(match[1])


def parse_worth(text: str, places: int) -> Fraction:
    """`100 points = 0.80`: minor units a point, exactly; `places` are those of the program's money."""
    match = _WORTH.fullmatch(_spaced(text))
    if match is None:
        raise ValueError(f"cannot read `{text[:60]}`")
    worth = Fraction(_some_money(match[2], places), _some_points(match[1]))
    if worth > LARGEST_WORTH:
        raise ValueError(f"a point cannot be worth more than {LARGEST_WORTH} of the smallest unit of money")
    return worth


def parse_cost(text: str, places: int) -> Cost:
    """`1000 points`, or `20000 points + 99.00`."""
    match = _COST.fullmatch(_spaced(text))
    if match is None:
        raise ValueError(f"cannot read `{text[:60]}`")
    points = _some_points(match[1])
    return Cost(points, 0 if match[2] is None else _some_money(match[2], places))


def parse_bound(text: str) -> Fraction | int:
    """`50% of total` as a share above 0 and at most 1, or `5000 points` as a number."""
    match = _SHARE.fullmatch(_spaced(text))
    if match is None:
        return parse_points(text)
    share = Fraction(match[1]) / 100
    if not 0 < share <= 1:
        raise ValueError(f"`{text[:40]}` is out of range: more than 0% and at most 100% can be paid")
    return share


def parse_gives(text: str, program: Program) -> Gives:
    """`10.00 voucher` or words alone; an amount shows by its decimals or its currency: `500 JPY voucher`.

    So `2 cinema tickets` is words.
    """
    words = _spaced(text)
    if len(words) > LONGEST_WORDS:
        raise ValueError(f"this is longer than {LONGEST_WORDS} characters")
    match = _GIVES.fullmatch(words)
    if match is None:
        _check_has_words(words)
        return Gives(words)
    number, currency, rest = match.groups()
    if currency != program.currency:
        if "." not in number:
            return Gives(words)
        _check_is_money(number, currency, program)
    return Gives(rest, _some_money(number, program.places))


def _check_is_money(number: str, currency: str | None, program: Program) -> None:
    money = program.currency
    if currency is not None:
        raise ValueError(f"`{number[:40]} {currency}` is not in {money}, the money of the program")
    if len(number.partition(".")[2]) != program.places:
        raise ValueError(f"`{number[:40]}` is no amount of {money}: it has {program.places} decimal places")


def _check_has_words(words: str) -> None:
    if not any(character.isalpha() for character in words):
        raise ValueError(f"`{words[:40]}` does not say what is given")


def _some_points(digits: str) -> int:
    points = int(digits)
    if points == 0:
        raise ValueError("0 points are no amount")
    return points


def _some_money(text: str, places: int) -> int:
    units = parse_money(text, places)
    if units == 0:
        raise ValueError(f"`{text[:40]}` is no amount of money")
    return units


def _spaced(text: str) -> str:
    return " ".join(text.split())
