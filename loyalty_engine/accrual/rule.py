"""An accrual rule and a stack, as the rule file says them, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from loyalty_engine.accrual.cap import Cap, Limit
from loyalty_engine.accrual.earn import Earn
from loyalty_engine.calendar import Duration
from loyalty_engine.rulebook.condition import Condition
from loyalty_engine.rulebook.diagnostic import Mark
from loyalty_engine.rulebook.test import Test

TAKES = ("first", "best", "all")
MOST_RULES = 5_000  # of a program: each costs a bit in every mask


@dataclass(frozen=True, slots=True)
class Stack:
    """How its rules combine (the hit policies of DMN): the first, the best, or all of them."""

    name: str
    take: str  # one of TAKES
    per_line: bool  # the take is decided line by line
    caps: tuple[Cap, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class AccrualRule:
    """When, on which lines, and how much. Conditions are None when nothing was written."""

    name: str
    stack: str
    earn: Earn
    currency: str
    when: Condition | None
    lines: Condition | None
    active: tuple[Test, ...]  # on the activity's instant
    active_text: str | None
    caps: tuple[Cap, ...]
    limit: Limit | None
    pending: Duration | None  # None: as the currency says
    expires: Duration | None  # None: as the currency says
    counter_name: str  # the first name that the rule ever had; caps and limits follow it
    title: Mapping[str, str]  # locale -> what a member reads
    mark: Mark


@dataclass(frozen=True, slots=True)
class AccrualRules:
    """The `stacks` and `accrual` sections: rules in file order, stacks in the order they are decided."""

    stacks: tuple[Stack, ...]
    rules: tuple[AccrualRule, ...]
    by_name: Mapping[str, AccrualRule] = field(default_factory=dict)
