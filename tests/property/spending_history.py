"""Histories of members who earn, pay with points, reserve, capture and return, as Hypothesis draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hypothesis import strategies as st

from loyalty_adapters import open_engine
from loyalty_engine.calendar import from_instant, to_instant
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.rulebook_loading import check_rules
from loyalty_engine.errors import LoyaltyError

RULES = """
program: shop
effective: 2026-01-01
time_zone: Europe/Riga
currency: EUR
points:
  points: {expires: 3 months, pending: 2 days}
  credits: {spendable: false, mirrors: points}
  stars: {expires: 1 month}
stacks: {base: {take: all}, stars: {take: all}}
accrual:
  goods: {stack: base, when: {type: purchase}, earn: 10 points per 1.00}
  now: {stack: base, when: {type: purchase}, earn: 3 points per 1.00, pending: 1 minute}
  star: {stack: stars, when: {type: purchase}, earn: 1 point per full 2.00 in stars}
redemption:
  pay: {worth: 7 points = 0.03, at_least: 20 points, at_most: 60% of total, hold: 3 days}
  voucher: {cost: 40 points, limit: 3 times per member per month, hold: 1 day}
  poster: {cost: 3 points + 5.00, currency: stars}
  weekend: {cost: 15 points, when: {weekday: [sat, sun]}}
