"""A second table joined by its key."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from loyalty_adapters.files import open_records
from loyalty_engine.errors import InvalidFile
from tests.unit.files.receipt_tables import MAPPING, mapped, read_csv


def test_columns_of_a_look_up_file_are_joined_by_its_key(tmp_path: Path) -> None:
    (tmp_path / "goods.csv").write_text("code,kind,maker\n1,dairy,own\n2,,\n")
    mapping = (
        textwrap.dedent(MAPPING).replace(
            "lines: {", "lines: {category: goods.kind, brand: goods.maker, attributes: {kind: goods.kind}, "
        )
        + "lookups: {goods: {file: goods.csv, key: code, by: sku}}\ndefaults: {lines: {category: other}}\n"
    )
    found = read_csv(
        tmp_path, "".join(f"R1,M1,2026-03-14T11:05,7,{sku},1,1.00,0\n" for sku in ("1", "2", "3")), mapping
    )
    assert found[0].raw is not None, found[0].problem
    plain = {"quantity": 1, "amount": "1.00", "discount": "0"}
    assert found[0].raw["lines"] == [
        {"sku": "1", "category": "dairy", "brand": "own", "attributes": {"kind": "dairy"}, **plain},
        {"sku": "2", "category": "other", **plain},
        {"sku": "3", "category": "other", **plain},
    ]


def test_a_look_up_file_beside_the_data_goes_before_one_beside_the_mapping(tmp_path: Path) -> None:
    mapping = mapped(
        tmp_path,
        """
        constants: {type: visit, source: pos, member: m, at: "2026-03-01T10:00:00Z"}
        activity: {id: id, store: shops.name}
        lookups: {shops: {file: shops.csv, key: id}}
        """,
    )
    (tmp_path / "there").mkdir()
    data = tmp_path / "there" / "data.csv"
    data.write_text("id\n1\n")
    with pytest.raises(InvalidFile, match=r"shops\.csv"):
        open_records(data, mapping)
    (tmp_path / "shops.csv").write_text("id,name\n1,old town\n")
    assert [record.raw and record.raw["store"] for record in open_records(data, mapping)] == ["old town"]
    (data.parent / "shops.csv").write_text("id,name\n1,harbour\n")
    assert [record.raw and record.raw["store"] for record in open_records(data, mapping)] == ["harbour"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("id,name\n1,a\n1,b\n", "two rows have the id `1`"),
        ("id,title\n1,a\n", "no column `name`"),
        ("id,name\n1\n", "1 cells"),
    ],
)
def test_a_look_up_file_that_is_no_table_by_its_key_is_refused(
    tmp_path: Path, content: str, says: str
) -> None:
    mapping = mapped(
        tmp_path,
        """
        constants: {type: visit, source: pos, member: m, at: "2026-03-01T10:00:00Z"}
        activity: {id: id, store: shops.name}
        lookups: {shops: {file: shops.csv, key: id}}
        """,
    )
    (tmp_path / "shops.csv").write_text(content)
    (tmp_path / "data.csv").write_text("id\n1\n")
    with pytest.raises(InvalidFile, match=says):
        open_records(tmp_path / "data.csv", mapping)
