"""parquet files: what is read and what is no parquet."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loyalty_adapters.files import RawRecord, open_records
from loyalty_engine.errors import InvalidFile
from tests.unit.files.receipt_tables import mapped


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_what_is_no_parquet_is_invalid(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data.parquet").write_bytes(content)
    with pytest.raises(InvalidFile, match=r"data\.parquet"):
        open_records(tmp_path / "data.parquet")


def test_a_parquet_file_that_is_cut_off_or_damaged_is_invalid(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"id": [str(i) for i in range(20_000)], "at": ["x"] * 20_000}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InvalidFile):
        open_records(path)
    path.write_bytes(whole[:1000] + b"\xaa" * 2000 + whole[3000:])
    with pytest.raises(InvalidFile):
        list(open_records(path))


def test_parquet_in_the_wire_format_needs_no_mapping(tmp_path: Path) -> None:
    rows = [
        {
            "type": "purchase",
            "id": "R1",
            "at": datetime(2026, 3, 1, tzinfo=UTC),
            "shipping": Decimal("1.50"),
            "channel": None,
            "lines": [{"sku": "a", "amount": "1.00", "brand": None}],
        }
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "data.parquet")
    (record,) = open_records(tmp_path / "data.parquet")
    assert record == RawRecord(
        str(tmp_path / "data.parquet"),
        1,
        {
            "type": "purchase",
            "id": "R1",
            "at": "2026-03-01T00:00:00+00:00",
            "shipping": "1.50",
            "lines": [{"sku": "a", "amount": "1.00"}],
        },
    )


def test_progress_counts_rows(tmp_path: Path) -> None:
    mapping = (
        "constants: {type: visit, source: pos, member: m, at: '2026-03-01T10:00:00Z'}\nactivity: {id: id}"
    )
    pq.write_table(pa.table({"id": list(range(20_000))}), tmp_path / "data.parquet")
    records = open_records(tmp_path / "data.parquet", mapped(tmp_path, mapping))
    assert (records.progress.unit, records.progress.total, records.progress.done) == ("rows", 20_000, 0)
    next(records)
    assert 0 < records.progress.done < 20_000
    assert [record.line for record in records] == list(range(2, 20_001))
    assert records.progress.done == 20_000
