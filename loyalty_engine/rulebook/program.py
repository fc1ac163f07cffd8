"""What a program version says at its top: when it starts, its clock, money, points and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from loyalty_engine.activity.activity import BUILT_IN_TYPES
from loyalty_engine.activity.field import ActivitySettings, Field
from loyalty_engine.calendar import Calendar, Duration

ROUNDING_SITES = ("line", "rule", "activity")
ROUNDING_MODES = ("down", "up", "half up", "half even")
LIFE_ENDS = ("month", "quarter", "half", "year")


@dataclass(frozen=True, slots=True)
class CurrencySettings:
    """One currency of points: whether it can be spent, how long it lives, when it is released."""

    name: str
    spendable: bool = True
    expires: Duration | None = None  # None: never
    expires_at_end_of: str | None = None  # one of LIFE_ENDS: a life is rounded up to the end of that period
    pending: Duration | None = None  # None: spendable at once
    counts_tiers: bool = False
    mirrors: str | None = None  # each award of that currency grants as much of this one


@dataclass(frozen=True, slots=True)
class Basis:
    """The money that a proportional award is computed on."""

    before_discounts: bool = False
    tax: bool = False
    shipping: bool = False


@dataclass(frozen=True, slots=True)
class Rounding:
    """Where (one of ROUNDING_SITES) and how (one of ROUNDING_MODES) points become whole."""

    site: str = "rule"
    mode: str = "down"


@dataclass(frozen=True, slots=True)
class ReturnSettings:
    """What happens to points when a purchase is taken back."""

    spent_points: str = "restore pro rata"  # or: keep
    deficit: str = "allow"  # or: clamp, refuse
    restored_lots: str = "original expiry"  # or: reissue
    within: Duration | None = None  # None: a return is never too late


@dataclass(frozen=True, slots=True)
class Program:
    """The settings of one program version; `currencies` stand in the file's order and are never empty."""

    name: str
    effective_at: int  # microseconds UTC; decides activities that occurred at or after it
    calendar: Calendar
    zone: str  # the IANA name of the calendar's zone
    currency: str  # of money; ISO 4217
    places: int  # decimal places of its minor unit
    currencies: tuple[CurrencySettings, ...]
    basis: Basis = Basis()
    prices_include_tax: bool = True
    enrolment_open: bool = True
    rounding: Rounding = Rounding()
    fields: Mapping[str, Field] = field(default_factory=dict)  # the program's own
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    types: tuple[str, ...] = ()  # the program's own activity types
    returns: ReturnSettings = ReturnSettings()

    @property
    def first_spendable(self) -> CurrencySettings:
        """The currency that phrases mean when they name none."""
        return next((c for c in self.currencies if c.spendable), self.currencies[0])

    def currency_settings(self, name: str) -> CurrencySettings | None:
        """The settings of a currency of points, None when the program has no such currency."""
        return next((c for c in self.currencies if c.name == name), None)

    @property
    def activity_types(self) -> tuple[str, ...]:
        """Every type of activity: the built-in ones and the program's own."""
        return BUILT_IN_TYPES + self.types

    @property
    def activity_settings(self) -> ActivitySettings:
        """What the parser of activities needs to know of this version."""
        return ActivitySettings(
            currency=self.currency,
            places=self.places,
            prices_include_tax=self.prices_include_tax,
            types=frozenset(self.activity_types),
            activity_fields=self._own_fields("activity"),
            line_fields=self._own_fields("line"),
            member_fields=self._own_fields("member"),
        )

    def _own_fields(self, scope: str) -> Mapping[str, Field]:
        return {name: own for name, own in self.fields.items() if own.scope == scope}