"""
SHOP = check_rules({"shop.yaml": RULES})
START = to_instant(datetime(2026, 1, 5, 9, tzinfo=UTC))
HOUR = 3_600_000_000
MEMBERS = ("M-1", "M-2")

cents = st.one_of(st.integers(100, 6000), st.integers(0, 6000)).map(
    lambda amount: f"{amount // 100}.{amount % 100:02}"
)
baskets = st.lists(cents, min_size=1, max_size=3).map(
    lambda amounts: [{"id": "abc"[n], "amount": amount, "quantity": 2} for n, amount in enumerate(amounts)]
)
members = st.sampled_from(MEMBERS)
wanted = st.one_of(
    st.fixed_dictionaries({"points": st.sampled_from([20, 21, 50, 300, 3]), "total": cents}),
    st.fixed_dictionaries({"up_to": st.sampled_from([19, 60, 200, 5000]), "total": cents}),
    st.fixed_dictionaries({"reward": st.sampled_from(["voucher", "voucher", "poster", "weekend", "none"])}),
    st.fixed_dictionaries({"reward": st.sampled_from(["voucher", "poster"])}),
)
returned = st.one_of(
    st.none(),
    st.lists(
        st.fixed_dictionaries(
            {"id": st.sampled_from("aabc")}, optional={"quantity": st.sampled_from([1, 1, "0.5"])}
        ),
        min_size=1,
        max_size=2,
        unique_by=lambda line: line["id"],
    ),
)
which = st.integers(0, 5)  # counted from the last
Act = tuple[str, Any]
acts: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 12, 30, 72, 24 * 40])),
    st.tuples(st.just("buy"), st.tuples(members, baskets)),
    st.tuples(st.just("pay"), st.tuples(members, baskets, st.integers(1, 500))),
    st.tuples(st.just("pay with a hold"), st.tuples(baskets, which)),
    st.tuples(st.just("reserve and pay"), st.tuples(members, baskets, st.integers(20, 300))),
    st.tuples(st.just("return"), st.tuples(which, returned)),
    st.tuples(st.just("redeem"), st.tuples(members, wanted)),
    st.tuples(st.just("reserve"), st.tuples(members, wanted)),
    st.tuples(st.just("capture"), st.tuples(which, st.one_of(st.none(), st.integers(1, 60)))),
    st.tuples(st.just("release"), which),
    st.tuples(st.just("adjust"), st.tuples(members, st.sampled_from([-500, -30, 50, 200]))),
    st.tuples(st.just("expire"), st.none()),
)
histories = st.one_of(st.lists(acts, min_size=5, max_size=25), st.lists(acts, max_size=6))


class Told(NamedTuple):
    """What came of an act: a receipt, or an error."""

    act: Act
    outcome: Receipt | LoyaltyError | None

    @property
    def answer(self) -> tuple[str, str]:
        """What a caller sees."""
        if self.outcome is None:
            return ("nothing", "")
        if isinstance(self.outcome, Receipt):
            return ("receipt", self.outcome.text)
        return (self.outcome.code, self.outcome.message)


class Shop:
    """A shop that acts; its clock moves on only when an act says so."""

    def __init__(self, url: str = "memory://") -> None:
        self.now = START
        self.engine: LoyaltyEngine = open_engine(
            url, clock=lambda: self.now, recording_clock=lambda: self.now, synchronous="OFF"
        )
        self.engine.publish(SHOP)
        for member in MEMBERS:
            self.engine.enrol(member)
            self.engine.adjust(member, 600, reason="a start", actor="dana")
            self.engine.adjust(member, 10, currency="stars", reason="a start", actor="dana")
        self.holds: list[str] = []
        self.sales: list[tuple[str, str]] = []  # id and member
        self._number = 0

    def act(self, act: Act) -> Told:
        """Do one thing."""
        kind, said = act
        if kind == "wait":
            self.now += said * HOUR
            return Told(act, None)
        try:
            return Told(act, self._acts[kind](self, said))
        except LoyaltyError as error:
            return Told(act, error)

    def currencies(self, member: str) -> Mapping[str, Mapping[str, Any]]:
        """What a member has now."""
        found: Mapping[str, Mapping[str, Any]] = self.engine.balance(member)["currencies"]
        return found

    def journal(self) -> Any:
        """Everything that is stored of every account's ledger."""
        with self.engine._driver.reading() as session:
            return [(one.entries, one.allocations, one.lots, one.holds) for one in session.records()]

    def buy(self, member: str, lines: list[dict[str, Any]], *tenders: dict[str, Any]) -> Receipt:
        """Record a purchase, which a later act may return."""
        raw = self._head("purchase", member) | {"lines": lines}
        receipt = self.engine.record(raw | ({"tenders": list(tenders)} if tenders else {}))
        self.sales.append((raw["id"], member))
        return receipt

    def give_back(self, sale: tuple[str, str], lines: list[dict[str, Any]] | None) -> Receipt:
        """Record a return."""
        raw = self._head("return", sale[1]) | {"of": sale[0]}
        return self.engine.record(raw | ({} if lines is None else {"lines": lines}))

    def _head(self, type_: str, member: str) -> dict[str, Any]:
        self._number += 1
        at = from_instant(self.now).isoformat()
        return {"type": type_, "id": f"{type_}-{self._number}", "source": "pos", "member": member, "at": at}

    def _pay_with_hold(self, said: tuple[list[dict[str, Any]], int]) -> Receipt | None:
        lines, place = said
        if not self.holds:
            return None
        return self._paid_with(self._hold(place), lines)

    def _reserve_and_pay(self, said: tuple[str, list[dict[str, Any]], int]) -> Receipt:
        member, lines, up_to = said
        total = sum(int(line["amount"].replace(".", "")) for line in lines)
        hold = self.engine.reserve(member, up_to=up_to, total=f"{total // 100}.{total % 100:02}")
        self.holds.append(hold.id)
        return self._paid_with(hold.id, lines)

    def _paid_with(self, name: str, lines: list[dict[str, Any]]) -> Receipt:
        member = MEMBERS[int(name[:10]) - 1]
        held = {one["id"]: one for one in self.engine.holds(member, all=True)["holds"]}[name]
        worth = int((held["worth"] or "0.00").replace(".", ""))
        total = sum(int(line["amount"].replace(".", "")) for line in lines)
        rest = max(total - worth, 0)
        cash = {"kind": "cash", "amount": f"{rest // 100}.{rest % 100:02}"}
        return self.buy(member, lines, {"kind": "points", "hold": name}, cash)

    def _return(self, said: tuple[int, list[dict[str, Any]] | None]) -> Receipt | None:
        place, lines = said
        return self.give_back(self.sales[-1 - place % len(self.sales)], lines) if self.sales else None

    def _reserve(self, said: tuple[str, dict[str, Any]]) -> Receipt:
        receipt = self.engine.reserve(said[0], **said[1])
        self.holds.append(receipt.id)
        return receipt

    def _capture(self, said: tuple[int, int | None]) -> Receipt | None:
        place, points = said
        return self.engine.capture(self._hold(place), points=points) if self.holds else None

    def _release(self, place: int) -> Receipt | None:
        return self.engine.release(self._hold(place)) if self.holds else None

    def _hold(self, place: int) -> str:
        """One that is open if there is any, unless the place is the last."""
        listed = [one["id"] for member in MEMBERS for one in self.engine.holds(member)["holds"]]
        among = listed if listed and place < 5 else self.holds
        return among[-1 - place % len(among)]

    def _adjust(self, said: tuple[str, int]) -> Receipt:
        return self.engine.adjust(*said, reason="goodwill", actor="dana")

    def _expire(self, _: None) -> None:
        self.engine.expire(self.now)

    _acts: Mapping[str, Callable[[Any, Any], Receipt | None]] = {
        "buy": lambda self, said: self.buy(*said),
        "pay": lambda self, said: self.buy(said[0], said[1], {"kind": "points", "up_to": said[2]}),
        "pay with a hold": _pay_with_hold,
        "reserve and pay": _reserve_and_pay,
        "return": _return,
        "redeem": lambda self, said: self.engine.redeem(said[0], **said[1]),
        "reserve": _reserve,
        "capture": _capture,
        "release": _release,
        "adjust": _adjust,
        "expire": _expire,
    }
