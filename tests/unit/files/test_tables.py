"""csv and parquet through a mapping: what a row becomes, what is a problem, and that reading goes on."""

from __future__ import annotations

import gzip
import textwrap
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_adapters.files import FileMapping, RawRecord, load_mapping, open_records
from loyalty_adapters.files import csv as csv_reader
from loyalty_adapters.files import parquet as parquet_reader
from loyalty_engine.errors import InvalidFile

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


@pytest.mark.parametrize(
    ("cell", "wire"),
    [(8450, "84.50"), (-8450, "-84.50"), (0, "0.00"), (5, "0.05"), (8450.0, "84.50"), ("8450", "84.50")],
)
def test_minor_units_become_decimal_strings(tmp_path: Path, cell: object, wire: str) -> None:
    assert money(tmp_path, cell, "minor units") == wire


@pytest.mark.parametrize(
    ("cell", "wire"),
    [
        ("84.5", "84.5"),
        (" 84.50 ", "84.50"),
        (84, "84"),
        (84.1, "84.1"),
        (Decimal("84.50"), "84.50"),
        (-2.5, "-2.5"),
    ],
)
def test_decimal_money_is_handed_on_as_it_is_written(tmp_path: Path, cell: object, wire: str) -> None:
    assert money(tmp_path, cell, "decimal") == wire


def test_money_with_other_places(tmp_path: Path) -> None:
    assert money(tmp_path, 8450, "minor units\n    places: 0") == "8450"
    assert money(tmp_path, 8450, "minor units\n    places: 3") == "8.450"


def money(folder: Path, cell: object, unit: str) -> str:
    mapping = f"""
    money: {unit}
    constants: {{type: recharge, source: ocs, id: "1", member: m, at: "2026-03-01T10:00:00Z"}}
    activity: {{amount: sum}}
    """
    (record,) = read_parquet(folder, {"sum": [cell]}, mapping)
    assert record.raw is not None, record.problem
    return str(record.raw["amount"])


@pytest.mark.parametrize("cell", [12.5, "12.50", "1 000", "x", True, float("nan"), float("inf"), "1" * 30])
def test_what_is_no_whole_number_of_minor_units_is_a_problem(tmp_path: Path, cell: object) -> None:
    mapping = """
        money: minor units
        constants: {type: recharge, source: ocs, member: m, at: "2026-03-01T10:00:00Z"}
        activity: {amount: sum, id: id}
    """
    bad, good = read_parquet(tmp_path, {"id": ["1", "2"], "sum": [str(cell), "1"]}, mapping)
    assert "amount (column sum)" in (bad.problem or "")
    assert good.problem is None


@pytest.mark.parametrize(
    ("written", "zone", "local", "wire"),
    [
        ("2026-07-01 12:00", "Europe/Riga", None, "2026-07-01T12:00:00+03:00"),
        ("2026-07-01", "Europe/Riga", None, "2026-07-01T00:00:00+03:00"),
        ("2026-07-01T12:00:00.250", "UTC", None, "2026-07-01T12:00:00.250000+00:00"),
        ("2026-07-01T12:00", "UTC", "America/New_York", "2026-07-01T08:00:00-04:00"),
        ("2026-07-01T12:00-05:00", "Europe/Riga", None, "2026-07-01T12:00:00-05:00"),
        # In a gap the later, in a fold the earlier instant, as the calendar has it.
        ("2026-03-29T03:30", "Europe/Riga", None, "2026-03-29T04:30:00+03:00"),
        ("2026-10-25T03:30", "Europe/Riga", None, "2026-10-25T03:30:00+03:00"),
    ],
)
def test_times_get_the_offset_of_their_zone(
    tmp_path: Path, written: str, zone: str, local: str | None, wire: str
) -> None:
    mapping = f"""
        zone: {zone}
        {f"local_zone: {local}" if local else ""}
        constants: {{type: visit, source: pos, member: m}}
        activity: {{id: id, at: at}}
    """
    (record,) = read_csv(tmp_path, f"1,{written}\n", mapping, "id,at\n")
    assert record.raw is not None, record.problem
    assert record.raw["at"] == wire


def test_times_of_another_form_are_read_by_their_format(tmp_path: Path) -> None:
    mapping = """
        zone: Europe/London
        time_format: "%m/%d/%Y %H:%M"
        constants: {type: visit, source: pos, member: m}
        activity: {id: id, at: at}
    """
    good, bad = read_csv(tmp_path, "1,12/1/2010 8:26\n2,2010-12-01\n", mapping, "id,at\n")
    assert good.raw is not None
    assert good.raw["at"] == "2010-12-01T08:26:00+00:00"
    assert "not a time like" in (bad.problem or "")


