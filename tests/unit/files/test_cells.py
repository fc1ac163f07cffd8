"""What the cells of a table become: money, times, quantities and text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from tests.unit.files.receipt_tables import read_csv, read_parquet


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
