"""In a host's transaction: what is there afterwards is the host's decision, for its rows and for ours."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from loyalty_adapters.sql import host_transaction
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import (
    ActivityConflict,
    InsufficientPoints,
    InvalidActivity,
    InvalidCommand,
    InvariantViolation,
    LoyaltyError,
    StoreFailure,
)
from tests.concurrency.one_member import KEYS, add_points
from tests.engine.shop import MEMBER, Points, Shop, instant, purchase, rule_files
from tests.within.hosts import kept, opened, order


def overdraw(engine: Any) -> Receipt:
    receipt: Receipt = engine.adjust(MEMBER, -1000, reason="goodwill", actor="dana", key="K-1")
    return receipt


def available(engine: Any) -> int:
    count: int = engine.balance(MEMBER)["currencies"]["points"]["available"]
    return count


@pytest.mark.parametrize("first", ["host", "ours"])
@pytest.mark.parametrize("ending", ["commit", "rollback", "nothing"])
def test_both_are_there_after_a_commit_and_neither_otherwise(
    shop: Shop, host: sa.Engine, kind: str, first: str, ending: str
) -> None:
    before = kept(shop)
    with opened(host, kind) as transaction:
        if first == "host":
            order(transaction, "O-1")
        assert shop.engine.within(transaction).record(purchase("R-1")).totals == {"points": 20}
        if first == "ours":
            order(transaction, "O-1")
        assert kept(shop) == before  # nobody sees it before the host commits
        if ending != "nothing":
            getattr(transaction, ending)()

    expected = ({"O-1"}, {"R-0", "R-1"}) if ending == "commit" else before
    assert kept(shop) == expected
    assert shop.points() == Points(40 if ending == "commit" else 20)
    assert shop.engine.verify().sound


def test_what_is_rolled_back_can_be_done_again(shop: Shop, host: sa.Engine, kind: str) -> None:
    receipts = []
    for ending in ("rollback", "rollback", "commit"):
        with opened(host, kind) as transaction:
            order(transaction, "O-1")
            receipts.append(shop.engine.within(transaction).record(purchase("R-1")))
            getattr(transaction, ending)()

    assert [receipt.repeated for receipt in receipts] == [False] * 3
    assert len({receipt.text for receipt in receipts}) == 1
    assert kept(shop) == ({"O-1"}, {"R-0", "R-1"})


@pytest.mark.parametrize("began", [True, False], ids=["in the middle", "at the start"])
def test_our_refusal_leaves_the_hosts_work_and_transaction_as_they_are(
    shop: Shop, host: sa.Engine, kind: str, began: bool
) -> None:
    with opened(host, kind) as transaction:
        if began:
            order(transaction, "O-1")
        with pytest.raises(InsufficientPoints):
            overdraw(shop.engine.within(transaction))
        with pytest.raises(InvalidActivity):
            shop.engine.within(transaction).record({"type": "purchase"})
        order(transaction, "O-2")
        transaction.commit()

    assert kept(shop) == ({"O-1", "O-2"} if began else {"O-2"}, {"R-0"})


@pytest.mark.parametrize("guilty", ["bug", "rival"])
def test_a_failure_at_the_very_start_leaves_a_host_that_may_begin_anew(
    shop: Shop, host: sa.Engine, way: str, kind: str, guilty: str
) -> None:
    """What we began for ourselves we end, so that others can write before the host does."""
    with opened(host, kind) as transaction:
        engine = shop.engine.within(transaction)
        driver: Any = engine._driver
        with pytest.raises(LoyaltyError):
            driver.submit(add_points, KEYS[0]._replace(id=guilty))
        assert host_transaction.begun(driver._connection()) is (way != "stock")
        if way != "stock":
            transaction.rollback()  # the host began, so it is for the host to end that
        shop.buy("R-1")
        engine.record(purchase("R-2"))
        transaction.commit()

    assert kept(shop) == (set(), {"R-0", "R-1", "R-2"})


@pytest.mark.parametrize(("guilty", "error"), [("bug", InvariantViolation), ("rival", StoreFailure)])
def test_a_failure_of_ours_undoes_its_own_command_only(
    shop: Shop, host: sa.Engine, kind: str, guilty: str, error: type[LoyaltyError]
) -> None:
    """`bug` fails after reading, `rival` fails in the middle of writing."""
    with opened(host, kind) as transaction:
        order(transaction, "O-1")
        engine = shop.engine.within(transaction)
        engine.record(purchase("R-1"))
        with pytest.raises(error):
            engine._driver.submit(add_points, KEYS[0]._replace(id=guilty))
        outcomes = engine._driver.submit_many(add_points, [KEYS[0], KEYS[1]._replace(id=guilty), KEYS[2]])
        assert [type(outcome) for outcome in outcomes] == [int, error, int]
        engine.record(purchase("R-2"))
        transaction.commit()

    assert kept(shop) == ({"O-1"}, {"R-0", "R-1", "R-2", KEYS[0].id, KEYS[2].id})


def test_reads_see_what_the_transaction_has_done_so_far(shop: Shop, host: sa.Engine, kind: str) -> None:
    with opened(host, kind) as transaction:
        engine = shop.engine.within(transaction)
        assert available(engine) == 20
        entry = engine.record(purchase("R-1")).entries[0]["id"]
        assert available(engine) == 40
        assert available(shop.engine) == 20
        assert len(engine.statement(MEMBER)["entries"]) == 2
        assert engine.explain(entry)["entry"]["points"] == 20
        assert engine.quote(purchase("R-2")).balance["currencies"]["points"]["available"] == 60
        assert engine.status()["counts"]["activities"] == 2
        assert engine.verify().sound
        transaction.rollback()
        assert available(engine) == 20


def test_a_read_takes_no_lock_and_leaves_no_transaction(shop: Shop, kind: str) -> None:
    """With a driver that begins lazily a host may read for long while others write."""
    from tests.within.hosts import host_of

    host = host_of(shop)
    with opened(host, kind) as transaction:
        engine = shop.engine.within(transaction)
        assert available(engine) == 20
        shop.buy("R-1")
        assert available(engine) == 40
        with pytest.raises(LoyaltyError, match="nobody"):
            engine.balance("nobody")
        shop.buy("R-2")
    host.dispose()


def test_one_transaction_takes_many_commands(shop: Shop, host: sa.Engine, kind: str) -> None:
    with opened(host, kind) as transaction:
        engine = shop.engine.within(transaction)
        engine.enrol("M-2", identities={"card": "4711"})
        order(transaction, "O-1")
        engine.record(purchase("R-1", member={"card": "4711"}))
        engine.change_member("M-2", identities={"phone": "555"}, key="C-1")
        engine.adjust({"phone": "555"}, -5, reason="goodwill", actor="dana")
        outcomes = engine.record_many([purchase(f"B-{n}", "1.00", member="M-2") for n in range(5)])
        assert all(isinstance(outcome, Receipt) for outcome in outcomes)
        assert engine.expire(instant("2030-01-01")) > 0
        transaction.commit()

    assert shop.points(member="M-2") == Points(20)
    assert shop.points("2030-01-01", member="M-2") == Points(0)
    assert shop.engine.member({"phone": "555"})["member"] == "M-2"
    assert shop.engine.verify().sound


def test_the_same_key_twice_in_a_transaction_is_a_repeat_or_a_conflict(
    shop: Shop, host: sa.Engine, kind: str
) -> None:
    with opened(host, kind) as transaction:
        engine = shop.engine.within(transaction)
        first = engine.record(purchase("R-1"))
        again = engine.record(purchase("R-1"))
        assert (again.text, again.repeated) == (first.text, True)
        with pytest.raises(ActivityConflict):
            engine.record(purchase("R-1", "21.00"))
        assert engine.record(purchase("R-0")).repeated
        transaction.commit()

    assert shop.points() == Points(40)


def test_a_face_may_be_used_over_several_transactions_of_its_host(
    shop: Shop, host: sa.Engine, kind: str
) -> None:
    with opened(host, kind) as transaction:
        engine = shop.engine.within(transaction)
        for number, ending in enumerate(["commit", "rollback", "commit"], start=1):
            order(transaction, f"O-{number}")
            engine.record(purchase(f"R-{number}"))
            getattr(transaction, ending)()

    assert kept(shop) == ({"O-1", "O-3"}, {"R-0", "R-1", "R-3"})


def test_a_with_block_of_a_face_ends_nothing(shop: Shop, host: sa.Engine, kind: str) -> None:
    with opened(host, kind) as transaction:
        with shop.engine.within(transaction) as engine:
            engine.record(purchase("R-1"))
        order(transaction, "O-1")
        transaction.commit()

    assert kept(shop) == ({"O-1"}, {"R-0", "R-1"})


def test_what_would_outlive_the_transaction_is_refused(shop: Shop, host: sa.Engine, kind: str) -> None:
    with opened(host, kind) as transaction:
        engine = shop.engine.within(transaction)
        for call in (
            lambda: engine.publish(rule_files()),
            lambda: engine.try_out(rule_files()),
            lambda: engine.within(transaction),
            engine.close,
        ):
            with pytest.raises(InvalidCommand):
                call()
        assert engine.record(purchase("R-1")).totals == {"points": 20}
        transaction.commit()

    assert kept(shop)[1] == {"R-0", "R-1"}


def test_rules_that_somebody_published_meanwhile_decide(shop: Shop, host: sa.Engine, kind: str) -> None:
    double = rule_files(accrual="{goods: {stack: base, when: {type: purchase}, earn: 2 points per 1.00}}")
    with opened(host, kind) as transaction:
        engine = shop.engine.within(transaction)
        assert engine.record(purchase("R-1")).totals == {"points": 20}
        transaction.commit()
        shop.engine.publish(double)
        assert engine.record(purchase("R-2")).totals == {"points": 40}
        transaction.commit()


# -- savepoints of the host -------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["order", "record"])
def test_a_savepoint_of_the_host_undoes_what_was_done_in_it(
    shop: Shop, host: sa.Engine, kind: str, before: str
) -> None:
    with opened(host, kind) as transaction:
        engine = shop.engine.within(transaction)
        if before == "order":
            order(transaction, "O-1")
        else:
            engine.record(purchase("R-1"))
        with pytest.raises(ZeroDivisionError), transaction.begin_nested():
            order(transaction, "O-2")
            engine.record(purchase("R-2"))
            raise ZeroDivisionError
        with transaction.begin_nested():
            engine.record(purchase("R-3"))
            with pytest.raises(InsufficientPoints):
                overdraw(engine)
            with transaction.begin_nested():
                order(transaction, "O-3")
        transaction.commit()

    orders, ours = ({"O-1"}, set()) if before == "order" else (set(), {"R-1"})
    assert kept(shop) == (orders | {"O-3"}, ours | {"R-0", "R-3"})


def test_a_savepoint_that_the_host_released_goes_with_its_transaction(
    shop: Shop, host: sa.Engine, kind: str
) -> None:
    before = kept(shop)
    with opened(host, kind) as transaction:
        order(transaction, "O-1")
        with transaction.begin_nested():
            shop.engine.within(transaction).record(purchase("R-1"))
        transaction.rollback()

    assert kept(shop) == before


@pytest.mark.parametrize("way", ["begin", "begin immediate"], indirect=True)
def test_a_savepoint_may_come_first_where_the_driver_has_begun(
    shop: Shop, host: sa.Engine, kind: str
) -> None:
    before = kept(shop)
    with opened(host, kind) as transaction:
        with transaction.begin_nested():
            order(transaction, "O-1")
            shop.engine.within(transaction).record(purchase("R-1"))
        transaction.rollback()

    assert kept(shop) == before