def test_a_time_without_offset_needs_a_zone(tmp_path: Path) -> None:
    mapping = "constants: {type: visit, source: pos, member: m}\nactivity: {id: id, at: at}"
    (record,) = read_csv(tmp_path, "1,2026-03-01T10:00\n", mapping, "id,at\n")
    assert "no `zone`" in (record.problem or "")


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_parquet_times_of_every_unit(tmp_path: Path, unit: str, zone: str | None) -> None:
    moment = datetime(2026, 3, 1, 10, tzinfo=UTC if zone else None)
    mapping = "zone: UTC\nconstants: {type: visit, source: pos, member: m, id: '1'}\nactivity: {at: at}"
    (record,) = read_parquet(tmp_path, {"at": pa.array([moment], pa.timestamp(unit, zone))}, mapping)
    assert record.raw is not None, record.problem
    assert record.raw["at"] == "2026-03-01T10:00:00+00:00"


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


def row(receipt: str, sku: str = "milk", card: str = "M", total: str = "1.00") -> str:
    return f"{receipt},{card},2026-03-14T11:05,7,{sku},1,{total},0\n"


def test_a_row_of_the_wrong_width_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    good, bad, after = sorted(
        read_csv(tmp_path, row("R1") + "R2,M1,too short\n" + row("R3")), key=lambda record: record.line
    )
    assert (bad.line, bad.raw) == (3, None)
    assert "3 cells, the first line names 8" in (bad.problem or "")
    assert good.raw is not None
    assert after.raw is not None


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


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"R2,\xff,2026-03-14T11:05,7,a,1,1,0\n", "not UTF-8"),
        (b'R2,"M,2026-03-14T11:05,7,a,1,1,0\n', "never ends"),
        (b'R2,"M"x,2026-03-14T11:05,7,a,1,1,0\n', "not csv"),
        (b"R2," + b"x" * 1_100_000 + b"\n", "longer than"),
    ],
)
def test_a_row_that_is_no_csv_is_a_problem_and_the_next_row_is_read(
    tmp_path: Path, bad: bytes, says: str
) -> None:
    found = read_csv(tmp_path, row("R1").encode() + bad + row("R3").encode() + row("R4").encode())
    problems = [record for record in found if record.raw is None]
    assert [record.line for record in problems] == [3]
    assert says in (problems[0].problem or "")
    assert [record.raw["id"] for record in found if record.raw] == ["R1", "R3", "R4"]


def test_a_quote_too_many_in_a_large_file_costs_one_row(tmp_path: Path) -> None:
    rows = row("R0") + row("R1").replace("R1", '"R1') + "".join(row(f"R{i}") for i in range(2, 5000))
    found = read_csv(tmp_path, rows)
    assert [record.line for record in found if record.raw is None] == [3]
    assert sum(record.raw is not None for record in found) == 4999


def test_a_quoted_cell_may_hold_line_ends_and_the_next_line_number_is_right(tmp_path: Path) -> None:
    found = read_csv(tmp_path, row("R1", sku='"two\nlines"') + row("R2"))
    assert [record.line for record in found] == [2, 4]
    assert found[0].raw is not None
    assert found[0].raw["lines"][0]["sku"] == "two\nlines"


def test_a_packed_csv_with_another_delimiter_and_a_byte_order_mark(tmp_path: Path) -> None:
    text = "\ufeff" + (HEADER + row("R1")).replace(",", ";").replace("\n", "\r\n")
    (tmp_path / "data.csv.gz").write_bytes(gzip.compress(text.encode()))
    mapping = mapped(tmp_path, textwrap.dedent(MAPPING) + 'delimiter: ";"\n')
    with open_records(tmp_path / "data.csv.gz", mapping) as records:
        (record,) = records
    assert record.raw is not None
    assert (record.raw["id"], record.raw["member"]) == ("R1", "M")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"a,a\n", "two columns are called `a`"),
        (b"\xff,b\n", "not UTF-8"),
        (b"receipt,card\n", "no column"),
    ],
)
def test_a_csv_file_without_a_proper_header_is_invalid(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "data.csv").write_bytes(content)
    with pytest.raises(InvalidFile, match=says):
        open_records(tmp_path / "data.csv", mapped(tmp_path, MAPPING))


def test_a_csv_file_needs_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a\n1\n")
    with pytest.raises(InvalidFile, match="mapping"):
        open_records(tmp_path / "data.csv")


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


def test_numbers_are_text_where_the_wire_format_has_text(tmp_path: Path) -> None:
    mapping = """
        constants: {type: visit, source: pos, at: "2026-03-01T10:00:00Z"}
        activity: {id: id, member: member, store: store, attributes: {bag: bag, count: count, rate: rate}}
    """
    (record,) = read_parquet(
        tmp_path,
        {"id": [17], "member": [17850.0], "store": [None], "bag": [True], "count": [3], "rate": [0.25]},
        mapping,
    )
    assert record.raw is not None
    assert (record.raw["id"], record.raw["member"]) == ("17", "17850")
    assert "store" not in record.raw
    assert record.raw["attributes"] == {"bag": True, "count": 3, "rate": "0.25"}


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
