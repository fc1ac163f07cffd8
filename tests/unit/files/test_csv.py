"""csv files: what is read, what is a problem, and that reading goes on."""

from __future__ import annotations

import gzip
import textwrap
from pathlib import Path

import pytest

from loyalty_adapters.files import open_records
from loyalty_engine.errors import InvalidFile
from tests.unit.files.receipt_tables import HEADER, MAPPING, mapped, read_csv, row


def test_a_row_of_the_wrong_width_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    good, bad, after = sorted(
        read_csv(tmp_path, row("R1") + "R2,M1,too short\n" + row("R3")), key=lambda record: record.line
    )
    assert (bad.line, bad.raw) == (3, None)
    assert "3 cells, the first line names 8" in (bad.problem or "")
    assert good.raw is not None
    assert after.raw is not None


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
