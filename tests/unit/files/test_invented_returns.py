"""Invented returns: always the same, in time, labelled, and only of what was bought."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loyalty_adapters.files import InventedPolicy, RawRecord, load_invented_policy, with_returns
from loyalty_adapters.files.invented_policy import Spending
from loyalty_adapters.files.timeline import occurred_at
from loyalty_engine.errors import InvalidFile

START = datetime(2026, 1, 1, tzinfo=UTC)
BOTH = InventedPolicy.model_validate(
    {"one_line": {"one_in": 40, "after_days": 5}, "everything": {"one_in": 200, "after_days": 12}}
)
ALWAYS = InventedPolicy.model_validate({"one_line": {"one_in": 1, "after_days": 5}})


def purchases(count: int) -> list[RawRecord]:
    return [
        purchase(
            f"R-{number}",
            [{"sku": "a", "quantity": 2, "amount": "3.00"}, {"sku": "b", "amount": "0.00"}],
            number,
        )
        for number in range(count)
    ]


def purchase(name: str, lines: list[dict[str, Any]], minutes: int = 0) -> RawRecord:
    at = (START + timedelta(minutes=minutes)).isoformat()
    raw = {"type": "purchase", "id": name, "source": "pos", "member": "M-1", "at": at, "lines": lines}
    return RawRecord("data.parquet", minutes + 1, raw)


def invented(records: list[RawRecord], policy: InventedPolicy) -> list[RawRecord]:
    return [r for r in with_returns(records, policy) if r.raw and r.raw["type"] == "return"]


def test_a_return_names_its_purchase_and_says_that_it_is_invented() -> None:
    (found,) = invented([purchase("R-1", [{"id": "x", "quantity": "0.750", "amount": "9.00"}])], ALWAYS)
    assert found == RawRecord(
        "data.parquet",
        1,
        {
            "type": "return",
            "id": "return-R-1",
            "source": "invented",
            "member": "M-1",
            "at": "2026-01-06T00:00:00+00:00",
            "of": {"source": "pos", "type": "purchase", "id": "R-1"},
            "lines": [{"id": "x", "quantity": "0.750"}],
        },
    )


def test_everything_returned_names_no_lines() -> None:
    policy = InventedPolicy.model_validate({"everything": {"one_in": 1, "after_days": 0}})
    (found,) = invented(purchases(1), policy)
    assert found.raw is not None
    assert "lines" not in found.raw


def test_only_a_line_that_cost_something_comes_back() -> None:
    for found in invented(purchases(200), ALWAYS):
        assert found.raw is not None
        assert found.raw["lines"] == [{"id": "1", "quantity": 2}]


@pytest.mark.parametrize("amount", ["0.00", "0", "-3.00", None])
def test_a_basket_that_cost_nothing_brings_no_line_back(amount: str | None) -> None:
    assert invented([purchase("R-1", [{"sku": "a", "amount": amount}])], ALWAYS) == []


def test_about_the_share_that_the_policy_says_comes_back() -> None:
    found = invented(purchases(20_000), BOTH)
    whole = sum("lines" not in (r.raw or {}) for r in found)
    assert 60 <= whole <= 140  # 100 expected
    assert 420 <= len(found) - whole <= 580  # 500 less those returned whole


def test_the_same_purchases_give_the_same_returns_in_any_order() -> None:
    records = purchases(2000)
    there = {r.raw["id"]: r for r in invented(records, BOTH) if r.raw}
    back = {r.raw["id"]: r for r in invented(records[::-1], BOTH) if r.raw}
    assert there == back
    assert len(there) > 20


def test_the_stream_stays_in_the_order_of_time() -> None:
    records = purchases(20_000)
    times = [occurred_at(r) or 0 for r in with_returns(records, BOTH)]
    assert times == sorted(times)


def test_purchases_and_problems_pass_unchanged() -> None:
    records = [
        *purchases(50),
        RawRecord("data.parquet", 99, None, "cannot be read"),
        RawRecord("d", 1, {"at": 5}),
    ]
    passed = [r for r in with_returns(records, ALWAYS) if r.raw is None or r.raw.get("type") != "return"]
    assert passed == records


def test_memory_holds_only_returns_that_are_still_to_come() -> None:
    """A return after no time stands right behind its purchase, before the next one is read."""
    policy = InventedPolicy.model_validate({"everything": {"one_in": 1, "after_days": 0}})
    types = [r.raw and r.raw["type"] for r in with_returns(purchases(3), policy)]
    assert types == ["purchase", "return"] * 3


def test_the_shipped_policy_is_read() -> None:
    folder = Path(__file__).parents[3] / "examples" / "complete_journey"
    policy = load_invented_policy(folder / "invented.yaml")
    assert policy.model_copy(update={"pay_with_points": None}) == BOTH
    assert policy.pay_with_points == Spending(one_in=12, up_to=2000)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("one_line: {one_in: 0, after_days: 5}", ":1: one_line.one_in: "),
        ("one_line: {one_in: 5, after: 5}", "did you mean `after_days`"),
        ("source: ''", ":1: source: "),
    ],
)
def test_a_mistake_in_a_policy_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "invented.yaml").write_text(text)
    with pytest.raises(InvalidFile, match=says):
        load_invented_policy(tmp_path / "invented.yaml")
