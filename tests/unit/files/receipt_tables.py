"""Tables written for one test: a small till's receipts, and readers that go through the public door."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from loyalty_adapters.files import FileMapping, RawRecord, load_mapping, open_records

MAPPING = """
    group: receipt
    zone: Europe/Riga
    constants: {type: purchase, source: pos}
    activity: {id: receipt, member: card, at: time, store: shop}
    lines: {sku: sku, quantity: count, amount: total, discount: off}
"""
HEADER = "receipt,card,time,shop,sku,count,total,off\n"


def mapped(folder: Path, text: str) -> FileMapping:
    path = folder / "mapping.yaml"
    path.write_text(textwrap.dedent(text))
    return load_mapping(path)


def read_csv(
    folder: Path, rows: str | bytes, mapping: str = MAPPING, header: str = HEADER
) -> list[RawRecord]:
    path = folder / "data.csv"
    path.write_bytes(header.encode() + (rows if isinstance(rows, bytes) else rows.encode()))
    return list(open_records(path, mapped(folder, mapping)))


def read_parquet(folder: Path, columns: dict[str, Any], mapping: str = MAPPING) -> list[RawRecord]:
    pq.write_table(pa.table(columns), folder / "data.parquet")
    return list(open_records(folder / "data.parquet", mapped(folder, mapping)))


def row(receipt: str, sku: str = "milk", card: str = "M", total: str = "1.00") -> str:
    return f"{receipt},{card},2026-03-14T11:05,7,{sku},1,{total},0\n"
