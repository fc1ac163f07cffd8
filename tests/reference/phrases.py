"""The phrases of `earn:`, `cap:` and `limit:`, word by word."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass
class Earn:
    """`number` points (fixed), or per `unit` of money or of `field`, or `number` percent of `stack`."""

    number: Fraction
    unit: Fraction | None = None
    full: bool = False
    field: str | None = None
    stack: str | None = None
    currency: str | None = None

    @property
    def fixed(self) -> bool:
        """Whether it is so many points once per activity."""
        return self.unit is None and self.stack is None


@dataclass
class Cap:
    """At most so many points per activity (`period` None), or per member in a period."""

    points: int
    period: str | None


@dataclass
class Limit:
    """At most so many times per member in a period."""

    times: int
    period: str


def earn_of(text: str) -> Earn:
    """Read an earn phrase."""
    words = text.split()
    currency = None
    if len(words) > 2 and words[-2] == "in":
        *words, _, currency = words
    if words[0].endswith("%"):
        return Earn(Fraction(words[0][:-1]), stack=words[2], currency=currency)
    number = Fraction(words[0])
    if len(words) == 2:
        return Earn(number, currency=currency)
    full = words[3] == "full"
    unit, *field = words[4:] if full else words[3:]
    return Earn(number, Fraction(unit), full, field[0] if field else None, currency=currency)


def caps_of(written: str | list[str] | None) -> list[Cap]:
    """Read one cap or several."""
    phrases = [written] if isinstance(written, str) else written or []
    return [_cap(phrase.split()) for phrase in phrases]


def limit_of(written: str | None) -> Limit | None:
    """Read a limit: `once per member`, `3 times per member per month`."""
    if written is None:
        return None
    words = written.split()
    times = 1 if words[0] == "once" else int(words[0])
    return Limit(times, _period(words))


def _cap(words: list[str]) -> Cap:
    return Cap(int(words[0]), None if words[-1] == "activity" else _period(words))


def _period(words: list[str]) -> str:
    return "lifetime" if words[-1] == "member" else words[-1]
