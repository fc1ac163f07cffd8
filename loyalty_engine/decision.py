"""What evaluating an activity decides: values that the rulebook, accrual, ledger and engine share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from loyalty_engine.activity.activity import Value


class CounterKey(NamedTuple):
    """Names one running count of a cap or limit; it follows the rule's name over versions."""

    period: str  # day | week | month | quarter | year | lifetime
    starts_at: int  # microseconds UTC; 0 for lifetime
    name: str  # "rule:topup" or "stack:promo"
    measure: str  # points | times
    currency: str  # "" when times are counted


@dataclass(frozen=True, slots=True)
class Facts:
    """What evaluation reads beside the activity itself; stored with it, so that `explain` can repeat it.

    `member` holds the member's typed fields as of the activity's instant (absent: missing), and the
    history field `first_of_type`; `counters` what was used of caps and limits before (absent: 0).
    """

    member: Mapping[str, Value] = field(default_factory=dict)
    counters: Mapping[CounterKey, int] = field(default_factory=dict)


class Award(NamedTuple):
    """Points that one rule grants for one activity, final after rounding, caps and stacks. Always > 0."""

    rule: str
    stack: str
    currency: str
    points: int
    basis: int  # minor units the award was computed on; 0 for awards not on money
    weights: tuple[tuple[str, int], ...]  # (line id, weight): share = points * weight / sum; "" is shipping
    fixed: bool  # a fixed award: left out by `N% of STACK`
    available_at: int  # microseconds UTC
    expires_at: int | None


class CounterUse(NamedTuple):
    """What a decision takes of a cap (points) or a limit (times)."""

    key: CounterKey
    rule: str  # the awarding rule, so that a return knows what to give back
    used: int


class Decision(NamedTuple):
    """All awards of one activity in file order, what they take of caps and limits, and what was read."""

    awards: tuple[Award, ...] = ()
    uses: tuple[CounterUse, ...] = ()
    reads: tuple[tuple[CounterKey, int], ...] = ()  # counts that the decision looked at, as they were before
