"""Lives of two members over some years, for the laws of tiers: they earn, return, spend, and wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from loyalty_adapters import open_engine
from loyalty_engine.calendar import from_instant, to_instant
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.rulebook_loading import check_rules
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.errors import LoyaltyError
from tests.property.choices import Choices, made_by

RULES = """
program: shop
effective: 2024-01-01
time_zone: Europe/Riga
currency: EUR
points:
  points: {{expires: 8 months{pending}}}
  credits: {{spendable: false, counts: tiers, mirrors: points}}
stacks: {{base: {{take: all}}}}
accrual:
  goods: {{stack: base, when: {{type: purchase}}, earn: 1 point per 1.00}}
  more: {{stack: base, when: {{type: purchase, tier: b}}, earn: 20 points}}
redemption: {{pay: {{worth: 1 points = 0.01}}}}
tiers: {{count: credits, {ladder}}}
"""
LADDERS = (
    "period: calendar year, grace: 31 days, ladder: {b: {reach: 200 credits}, c: {reach: 600 credits}}",
    "period: calendar year, landing: supported, returned_upgrade: keep, ladder: {b: {reach: 200 credits}}",
    "period: calendar year, valid: 18 months, ladder: {a: {reach: 0 credits}, b: {reach: 300 credits}}",
    "period: rolling 12 months, crossing: new, ladder: {b: {reach: 300 credits, keep: 100 credits}}",
    "period: rolling 2 months, valid: 1 month, grace: 10 days, ladder: {b: {reach: 200 credits}}",
)
PENDING = ("", ", pending: 14 days", ", pending: 70 days")
START = to_instant(datetime(2024, 1, 10, 9, tzinfo=UTC))
DAY = 86_400_000_000
MEMBERS = ("M-1", "M-2")

Act = tuple[str, Any]
SPENDING = ("redeem", "reserve", "release", "expire")


class Life(NamedTuple):
    """The rules, and what happens."""

    rules: CompiledRulebook
    acts: list[Act]


@cache
def rules_of(ladder: str, pending: str) -> CompiledRulebook:
    """A shop's rules."""
    return check_rules({"shop.yaml": RULES.format(ladder=ladder, pending=pending)})


def life_of(choices: Choices) -> Life:
    """Up to 30 acts; a fifth of what is bought becomes known late."""
    rules = rules_of(choices.pick(LADDERS), choices.pick(PENDING))
    return Life(rules, [_act_of(choices) for _ in range(choices.number(4, 30))])


def _act_of(choices: Choices) -> Act:
    kind = choices.pick(KINDS)
    return kind, (
        choices.pick(MEMBERS),
        choices.pick((20, 50, 100, 100, 150, 250, 400)),
        choices.pick((0, 0, 0, 0, 0, 3, 40, 200, 500)),  # days that it becomes known late; which sale
        choices.pick((1, 5, 20, 40, 90, 200, 400, 900)),  # days to wait
    )


KINDS = (
    *("buy",) * 8,
    *("wait",) * 7,
    *("return", "return", "points by hand", "credits by hand", "grant"),
    *SPENDING,
)
lives = made_by(life_of, 160)


class Shop:
    """A shop in memory that acts; its clock moves on only when an act says so."""

    def __init__(self, rules: CompiledRulebook) -> None:
        self.now = START
        self.engine: LoyaltyEngine = open_engine(
            "memory://", clock=lambda: self.now, recording_clock=lambda: self.now
        )
        self.engine.publish(rules)
        for member in MEMBERS:
            self.engine.enrol(member)
        self._sales: list[tuple[str, str]] = []
        self._holds: list[str] = []
        self._number = 0

    def live(self, acts: Iterable[Act], *, between: Callable[[Shop], None] = lambda shop: None) -> Shop:
        """Do one thing after the other, and something else before each wait is over, and at the end."""
        for act in acts:
            if act[0] == "wait":
                between(self)
            self.act(act)
        between(self)
        return self

    def act(self, act: Act) -> None:
        """Do one thing, or be refused."""
        kind, (member, amount, late, days) = act
        self._number += 1
        if kind == "wait":
            self.now += days * DAY
            return
        try:
            self._do(kind, member, amount, late)
        except LoyaltyError:
            return

    def _do(self, kind: str, member: str, amount: int, late: int) -> None:
        engine, by_hand = self.engine, {"reason": "set right", "actor": "dana"}
        match kind:
            case "buy" | "return":
                engine.record(self.raw((kind, (member, amount, late, 0))))
            case "points by hand" | "credits by hand":
                points = amount if amount % 20 else -amount
                engine.adjust(member, points, currency=kind.removesuffix(" by hand"), **by_hand)
            case "grant":
                tier, end = None if amount == 20 else "b", self.now + (late + 30) * DAY
                engine.grant_tier(member, tier, until=end, **by_hand)
            case "redeem":
                engine.redeem(member, points=amount)
            case "reserve":
                self._holds.append(engine.reserve(member, points=amount).id)
            case "release" if self._holds:
                engine.release(self._holds.pop())
            case "expire":
                engine.expire(self.now)

    def raw(self, act: Act) -> dict[str, Any]:
        """A purchase or return on the wire."""
        kind, (member, amount, late, _) = act
        self._number += 1
        at = max(self.now - (late if kind == "buy" else 0) * DAY, START)
        head = {"id": str(self._number), "source": "pos", "at": from_instant(at).isoformat()}
        if kind == "buy":
            self._sales.append((head["id"], member))
            return head | {"type": "purchase", "member": member, "amount": f"{amount}.00"}
        sale, buyer = self._sales[-1 - late % len(self._sales)] if self._sales else ("none", member)
        return head | {"type": "return", "member": buyer, "of": sale}

    def changes(self, *apart: str) -> list[list[dict[str, Any]]]:
        """The tier histories of the members, without some columns."""
        histories = [self.engine.tier_history(member)["changes"] for member in MEMBERS]
        return [
            [{k: v for k, v in change.items() if k not in apart} for change in changes]
            for changes in histories
        ]

    def tiers(self) -> list[str | None]:
        """The members' tiers now."""
        return [self.engine.balance(member)["tier"] for member in MEMBERS]
