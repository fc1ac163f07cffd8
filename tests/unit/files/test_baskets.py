"""Rows of a group become a basket, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_adapters.files import csv as csv_reader
from loyalty_adapters.files import open_records
from loyalty_adapters.files import parquet as parquet_reader
from tests.unit.files.receipt_tables import mapped, read_csv, row


def test_contiguous_rows_of_a_group_are_one_basket(tmp_path: Path) -> None:
    found = read_csv(
        tmp_path,
        "R1,M1,2026-03-14T11:05,7,milk,2,3.10,0.10\n"
        "R1,M1,2026-03-14T11:05,7,fish,0.750,12.00,\n"
        "R2,M2,2026-03-14T11:06+00:00,,milk,1,1.55,0\n",
    )
    assert [record.line for record in found] == [2, 4]
    assert found[0].raw == {
        "type": "purchase",
        "source": "pos",
        "id": "R1",
        "member": "M1",
        "at": "2026-03-14T11:05:00+02:00",
        "store": "7",
        "lines": [
            {"sku": "milk", "quantity": 2, "amount": "3.10", "discount": "0.10"},
            {"sku": "fish", "quantity": "0.750", "amount": "12.00"},
        ],
    }
    assert found[1].raw == {
        "type": "purchase",
        "source": "pos",
        "id": "R2",
        "member": "M2",
        "at": "2026-03-14T11:06:00+00:00",
        "lines": [{"sku": "milk", "quantity": 1, "amount": "1.55", "discount": "0"}],
    }


def test_without_a_group_every_row_is_an_activity(tmp_path: Path) -> None:
    mapping = """
        constants: {type: recharge, source: ocs, attributes: {market: lv}}
        defaults: {channel: app}
        activity:
          id: id
          member: {phone: msisdn}
          at: at
          amount: sum
          channel: channel
          attributes: {plan: plan}
    """
    found = read_csv(
        tmp_path,
        "T1,371200,2026-03-01T10:00:00Z,20.00,,M\nT1,371200,2026-03-01T10:00:00Z,5,web,\n",
        mapping,
        "id,msisdn,at,sum,channel,plan\n",
    )
    common = {"type": "recharge", "source": "ocs", "id": "T1", "member": {"phone": "371200"}}
    at = {"at": "2026-03-01T10:00:00+00:00"}
    assert [record.raw for record in found] == [
        {**common, **at, "channel": "app", "amount": "20.00", "attributes": {"market": "lv", "plan": "M"}},
        {**common, **at, "channel": "web", "amount": "5", "attributes": {"market": "lv"}},
    ]


def test_a_basket_with_a_row_that_cannot_be_read_is_never_given_in_part(tmp_path: Path) -> None:
    found = read_csv(tmp_path, row("R1") + "R1,M\n" + row("R1") + row("R2"))
    assert [(record.line, record.raw is None) for record in found] == [(3, True), (2, True), (5, False)]
    assert "row 3 in the middle of it" in (found[1].problem or "")


def test_a_cell_that_cannot_be_read_is_a_problem_of_its_basket(tmp_path: Path) -> None:
    found = read_csv(tmp_path, row("R1") + row("R1", total="cheap") + row("R2"))
    assert [(record.line, record.raw is None) for record in found] == [(2, True), (4, False)]
    assert found[0].problem == "row 3: amount (column total): `cheap` is not a sum of money"


def test_rows_of_a_basket_that_name_two_members_are_a_problem(tmp_path: Path) -> None:
    found = read_csv(tmp_path, row("R1") + row("R1", card="N") + row("R2"))
    assert found[0].problem == "row 3 has another card than the rows before it"
    assert found[1].raw is not None


def test_the_first_rows_time_is_the_baskets(tmp_path: Path) -> None:
    found = read_csv(tmp_path, row("R1") + row("R1").replace("11:05", "11:06"))
    assert [record.raw and record.raw["at"] for record in found] == ["2026-03-14T11:05:00+02:00"]


def test_rows_without_a_group_are_a_problem(tmp_path: Path) -> None:
    found = read_csv(tmp_path, row("") + row("R2"))
    assert found[0].problem == "the column receipt is empty"
    assert found[1].raw is not None


BASKETS = st.lists(
    st.tuples(st.integers(1, 7), st.sampled_from(["M", "N"]), st.booleans()), min_size=1, max_size=12
)


@given(baskets=BASKETS, size=st.integers(1, 9), kind=st.sampled_from(["csv", "parquet"]))
def test_how_a_file_is_cut_into_chunks_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, baskets: list[tuple[int, str, bool]], size: int, kind: str
) -> None:
    """Baskets that lie across chunks, with rows that disagree on the member, come out the same."""
    folder = tmp_path_factory.mktemp("chunks")
    columns: dict[str, list[Any]] = {"receipt": [], "card": [], "total": []}
    for receipt, (count, card, torn) in enumerate(baskets):
        for position in range(count):
            columns["receipt"].append(receipt)
            columns["card"].append(card if not torn or position < count - 1 else card + "x")
            columns["total"].append(position)
    path = folder / f"data.{kind}"
    if kind == "parquet":
        pq.write_table(pa.table(columns), path)
    else:
        rows = zip(*columns.values(), strict=True)
        path.write_text("\n".join([",".join(columns), *(",".join(map(str, cells)) for cells in rows)]))
    mapping = mapped(
        folder,
        """
        group: receipt
        constants: {type: purchase, source: pos, at: "2026-03-01T10:00:00Z"}
        activity: {id: receipt, member: card}
        lines: {amount: total}
        """,
    )
    whole = list(open_records(path, mapping))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_reader, "ROWS", size)
        patch.setattr(parquet_reader, "ROWS", size)
        pieces = list(open_records(path, mapping))
    assert [record.raw for record in pieces] == [record.raw for record in whole]
    assert [record.line for record in pieces] == [record.line for record in whole]
    for record, (count, card, torn) in zip(whole, baskets, strict=True):
        disagrees = torn and count > 1
        assert (record.problem is not None) == disagrees
        if record.raw is not None:
            assert record.raw["member"] == (card + "x" if torn and count == 1 else card)
            assert [line["amount"] for line in record.raw["lines"]] == [str(i) for i in range(count)]
