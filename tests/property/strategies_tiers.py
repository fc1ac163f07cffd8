"""Ladders and dated credits for the laws of tiers, in the words of the slow model and of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from loyalty_engine.calendar import Calendar, Duration
from loyalty_engine.ledger.account import CreditKey
from loyalty_engine.tiers.advance import advance
from loyalty_engine.tiers.credits import Credits
from loyalty_engine.tiers.ladder import CALENDAR_YEAR, END_OF_NEXT_PERIOD, END_OF_PERIOD, Ladder, Tier
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.reassess import reassess
from loyalty_engine.tiers.timeline import Timeline
from tests.property.choices import Choices, made_by
from tests.reference.tier_history import DAY, Credit, Rules, Step

RIGA = Calendar(ZoneInfo("Europe/Riga"))
FIRST, LAST = date(2023, 11, 20), date(2027, 3, 1)
SIZE = 150  # bytes that a case is made of
_POINTS = (100, 200, 300, 500, 900)
_REACHES = ((500, 900), (300, 800, 1500), (0, 600, 1200), (700,))
_WORDS = {"next period": END_OF_NEXT_PERIOD, "period": END_OF_PERIOD}


class Case(NamedTuple):
    """A ladder, and a member's credits in the order in which they become known, each with the day."""

    rules: Rules
    credits: Sequence[Credit]
    known: Sequence[date]


def case_of(choices: Choices, *, by_year: bool = False) -> Case:
    """A ladder, and up to 24 credits over less than three years; half of them become known late.

    `by_year`: periods and terms are calendar years.
    """
    rules = rules_of(choices, by_year=by_year)
    arrivals = []
    for _ in range(choices.number(1, 24)):
        day = FIRST + timedelta(days=choices.number(0, 1000))
        credit = Credit(day, day + choices.pick([0, 0, 14, 45]) * DAY, choices.pick(_POINTS))
        arrivals.append((day + choices.pick([0, 0, 0, 5, 60, 200]) * DAY, credit))
    arrivals.sort()
    return Case(rules, [credit for _, credit in arrivals], [known for known, _ in arrivals])


def rules_of(choices: Choices, *, by_year: bool) -> Rules:
    """The settings of a ladder of one to three tiers, perhaps with a base."""
    share = choices.pick([100, 60, 80, 0])
    steps = [
        Step(name, reach, reach * share // 100)
        for name, reach in zip("abc", choices.pick(_REACHES), strict=False)
    ]
    months = None if by_year else choices.pick([None, None, 12, 3, 1, 24])
    lengths: list[int | str] = [months, 1, 6, 12] if months else [*_WORDS, *([] if by_year else [12, 6])]
    valid = choices.pick(lengths)
    return Rules(steps, months, valid, choices.pick([0, 14, 27]), choices.chance(50))


cases = made_by(case_of, SIZE)
yearly_cases = made_by(lambda choices: case_of(choices, by_year=True), SIZE)


def ladder_of(rules: Rules, returned_upgrade: str = "withdraw") -> Ladder:
    """The ladder of the rules, in Riga."""
    valid = rules.valid
    return Ladder(
        count="credits",
        calendar=RIGA,
        tiers=tuple(Tier(step.name, step.reach, step.keep) for step in rules.steps),
        period=Duration(rules.months, "months") if rules.months else CALENDAR_YEAR,
        valid=Duration(valid, "months") if isinstance(valid, int) else _WORDS[valid],
        grace=Duration(rules.grace, "days") if rules.grace else None,
        landing="one level" if rules.soft else "supported",
        returned_upgrade=returned_upgrade,
    )


def always(ladder: Ladder) -> Ladders:
    """In force from the first day on."""
    return Ladders.of([(at(FIRST, 0), ladder)])


def at(day: date, hour: int = 12) -> int:
    """An hour of a day in Riga; credits are dated, and count, at noon."""
    return RIGA.instant(datetime.combine(day, time(hour)))


def keyed(credits: Sequence[Credit]) -> Mapping[CreditKey, int]:
    """Credits as rows, summed where they have the same dates."""
    rows: dict[CreditKey, int] = {}
    for credit in credits:
        key = ("credits", at(credit.day), at(credit.counts))
        rows[key] = rows.get(key, 0) + credit.points
    return rows


class Player:
    """A member whose credits become known one after the other, as an engine would treat them."""

    def __init__(self, ladders: Ladders) -> None:
        self.ladders = ladders
        self.credits = Credits()
        self.timeline = Timeline()

    def advance(self, now: int) -> None:
        """Let time pass."""
        changes = advance(self.timeline, self.credits, self.ladders, now)
        self.timeline = self.timeline.record(changes, recorded_at=now)

    def learn(self, changed: Mapping[CreditKey, int], now: int) -> None:
        """Credits come, or go when there are fewer than none of them, and are known from now on."""
        self.advance(now)
        self.credits = self.credits.with_delta(changed)
        changes = reassess(self.timeline, self.credits, changed, self.ladders, now)
        self.timeline = self.timeline.record(changes, recorded_at=now)
