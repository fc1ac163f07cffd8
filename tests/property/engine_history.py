"""Histories of a small shop, as Hypothesis draws them: activities on the wire, in the order they come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from loyalty_engine.calendar import to_instant
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.rulebook_loading import check_rules
from loyalty_engine.errors import LoyaltyError

FIRST = """
program: shop
effective: 2026-01-01
time_zone: Europe/Riga
currency: EUR
points:
  points: {expires: 3 months, at: end of month, pending: 5 days}
  credits: {spendable: false, mirrors: points}
  stars: {expires: 1 month}
fields: {plan: {type: choice, of: [S, M], on: member}}
stacks:
  base: {take: first, per: line}
  share: {take: all}
  promo: {take: best}
  extra: {take: all, cap: [40 points per activity, 60 points per member per month]}
  stars: {take: all}
accrual:
  food: {stack: base, when: {type: purchase}, lines: {category: food}, earn: 2 points per 1.00}
  goods: {stack: base, when: {type: purchase}, earn: 1 point per 1.00, cap: 50 points per member per week}
  bonus: {stack: share, earn: 20% of base}
  tuesday: {stack: promo, when: {type: purchase, weekday: tue}, earn: 3 points per 1.00, pending: 2 days}
  big:
    {stack: promo, when: {type: purchase, total: ">= 30.00"}, earn: 25 points,
     limit: 2 times per member per month}
  hello:
    {stack: extra, when: {first_of_type: true}, earn: 15 points, limit: once per member, expires: 12 days}
  plan-m: {stack: extra, when: {type: purchase, plan: M}, earn: 5 points}
  pieces: {stack: extra, lines: {quantity: 1 .. 9}, when: {type: purchase}, earn: 1 point per 1 quantity}
  star: {stack: stars, when: {type: purchase}, earn: 1 point per full 7.00 in stars}
redemption:
  pay: {worth: 3 points = 0.05, at_most: 50% of total}
"""
SECOND = FIRST.replace("effective: 2026-01-01", "effective: 2026-02-15").replace(
    "earn: 1 point per 1.00,", "earn: 1.5 points per 1.00,"
)
VERSIONS = tuple(check_rules({"shop.yaml": text}) for text in (FIRST, SECOND))
MEMBERS = ("M-1", "M-2")
START = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)


class Step(NamedTuple):
    """An activity, and whether it can be understood at all; only such moves the clock of a replay."""

    raw: Mapping[str, Any]
    well_formed: bool

    @property
    def at(self) -> int:
        """When it occurred, in microseconds UTC."""
        return to_instant(datetime.fromisoformat(self.raw["at"]))


PAID_WITH_POINTS = [{"kind": "points", "up_to": 60}]

cents = st.one_of(st.integers(100, 4000), st.integers(0, 4000)).map(
    lambda amount: f"{amount // 100}.{amount % 100:02}"
)
lines = st.lists(
    st.fixed_dictionaries(
        {"amount": cents},
        optional={
            "category": st.sampled_from(["food", "toys"]),
            "quantity": st.sampled_from([0, 1, 2, 3, "0.5"]),
            "discount": st.sampled_from(["0.10", "3.00"]),
        },
    ),
    min_size=1,
    max_size=3,
).map(lambda found: [line | {"id": "abc"[place]} for place, line in enumerate(found)])
some_lines = st.lists(
    st.one_of(
        st.fixed_dictionaries({"id": st.sampled_from("aaabbcd")}),
        st.fixed_dictionaries({"id": st.sampled_from("aab"), "quantity": st.sampled_from([1, 2, "0.5"])}),
        st.fixed_dictionaries({"id": st.sampled_from("aab"), "amount": st.sampled_from(["0.50", "7.00"])}),
    ),
    min_size=1,
    max_size=2,
    unique_by=lambda line: line["id"],
)
members = st.sampled_from([*MEMBERS, *MEMBERS, {"card": "1"}, {"card": "2"}])
ids = st.integers(1, 40).map(str)  # few enough for keys to be used again now and then
purchases = st.fixed_dictionaries(
    {"type": st.just("purchase"), "id": ids, "member": members, "lines": lines},
    optional={"shipping": st.just("2.50"), "discount": st.just("0.00"), "tenders": st.just(PAID_WITH_POINTS)},
)
plans = st.fixed_dictionaries({"plan": st.sampled_from(["S", "M", "M"])})
changes = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["enrolment", "member-change", "member-change"]),
        "id": ids,
        "member": st.sampled_from(MEMBERS),
        "attributes": plans,
    },
    optional={"identities": st.sampled_from([{"card": ["1"]}, {"card": ["2"]}])},
)
pauses = st.sampled_from([1, 5, 24, 24, 72, 240, 900, 0, -3, -50, -300])  # hours; back: told late


@st.composite
def histories(draw: st.DrawFn, most: int = 14) -> list[Step]:
    """Activities as they come in: mostly forward in time, some late, some twice, some broken."""
    card = {"type": "enrolment", "id": "card", "source": "desk", "member": "M-1", "at": START.isoformat()}
    steps = [Step(card | {"identities": {"card": "1"}}, True)]
    now = START
    for _ in range(draw(st.integers(most // 3, most))):
        again = draw(st.integers(0, 9))
        if again == 0:
            steps.append(draw(st.sampled_from(steps)))
            continue
        now += timedelta(hours=draw(pauses))
        raw = draw(st.one_of(purchases, *[_returns(steps)] * 2, purchases, changes))
        raw |= {"source": "pos", "at": now.isoformat()}
        broken = again == 1 and "lines" in raw
        if broken:
            raw["lines"] = [*raw["lines"], {"id": "z", "amount": 5}]
        steps.append(Step(raw, not broken))
    return steps


def _returns(steps: list[Step]) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly of something that was bought, by who bought it."""
    sold = [(step.raw["id"], step.raw["member"]) for step in steps if step.raw["type"] == "purchase"]
    made_up = st.tuples(ids, members)
    if not sold:
        return purchases
    named = st.one_of([*[st.sampled_from(sold)] * 5, made_up])
    head = st.tuples(ids, named, st.one_of(st.none(), some_lines))
    return head.map(
        lambda drawn: (
            {"type": "return", "id": drawn[0], "of": drawn[1][0], "member": drawn[1][1]}
            | ({} if drawn[2] is None else {"lines": drawn[2]})
        )
    )


class Clock:
    """The business clock of a replay: the latest instant that anything well-formed occurred at."""

    def __init__(self) -> None:
        self.now = VERSIONS[0].program.effective_at

    def __call__(self) -> int:
        return self.now

    def follow(self, step: Step) -> None:
        """Move on to a step's instant, never back."""
        if step.well_formed and step.at >= VERSIONS[0].program.effective_at:
            self.now = max(self.now, step.at)


def publish(engine: LoyaltyEngine) -> LoyaltyEngine:
    """Both versions of the rules."""
    for version in VERSIONS:
        engine.publish(version)
    return engine


def answer(outcome: Receipt | LoyaltyError) -> tuple[str, str]:
    """What a caller sees: the receipt's text, or the code and message of the error."""
    return ("receipt", outcome.text) if isinstance(outcome, Receipt) else (outcome.code, outcome.message)


def record(engine: LoyaltyEngine, raw: Mapping[str, Any]) -> Receipt | LoyaltyError:
    """Record one activity; an error is given, not raised."""
    try:
        return engine.record(raw)
    except LoyaltyError as error:
        return error
