"""An example of a rule file: an activity or a redemption, or steps of them, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Mark

TOTAL = "total"
NO_TIER = "none"
BUCKETS = ("available", "pending", "held", "deficit")

register(
    {
        "R400": (
            "`{text}` is not a whole number of points",
            "write a number such as 284, or -284 for a return",
        ),
        "R401": ("the activity of example `{example}` is not valid: {problem}", "correct the activity"),
        "R402": (
            "example `{example}`: `{rule}` gives {found}, not {expected}",
            "correct the rule or the example",
        ),
        "R403": (
            "example `{example}`: {what} is {found}, not {expected}",
            "correct the rules or the example",
        ),
        "R404": ("there is no rule `{name}`", "name a rule, a reward, the way to pay, or `total`"),
        "R405": ("example `{example}` was refused: {problem}", "correct the example"),
        "R406": ("example `{example}` asserts nothing", "write what it `gives`"),
        "R407": ("there is no example", "add some under `examples:`; they keep a wrong rule from going live"),
        "R408": ("example `{example}` has both `{one}` and `{other}`", "keep one of them"),
        "R409": ("there is no currency of points `{name}`", "name one of the currencies under `points:`"),
        "R410": (
            "the redemption of example `{example}` is not valid: {problem}",
            "write `redeem: {{reward: NAME}}`, or `redeem: {{points: 500, total: 20.00}}`",
        ),
        "R411": ("there is no refusal `{name}`", "name one such as NotEligible or InsufficientPoints"),
        "R412": (
            "example `{example}` was refused with {found}, not {expected}: {problem}",
            "correct the rules or the example",
        ),
        "R413": ("example `{example}` was not refused with {expected}", "correct the rules or the example"),
        "R414": (
            "example `{example}`: the member's tier is {found}, not {expected}",
            "correct the ladder or the example",
        ),
        "R415": ("there is no tier `{name}`", "name one of the ladder, or `none`"),
    }
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One number that an example asserts, and where it stands."""

    name: str  # a rule, a reward, the way to pay, `total`, or a bucket
    points: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class ExpectedRefusal:
    """The refusal that a step must meet, and where it stands."""

    code: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class ExpectedTier:
    """The tier that the member must have after a step, and where it stands."""

    name: str  # NO_TIER: none
    mark: Mark


@dataclass(frozen=True, slots=True)
class ExampleStep:
    """One activity or redemption as plain text data, and what must come of it."""

    written: Mapping[str, Any]
    redeems: bool  # it is a redemption
    mark: Mark
    gives: tuple[Expected, ...] = ()
    balance: Mapping[str, tuple[Expected, ...]] = field(default_factory=dict)  # after it, by currency
    refused: ExpectedRefusal | None = None
    tier: ExpectedTier | None = None

    @property
    def asserts(self) -> bool:
        """Whether anything must come of it."""
        return bool(self.gives or self.balance or self.refused or self.tier)


@dataclass(frozen=True, slots=True)
class Example:
    """A named example; a sequence has its counters and balances computed, a single step has none."""

    name: str
    mark: Mark
    steps: tuple[ExampleStep, ...]
    sequence: bool
