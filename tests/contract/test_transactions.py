"""What shares a transaction, what is kept of one that fails, and what a closed driver says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from loyalty_engine.engine.ports.driver import Driver, WriteSession
from loyalty_engine.engine.ports.store import Ask, Changes, Membership
from loyalty_engine.errors import InvariantViolation, StoreFailure, UnknownMember
from loyalty_engine.ledger.account import Account
from tests.contract.given import enrol, load, own


def settle(session: WriteSession, names: Sequence[str]) -> list[Any]:
    """Enrol each name; `known` is refused, `bug` raises, `rival` takes a name that somebody has."""
    batch, changes = session.load([Ask(own(name), now=0) for name in names]), Changes()
    outcomes: list[Any] = []
    for place, name in enumerate(names):
        if name == "bug":
            raise InvariantViolation("a bug")
        if name == "refused":
            outcomes.append(UnknownMember("refused"))
            continue
        number = batch.next_account + place
        changes.memberships.append(Membership("M-1" if name == "rival" else name, number, 5))
        changes.accounts[number] = Account(number)
        outcomes.append(number)
    session.save(changes)
    return outcomes


def members(driver: Driver, *names: str) -> set[str]:
    """Those of the names that are enrolled."""
    return {ref.value for ref in load(driver, *[Ask(own(name), 0) for name in names]).members}


def test_a_command_gives_its_outcome(driver: Driver) -> None:
    assert driver.submit(settle, "M-1") == 1
    assert members(driver, "M-1") == {"M-1"}


def test_a_refusal_is_an_outcome_and_is_not_raised(driver: Driver) -> None:
    assert isinstance(driver.submit(settle, "refused"), UnknownMember)


def test_a_batch_gives_an_outcome_each_in_order(driver: Driver) -> None:
    outcomes = driver.submit_many(settle, ["M-1", "refused", "M-2"])

    assert [type(outcome).__name__ for outcome in outcomes] == ["int", "UnknownMember", "int"]
    assert members(driver, "M-1", "M-2") == {"M-1", "M-2"}


def test_an_empty_batch_gives_nothing(driver: Driver) -> None:
    assert driver.submit_many(settle, []) == []


@pytest.mark.parametrize(("guilty", "error"), [("bug", InvariantViolation), ("rival", StoreFailure)])
def test_what_fails_in_a_batch_fails_alone(driver: Driver, guilty: str, error: type[Exception]) -> None:
    enrol(driver, "M-1")

    outcomes = driver.submit_many(settle, ["M-2", guilty, "M-3"])

    assert [type(outcome) for outcome in outcomes] == [int, error, int]
    assert members(driver, "M-1", "M-2", "M-3") == {"M-1", "M-2", "M-3"}


def test_a_failing_command_raises_to_its_caller_and_keeps_nothing(driver: Driver) -> None:
    with pytest.raises(InvariantViolation, match="a bug"):
        driver.submit(settle, "bug")

    assert driver.submit(settle, "M-1") == 1


def test_a_settlement_that_forgets_a_command_is_a_bug_and_keeps_nothing(driver: Driver) -> None:
    def forgetful(session: WriteSession, names: Sequence[str]) -> list[Any]:
        return settle(session, names)[1:]

    with pytest.raises(InvariantViolation, match="outcomes"):
        driver.submit(forgetful, "M-1")

    assert members(driver, "M-1") == set()


def test_work_that_raises_keeps_nothing(driver: Driver) -> None:
    def work(session: WriteSession) -> None:
        settle(session, ["M-1"])
        settle(session, ["M-2"])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        driver.transact(work)

    assert members(driver, "M-1", "M-2") == set()


def test_work_sees_what_it_saved(driver: Driver) -> None:
    def work(session: WriteSession) -> list[str]:
        settle(session, ["M-1"])
        return [found.member for found in session.load([Ask(own("M-1"), 0)]).members.values()]

    assert driver.transact(work) == ["M-1"]


def test_a_reader_sees_one_moment(driver: Driver) -> None:
    enrol(driver, "M-1")

    with driver.reading() as reader:
        enrol(driver, "M-2")
        assert reader.counts()["members"] == 1
        assert reader.member(own("M-2")) is None
        with driver.reading() as later:
            assert later.counts()["members"] == 2


def test_what_is_read_by_work_is_one_moment_too(driver: Driver) -> None:
    enrol(driver, "M-1")

    assert driver.read(
        lambda reader: (reader.counts()["members"], reader.member(own("M-1")) is not None)
    ) == (
        1,
        True,
    )
    with pytest.raises(ZeroDivisionError):
        driver.read(lambda _: 1 // 0)
    assert driver.submit(settle, "M-2") == 2


def test_an_interrupted_transaction_keeps_nothing_and_the_driver_works_on(driver: Driver) -> None:
    def interrupted(session: WriteSession, names: Sequence[str]) -> list[Any]:
        settle(session, names)
        raise KeyboardInterrupt

    for call in (driver.submit, lambda how, name: driver.submit_many(how, [name])):
        with pytest.raises(KeyboardInterrupt):
            call(interrupted, "M-1")
    with pytest.raises(KeyboardInterrupt):
        driver.transact(lambda session: interrupted(session, ["M-1"]))

    assert driver.submit(settle, "M-2") == 1
    assert members(driver, "M-1", "M-2") == {"M-2"}


def test_a_call_from_inside_a_transaction_is_a_bug_and_does_not_hang(own_driver: Driver) -> None:
    with pytest.raises(InvariantViolation, match="inside"):
        own_driver.transact(lambda _: own_driver.submit(settle, "M-1"))
    with pytest.raises(InvariantViolation, match="inside"):
        own_driver.submit(lambda *_: [own_driver.transact(lambda _: None)], "M-1")
    with pytest.raises(InvariantViolation, match="inside"):
        own_driver.transact(lambda _: own_driver.close())

    assert own_driver.submit(settle, "M-1") == 1


def test_a_closed_driver_refuses_everything(driver: Driver) -> None:
    driver.close()
    driver.close()

    with pytest.raises(StoreFailure, match="closed"):
        driver.submit(settle, "M-1")
    with pytest.raises(StoreFailure, match="closed"):
        driver.submit_many(settle, ["M-1"])
    with pytest.raises(StoreFailure, match="closed"):
        driver.transact(lambda _: None)
    with pytest.raises(StoreFailure, match="closed"), driver.reading():
        pass
    with pytest.raises(StoreFailure, match="closed"):
        driver.read(lambda reader: reader.counts())
