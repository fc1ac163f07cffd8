"""Invented payments with points: always the same, only of purchases, and never over what is known."""

from __future__ import annotations

from typing import Any

from loyalty_adapters.files import InventedPolicy, RawRecord, with_spending

POLICY = InventedPolicy.model_validate({"pay_with_points": {"one_in": 4, "up_to": 2000}})
ALWAYS = InventedPolicy.model_validate({"pay_with_points": {"one_in": 1, "up_to": 2000}})


def record(**fields: Any) -> RawRecord:
    raw = {"type": "purchase", "id": "R-1", "source": "pos", "member": "M-1", "amount": "9.00", **fields}
    return RawRecord("data.parquet", 1, raw)


def paid(records: list[RawRecord], policy: InventedPolicy) -> list[Any]:
    return [r.raw and r.raw.get("tenders") for r in with_spending(records, policy)]


def test_a_chosen_purchase_is_paid_with_as_many_points_as_the_rules_permit() -> None:
    assert paid([record()], ALWAYS) == [[{"kind": "points", "up_to": 2000}]]


def test_about_one_purchase_in_so_many_is_chosen_and_always_the_same() -> None:
    records = [record(id=f"R-{number}") for number in range(1000)]
    first = paid(records, POLICY)
    assert 200 < sum(tenders is not None for tenders in first) < 300
    assert paid(list(reversed(records)), POLICY) == first[::-1]


def test_what_is_known_of_a_payment_stays() -> None:
    cash = [{"kind": "cash", "amount": "9.00"}]
    assert paid([record(tenders=cash)], ALWAYS) == [cash]


def test_only_purchases_are_paid() -> None:
    damaged = RawRecord("data.parquet", 2, None, problem="cut off")
    records = [record(type="return"), record(type="recharge"), damaged]
    assert list(with_spending(records, ALWAYS)) == records


def test_without_a_share_nothing_is_made_up() -> None:
    assert list(with_spending([record()], InventedPolicy())) == [record()]
