"""`earn:` phrases: a closed grammar, read into exact ratios."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from loyalty_engine.activity.activity import QUANTITY_SCALE
from loyalty_engine.activity.field import Field
from loyalty_engine.money import parse_money
from loyalty_engine.rulebook.fields import FieldRegistry

NUMERIC = ("number", "quantity", "money")
LARGEST_RATE = 1000  # points per minor unit or field unit: what the largest amount earns still fits 64 bits
LARGEST_SHARE = 10  # of what another stack granted
_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,6})?"
_PER = re.compile(
    rf"(?P<points>{_NUMBER}) points?"
    rf"(?: per (?P<full>full )?(?P<unit>{_NUMBER})(?: (?!in )(?P<field>\S+))?)?"
    r"(?: in (?P<currency>\S+))?"
)
_PERCENT = re.compile(rf"(?P<percent>{_NUMBER})% of (?P<stack>\S+)(?: in (?P<currency>\S+))?")


class EarnKind(StrEnum):
    """How an award's amount comes about."""

    FIXED = "fixed"  # once per activity
    MONEY = "money"  # proportional to the basis of the chosen lines
    FIELD = "field"  # proportional to a numeric field
    PERCENT = "percent"  # of what another stack granted


@dataclass(frozen=True, slots=True)
class Earn:
    """One phrase. `rate` is points per minor unit, per field unit, per step, or the share of a stack.

    `step` (minor units or field units, an exact ratio) is set by `per full`: only whole steps count.
    """

    kind: EarnKind
    text: str
    rate: Fraction
    step: Fraction | None = None
    field: Field | None = None
    stack: str | None = None
    currency: str | None = None  # None: the first spendable


class UnreadablePhrase(ValueError):
    """The phrase is none of the grammar; the text is a sentence for its author."""


def parse_earn(text: str, fields: FieldRegistry, places: int) -> Earn:
    """Read a phrase; `places` are the decimal places of the program's money.

    Raises UnreadablePhrase.
    """
    phrase = " ".join(text.split())
    if match := _PERCENT.fullmatch(phrase):
        share = _positive(Fraction(match["percent"]) / 100)
        if share > LARGEST_SHARE:
            raise UnreadablePhrase(f"more than {LARGEST_SHARE * 100}% of a stack is not granted")
        return Earn(EarnKind.PERCENT, phrase, share, stack=match["stack"], currency=match["currency"])
    match = _PER.fullmatch(phrase)
    if match is None:
        raise UnreadablePhrase(f"cannot read `{text[:60]}`")
    points = _positive(Fraction(match["points"]))
    if match["unit"] is None:
        return _fixed(phrase, points, match["currency"])
    return _per(phrase, points, match, fields, places)


def _fixed(phrase: str, points: Fraction, currency: str | None) -> Earn:
    if points.denominator != 1:
        raise UnreadablePhrase("a fixed award is a whole number of points")
    return Earn(EarnKind.FIXED, phrase, points, currency=currency)


def _per(phrase: str, points: Fraction, match: re.Match[str], fields: FieldRegistry, places: int) -> Earn:
    field = None if match["field"] is None else _numeric(match["field"], fields)
    unit = _unit(match["unit"], field, places)
    if points / unit > LARGEST_RATE:
        raise UnreadablePhrase(f"more than {LARGEST_RATE} points per smallest unit could not be booked")
    step = unit if match["full"] else None
    kind = EarnKind.MONEY if field is None else EarnKind.FIELD
    rate = points if step else points / unit
    return Earn(kind, phrase, rate, step=step, field=field, currency=match["currency"])


def _numeric(name: str, fields: FieldRegistry) -> Field:
    field = fields.find(name, "line") or fields.find(name, "when")
    if field is None or field.type not in NUMERIC:
        every = {**fields.line, **fields.when}.values()
        numeric = ", ".join(f.name for f in every if f.type in NUMERIC and not f.personal)
        raise UnreadablePhrase(f"`{name}` is not a numeric field; the numeric ones: {numeric}")
    if field.personal:
        raise UnreadablePhrase(f"`{name}` is personal, so it is not stored and cannot be earned on")
    return field


def _unit(text: str, field: Field | None, places: int) -> Fraction:
    if field is None or field.type == "money":
        try:
            return _positive(Fraction(parse_money(text, places)))
        except ValueError as error:
            raise UnreadablePhrase(str(error)) from None
    scale = QUANTITY_SCALE if field.type == "quantity" else 1
    return _positive(Fraction(text) * scale)


def _positive(value: Fraction) -> Fraction:
    if value <= 0:
        raise UnreadablePhrase("an award must be of more than 0, per more than 0")
    return value
