"""The laws of spending, for any history of members who earn, spend and return, through public calls only."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.errors import LoyaltyError
from tests.property.spending_history import (
    HOUR,
    MEMBERS,
    Act,
    Shop,
    baskets,
    histories,
    members,
    returned,
    wanted,
)

few = settings(max_examples=40)
many = settings(max_examples=100)
SPENDING = ("redeem", "reserve", "capture", "release")


def lived(history: list[Act], url: str = "memory://") -> Shop:
    shop = Shop(url)
    for act in history:
        shop.act(act)
    return shop


def everybody(shop: Shop) -> list[Any]:
    """What every member has."""
    return [shop.currencies(member) for member in MEMBERS]


def minor(money: str) -> int:
    return int(money.replace(".", ""))


@many
@given(histories)
def test_spending_never_makes_a_debt_and_the_ledger_can_be_proved(history: list[Act]) -> None:
    shop = Shop()
    for act in history:
        before = [shop.currencies(member)["points"]["deficit"] for member in MEMBERS]
        told = shop.act(act)
        after = [shop.currencies(member)["points"] for member in MEMBERS]
        assert all(min(one["available"], one["pending"], one["held"], one["deficit"]) >= 0 for one in after)
        if act[0] in SPENDING or (act[0] == "pay" and isinstance(told.outcome, Receipt)):
            assert all(one["deficit"] <= owed for one, owed in zip(after, before, strict=True))
    assert shop.engine.verify().sound
    shop.engine.expire(shop.now + 24 * 400 * HOUR)
    assert shop.engine.verify().sound


@few
@given(histories)
def test_a_refusal_changes_nothing(history: list[Act]) -> None:
    shop = Shop()
    for act in history:
        before = deepcopy(shop.engine._driver._state)  # type: ignore[attr-defined]
        if isinstance(shop.act(act).outcome, LoyaltyError):
            assert shop.engine._driver._state == before  # type: ignore[attr-defined]


@many
@given(histories, members, wanted)
def test_reserving_and_releasing_is_nothing(history: list[Act], member: str, what: dict[str, Any]) -> None:
    shop = lived(history)
    before, offers = everybody(shop), shop.engine.rewards(member, total="50.00")
    try:
        hold = shop.engine.reserve(member, **what)
    except LoyaltyError:
        return
    shop.engine.release(hold.id)
    assert everybody(shop) == before
    assert shop.engine.rewards(member, total="50.00") == offers


@many
@given(histories, members, wanted)
def test_a_hold_that_times_out_is_as_if_it_had_never_been(
    history: list[Act], member: str, what: dict[str, Any]
) -> None:
    holding, other = lived(history), lived(history)
    try:
        holding.engine.reserve(member, **what)
    except LoyaltyError:
        return
    for shop in (holding, other):
        shop.now += 24 * 4 * HOUR
    assert everybody(holding) == everybody(other)
    assert holding.engine.rewards(member, total="50.00") == other.engine.rewards(member, total="50.00")


@many
@given(histories, members, wanted)
def test_redeeming_is_reserving_and_capturing(history: list[Act], member: str, what: dict[str, Any]) -> None:
    """Column for column the same entries, lots and holds, and as much left of each limit."""
    at_once, in_two = lived(history), lived(history)
    answers = []
    for shop, spend in ((at_once, at_once.engine.redeem), (in_two, in_two.engine.reserve)):
        try:
            receipt = spend(member, **what)
            if spend == in_two.engine.reserve:
                receipt = shop.engine.capture(receipt.id)
            answers.append(dict(receipt["redemption"]))
        except LoyaltyError as error:
            answers.append({"code": error.code, **error.parameters})
    assert answers[0] == answers[1]
    assert at_once.journal() == in_two.journal()
    for name in MEMBERS:
        assert at_once.engine.rewards(name) == in_two.engine.rewards(name)


@many
@given(
    histories,
    members,
    baskets,
    st.integers(1, 500),
    st.lists(st.sampled_from("abc"), max_size=3, unique=True),
)
def test_buying_with_points_and_returning_everything_leaves_the_balances_before(
    history: list[Act], member: str, lines: list[dict[str, Any]], up_to: int, parts: list[str]
) -> None:
    """In any parts; what came back by tender is what was paid by tender."""
    shop = lived(history)
    before = everybody(shop)
    bought = shop.buy(member, lines, {"kind": "points", "up_to": up_to})
    sale, left = shop.sales[-1], [line["id"] for line in lines]
    receipts = []
    for part in parts:
        if part in left and len(left) > 1:
            left.remove(part)
            receipts.append(shop.give_back(sale, [{"id": part}]))
    receipts.append(shop.give_back(sale, None))
    assert everybody(shop) == before
    assert refunded(receipts) == paid(bought)
    assert shop.engine.verify().sound


@many
@given(histories, baskets, st.integers(20, 500), st.lists(returned, max_size=5))
def test_partial_returns_sum_to_the_whole_and_none_takes_back(
    history: list[Act], lines: list[dict[str, Any]], up_to: int, backs: list[Any]
) -> None:
    """Time may pass between: points whose lot has died come back all the same, and die."""
    shop = lived(history)
    shop.engine.adjust("M-1", 1000, reason="plenty", actor="dana")
    bought = shop.buy("M-1", lines, {"kind": "points", "up_to": up_to})
    assume(paid(bought)["points"] > 0)
    receipts = []
    for back in [*backs, None]:
        shop.now += 24 * 9 * HOUR
        try:
            receipts.append(shop.give_back(shop.sales[-1], back))
        except LoyaltyError as refusal:
            assert refusal.code in ("OverReturn", "UnknownLine")
    for receipt in receipts:
        assert all(tender.get("points", 0) >= 0 for tender in receipt["refund"]["tenders"])
        assert all(minor(tender["amount"]) >= 0 for tender in receipt["refund"]["tenders"])
    assert refunded(receipts) == paid(bought)
    assert shop.engine.verify().sound


def paid(receipt: Receipt) -> dict[str, int]:
    """Points, and minor units by tender."""
    tenders = receipt["payment"]
    sums = {f"by {tender['kind']}": minor(tender["amount"]) for tender in tenders}
    points: int = tenders[0]["points"]
    return {"points": points, **sums} if points else {"points": 0}


def refunded(receipts: list[Receipt]) -> dict[str, int]:
    """The same of all that came back; a purchase that no points paid tells of none."""
    sums = {"points": 0}
    for receipt in receipts:
        for tender in receipt.data.get("refund", {"tenders": []})["tenders"]:
            sums["points"] += tender.get("points", 0)
            by = f"by {tender['kind']}"
            sums[by] = sums.get(by, 0) + minor(tender["amount"])
    return sums


@few
@given(histories)
def test_every_store_answers_the_same(history: list[Act]) -> None:
    memory, sqlite = Shop(), Shop("sqlite://")
    for act in history:
        assert memory.act(act).answer == sqlite.act(act).answer
    assert memory.journal() == sqlite.journal()
    for member in MEMBERS:
        assert memory.engine.holds(member, all=True) == sqlite.engine.holds(member, all=True)
        assert memory.engine.rewards(member) == sqlite.engine.rewards(member)
    sqlite.engine.close()


@few
@given(histories)
def test_a_retry_gets_the_first_answer_and_changes_nothing(history: list[Act]) -> None:
    """Whatever happened in between."""
    shop = Shop()
    first: Receipt | None = None
    keyed: dict[str, Any] = {"points": 20, "total": "50.00", "key": "K-1"}
    for act in history:
        shop.act(act)
        if first is None:
            try:
                first = shop.engine.redeem("M-1", **keyed)
            except LoyaltyError:
                continue
        before = everybody(shop)
        assert shop.engine.redeem("M-1", **keyed).text == first.text
        assert everybody(shop) == before
