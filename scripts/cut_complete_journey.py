"""Cuts examples/complete_journey/ out of the whole Complete Journey data.

Run: .venv/bin/python scripts/cut_complete_journey.py FOLDER

FOLDER holds cj_transactions.parquet and cj_products.parquet of all households. Kept are all baskets of the
300 households whose id, as text, has the smallest CRC-32: a rule without chance that favours nobody. The
products are those that the kept baskets hold. The same input gives the same rows.
"""

from __future__ import annotations

import sys
from pathlib import Path
from zlib import crc32

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

HOUSEHOLDS = 300
TARGET = Path(__file__).resolve().parent.parent / "examples" / "complete_journey"


def main(folder: Path) -> None:
    """Writes the two files and prints what they hold."""
    rows = pq.read_table(folder / "cj_transactions.parquet").replace_schema_metadata()
    everybody = pc.unique(rows["household_id"]).to_pylist()
    kept = sorted(
        sorted(everybody, key=lambda household: (crc32(str(household).encode()), household))[:HOUSEHOLDS]
    )
    rows = rows.filter(pc.is_in(rows["household_id"], pa.array(kept, rows["household_id"].type)))
    products = pq.read_table(folder / "cj_products.parquet").replace_schema_metadata()
    bought = pc.unique(rows["product_id"]).cast(products["product_id"].type)
    products = products.filter(pc.is_in(products["product_id"], bought))
    for name, table in (("cj_transactions", rows), ("cj_products", products)):
        pq.write_table(table, TARGET / f"{name}.parquet", compression="zstd", compression_level=19)
    print(f"{len(kept)} of {len(everybody)} households, {pc.count_distinct(rows['basket_id'])} baskets,")
    print(f"{rows.num_rows} lines, {products.num_rows} products,")
    print(
        f"{pc.sum(rows['sales_value_cents'])} cents of sales, {pc.sum(rows['coupon_disc_cents'])} of coupons,"
    )
    print(f"{pc.count_distinct(rows['store_id'])} stores, first and last in UTC:")
    print(pc.min_max(rows["transaction_timestamp"]).as_py())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
