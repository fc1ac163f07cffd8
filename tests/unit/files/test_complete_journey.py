"""The data that comes along, read through its mapping, says what NOTICE.md says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from loyalty_adapters.files import RawRecord, load_mapping, open_records
from loyalty_adapters.files.timeline import occurred_at

FOLDER = Path(__file__).parents[3] / "examples" / "complete_journey"


@pytest.fixture(scope="module")
def records() -> list[RawRecord]:
    return list(open_records(FOLDER / "cj_transactions.parquet", load_mapping(FOLDER / "mapping.yaml")))


def test_every_basket_is_read_and_none_is_torn(records: list[RawRecord]) -> None:
    assert [record.problem for record in records if record.problem] == []
    assert len(records) == 19_674
    assert len({record.raw["id"] for record in records if record.raw}) == 19_674
    assert len({record.raw["member"] for record in records if record.raw}) == 300


def test_no_cent_is_lost(records: list[RawRecord]) -> None:
    lines = [line for record in records if record.raw for line in record.raw["lines"]]
    assert len(lines) == 187_257
    assert sum(Decimal(line["amount"]) for line in lines) == Decimal("575194.37")
    assert sum(Decimal(line["discount"]) for line in lines) == Decimal("3461.52")
    assert sum("category" not in line for line in lines) == 700


def test_time_runs_forward_on_new_yorks_clock_within_2017(records: list[RawRecord]) -> None:
    times = [occurred_at(record) or 0 for record in records]
    assert times == sorted(times)
    written = [record.raw["at"] for record in records if record.raw]
    assert (written[0], written[-1]) == ("2017-01-01T10:25:15-05:00", "2017-12-31T22:50:03-05:00")
    assert {at[-6:] for at in written} == {"-05:00", "-04:00"}


def test_the_first_basket_in_full(records: list[RawRecord]) -> None:
    raw = records[0].raw
    assert raw is not None
    assert {name: value for name, value in raw.items() if name != "lines"} == {
        "type": "purchase",
        "source": "pos",
        "id": "31198676325",
        "member": "365",
        "at": "2017-01-01T10:25:15-05:00",
        "store": "381",
    }
    assert raw["lines"][0] == {
        "sku": "828121",
        "category": "NUTRITION",
        "brand": "National",
        "quantity": 3,
        "amount": "10.77",
        "discount": "0.00",
        "attributes": {"product_category": "FROZEN"},
    }
