"""Tables on a narrow terminal."""

from __future__ import annotations

import pytest
from rich.console import Console

from loyalty_adapters.cli.table import table

ENTRY = "0000000001-00000189"
ROW = (
    ENTRY,
    "2017-12-09 11:40:00",
    "reversal: fuel-points",
    "return return-34577251626",
    "fuel-points",
    -9,
    1298,
)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_an_id_stays_whole_and_nothing_is_cut(width: int) -> None:
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    with console.capture() as drawn:
        console.print(
            table("=entry", "time", "what", "activity", "currency", "#points", "#balance", rows=[ROW])
        )
    lines = drawn.get().splitlines()
    assert all(len(line) <= width for line in lines)
    assert any(line.startswith(ENTRY) and "1,298" in line for line in lines), drawn.get()
    assert "…" not in drawn.get()


@pytest.mark.parametrize(
    ("width", "first"), [(140, f"{ENTRY}   2017-12-09 11:40:00   {ROW[2]}"), (80, ENTRY)]
)
def test_columns_go_below_others_where_there_is_no_room_beside_them(width: int, first: str) -> None:
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    columns = ("=entry", "time", "what", "activity", "currency", "#points", "#balance")
    with console.capture() as drawn:
        console.print(table(*columns, rows=[ROW], below={"time": "entry", "activity": "what"}))
    head, row = drawn.get().split("─" * 9, 1)
    row = row.lstrip("─")
    assert row.lstrip().startswith(first)
    if width == 80:
        assert [line.split() for line in head.splitlines()] == [
            ["entry", "what"],
            ["time", "activity", "currency", "points", "balance"],
        ]
        assert ROW[1] in row.splitlines()[2]
        assert " ".join(row.split()).startswith(f"{ENTRY} {ROW[2]} fuel-points -9 1,298 {ROW[1]} return")
