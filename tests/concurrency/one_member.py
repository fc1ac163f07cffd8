"""One member whose points many callers add to: a lost or doubled posting shows in the balance."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.engine.ports.driver import WriteSession
from loyalty_engine.engine.ports.store import Ask, Changes, Known, Membership
from loyalty_engine.errors import InvariantViolation
from loyalty_engine.ledger.account import Account, Balance

MEMBER = MemberRef("member", "M-1")
KEYS = [ActivityKey("till", "sale", str(number)) for number in range(2000)]


def file(path: Path, busy_seconds: float = 5.0) -> SqliteFile:
    return SqliteFile(path / "shop.db", "OFF", busy_seconds)


def enrol(session: WriteSession) -> None:
    session.save(Changes(memberships=[Membership("M-1", 1, 0)], accounts={1: Account(1)}))


def add_points(session: WriteSession, keys: Sequence[ActivityKey]) -> list[Any]:
    """One point each, once per key; gives the balance after it. An id `bug` raises, `rival` breaks a key."""
    batch, changes = session.load([Ask(MEMBER, now=0, key=key) for key in keys]), Changes()
    account = batch.accounts[1]
    balance = account.balances.setdefault("points", Balance())
    outcomes: list[Any] = []
    for key in keys:
        if key.id == "bug":
            raise InvariantViolation("a bug")
        if key.id == "rival":
            changes.known += [(key, Known(1, "f", "")), (key, Known(1, "g", ""))]
        if key not in batch.known:
            balance.available += 1
            account.seq += 1
            batch.known[key] = Known(1, "f", str(balance.available))
            changes.known.append((key, batch.known[key]))
        outcomes.append(int(batch.known[key].receipt))
    changes.accounts[1] = account
    changes.balances[1, "points"] = balance
    session.save(changes)
    return outcomes


def points(driver: SqliteDriver) -> int:
    with driver.reading() as reader:
        balance = reader.record(1).balances.get("points", Balance())
    return balance.available


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


class Gate:
    """A settlement that waits inside its transaction until it is opened; then it adds points."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()

    def __call__(self, session: WriteSession, keys: Sequence[ActivityKey]) -> list[Any]:
        self.entered.set()
        assert self.opened.wait(20)
        return add_points(session, keys)
