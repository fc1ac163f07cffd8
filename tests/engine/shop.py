"""A shop to try use cases in: an engine on a store, its clock in the test's hand, activities in a line."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from loyalty_adapters import open_engine
from loyalty_engine.calendar import to_instant
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.receipt import Receipt

MEMBER = "M-1"
PROGRAM = {
    "program": "corner-shop",
    "effective": "2026-01-01",
    "time_zone": "UTC",
    "currency": "EUR",
    "points": "{points: {expires: 12 months}}",
    "stacks": "{base: {take: first}, promo: {take: all}}",
    "accrual": "{goods: {stack: base, when: {type: purchase}, earn: 1 point per 1.00}}",
}


def rule_files(**changes: str) -> dict[str, str]:
    """A program's one file; `changes` replaces the text under its keys, or adds keys."""
    return {"shop.yaml": "".join(f"{key}: {text}\n" for key, text in (PROGRAM | changes).items())}


def moment(text: str) -> datetime:
    """`2026-03-01` (noon) or `2026-03-01T09:30`, on the UTC clock."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00").replace(tzinfo=UTC)


def instant(text: str) -> int:
    """The same in microseconds UTC."""
    return to_instant(moment(text))


def purchase(id_: str, amount: str | None = "20.00", at: str = "2026-03-01", **fields: Any) -> dict[str, Any]:
    """A purchase of MEMBER in wire format; with `amount` None it needs `lines`."""
    raw = {"type": "purchase", "id": id_, "source": "pos", "member": MEMBER, "at": moment(at).isoformat()}
    return raw | ({} if amount is None else {"amount": amount}) | fields


def giving_back(id_: str, of: object, at: str = "2026-03-10", **fields: Any) -> dict[str, Any]:
    """A return by MEMBER in wire format."""
    raw = {"type": "return", "id": id_, "source": "pos", "member": MEMBER, "at": moment(at).isoformat()}
    return raw | {"of": of} | fields


class Points(NamedTuple):
    """What a member has of one currency."""

    available: int = 0
    pending: int = 0
    deficit: int = 0
    held: int = 0


class Shop:
    """Its business clock stands where the test put it; what happens later moves it on, as in a live shop.

    The recording clock shows the same time.
    """

    def __init__(self, url: str, rules: Path | None, program: str | None = None) -> None:
        self.url = url
        self.now = instant("2026-01-01")
        self.engine: LoyaltyEngine = open_engine(
            url,
            rulebook=rules,
            program=program,
            clock=lambda: self.now,
            recording_clock=lambda: self.now,
            synchronous="OFF",
        )

    def wait_until(self, text: str) -> None:
        """Let time pass."""
        self.now = instant(text)

    def record(self, raw: Mapping[str, Any]) -> Receipt:
        """Record an activity when it happens, or later if the clock is past that."""
        self.now = max(self.now, to_instant(datetime.fromisoformat(raw["at"])))
        return self.engine.record(raw)

    def buy(self, id_: str, amount: str | None = "20.00", at: str = "2026-03-01", **fields: Any) -> Receipt:
        """Record a purchase."""
        return self.record(purchase(id_, amount, at, **fields))

    def give_back(self, id_: str, of: object, at: str = "2026-03-10", **fields: Any) -> Receipt:
        """Record a return."""
        return self.record(giving_back(id_, of, at, **fields))

    def adjust(self, points: int, **fields: Any) -> Receipt:
        """Correct MEMBER's balance by hand."""
        return self.engine.adjust(MEMBER, points, **({"reason": "goodwill", "actor": "dana"} | fields))

    def redeem(self, member: str = MEMBER, **fields: Any) -> Receipt:
        """Spend points of MEMBER, or of another."""
        return self.engine.redeem(member, **fields)

    def reserve(self, member: str = MEMBER, **fields: Any) -> Receipt:
        """Set points of MEMBER aside, or of another."""
        return self.engine.reserve(member, **fields)

    def hold(self, hold_id: str, at: str | None = None) -> dict[str, Any]:
        """One hold of MEMBER, whatever became of it."""
        holds = self.engine.holds(MEMBER, at=None if at is None else instant(at), all=True)["holds"]
        return next(dict(hold) for hold in holds if hold["id"] == hold_id)

    def points(self, at: str | None = None, currency: str = "points", member: str = MEMBER) -> Points:
        """What a member has, now or at a time."""
        document = self.engine.balance(member, at=None if at is None else instant(at))
        found = document["currencies"][currency]
        return Points(found["available"], found["pending"], found["deficit"], found["held"])

    def movements(self, member: str = MEMBER) -> list[tuple[str, int]]:
        """Kind and points of every entry of a member, in order."""
        entries = self.engine.statement(member, at=instant("2999-01-01"))["entries"]
        return [(entry["kind"], entry["points"]) for entry in entries]

    def dump(self) -> object:
        """Every row of every table; two dumps are equal when nothing has changed."""
        if self.url.startswith("memory"):
            return deepcopy(self.engine._driver._state)  # type: ignore[attr-defined]
        return rows_of(Path(self.url.removeprefix("sqlite:///")))


def rows_of(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, sorted."""
    with closing(sqlite3.connect(database)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'loyalty%' ORDER BY name"
        ).fetchall()
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for (name,) in names
        }


OpenShop = Callable[..., Shop]
"""`open_shop(**changes)`: a shop whose rules differ from PROGRAM in these keys."""
