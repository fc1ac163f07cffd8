"""The compiled evaluator and the interpreter side by side on one case, in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import yaml

from loyalty_engine.accrual.evaluate import evaluate
from loyalty_engine.activity.activity import Activity, Value
from loyalty_engine.activity.parse import parse_activity
from loyalty_engine.calendar import from_instant
from loyalty_engine.decision import Award, CounterKey, Decision, Facts
from loyalty_engine.engine.rulebook_loading import check
from loyalty_engine.engine.rulebooks import CompiledRulebook
from tests.property.strategies_cases import Case
from tests.reference.history import Count, History
from tests.reference.interpreter import interpret
from tests.reference.program import PLACES, Document
from tests.reference.rule import Grant


class Granted(NamedTuple):
    """One award in words that both sides speak; money and shares are exact."""

    rule: str
    currency: str
    points: Fraction
    basis: Fraction
    fixed: bool
    available_at: datetime
    expires_at: datetime | None
    shares: Mapping[str, Fraction]  # lines with a share other than 0


class Step(NamedTuple):
    """One event of a case as the compiled side meets it, and what was decided."""

    activity: Activity
    facts: Facts
    decision: Decision


Expected = Sequence[tuple[Sequence[Granted], Counter[Count]]]


def compiled(text: str) -> CompiledRulebook:
    """The rulebook of a rule file without a mistake."""
    checked = check({"program.yaml": text})
    assert checked.compiled is not None, [(d.code, d.message) for d in checked.diagnostics]
    return checked.compiled


def plain(text: str) -> Document:
    """The plain document, every scalar as text."""
    document: Document = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    return document


def decided(rulebook: CompiledRulebook, case: Case) -> Iterator[Step]:
    """What the compiled evaluator decides, event by event; it counts what it uses."""
    counters: Counter[CounterKey] = Counter()
    for event in case.events:
        activity = parsed(rulebook, event.activity)
        facts = Facts(member_values(rulebook, event.member), dict(counters))
        decision = evaluate(rulebook.plan, activity, facts)
        for use in decision.uses:
            counters[use.key] += use.used
        yield Step(activity, facts, decision)


def interpreted(case: Case) -> list[tuple[list[Granted], Counter[Count]]]:
    """What the interpreter decides, event by event, and all counts after it."""
    document, history = plain(case.text), History()
    found = []
    for event in case.events:
        grants = interpret(document, event.activity, event.member, history)
        found.append(([_granted_by_interpreter(grant) for grant in grants], Counter(history.counts)))
    return found


def assert_agreement(case: Case, rulebook: CompiledRulebook, expected: Expected | None = None) -> None:
    """Both sides grant the same, line by line, and count the same. `expected`: as `interpreted` gave it."""
    counters: Counter[CounterKey] = Counter()
    for step, (grants, counts) in zip(decided(rulebook, case), expected or interpreted(case), strict=True):
        assert [_granted_by_engine(award, rulebook) for award in step.decision.awards] == grants
        for use in step.decision.uses:
            counters[use.key] += use.used
        assert _in_words(counters, rulebook.program.calendar.zone) == counts


def parsed(rulebook: CompiledRulebook, activity: Mapping[str, Any]) -> Activity:
    """The activity with the types of the program."""
    return parse_activity(activity, rulebook.settings)


def member_values(rulebook: CompiledRulebook, member: Mapping[str, Any]) -> dict[str, Value]:
    """The member's fields from their text, with the types of the program."""
    fields = rulebook.rulebook.fields.when
    return {name: fields[name].parse(text, rulebook.program.places) for name, text in member.items()}


def shares(award: Award) -> dict[str, Fraction]:
    """Each line's exact share of an award."""
    whole = sum(weight for _, weight in award.weights)
    return {line: Fraction(award.points * weight, whole) for line, weight in award.weights if weight}


def _granted_by_engine(award: Award, rulebook: CompiledRulebook) -> Granted:
    return Granted(
        rule=award.rule,
        currency=award.currency,
        points=Fraction(award.points),
        basis=Fraction(award.basis, 10 ** PLACES[rulebook.program.currency]),
        fixed=award.fixed,
        available_at=from_instant(award.available_at),
        expires_at=None if award.expires_at is None else from_instant(award.expires_at),
        shares=shares(award),
    )


def _granted_by_interpreter(grant: Grant) -> Granted:
    assert grant.available_at is not None
    return Granted(
        rule=grant.rule.name,
        currency=grant.rule.currency,
        points=grant.points,
        basis=grant.basis,
        fixed=grant.rule.earn.fixed,
        available_at=grant.available_at,
        expires_at=grant.expires_at,
        shares={line: share for line, share in grant.shares().items() if share},
    )


def _in_words(counters: Mapping[CounterKey, int], zone: ZoneInfo) -> Counter[Count]:
    """Counts with the first day of their period for its first instant."""
    return Counter(
        {
            Count(key.name, key.measure, key.period, _first_day(key, zone)): used
            for key, used in counters.items()
        }
    )


def _first_day(key: CounterKey, zone: ZoneInfo) -> date | None:
    if key.period == "lifetime":
        return None
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=key.starts_at)
    local = start.astimezone(zone)
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return local.date()
