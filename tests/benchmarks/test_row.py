"""A goal that nobody measured does not hold."""

from __future__ import annotations

import pytest

from benchmarks.row import Row, judged

METRIC = "record, one caller"


@pytest.mark.parametrize(("ratio", "holds"), [(0.25, True), (0.2499, False), (None, False)])
def test_a_goal_is_held_by_its_ratio(ratio: float | None, holds: bool) -> None:
    rows = judged([Row("ledger", METRIC, 1000.0, "/s", "raw sqlite3", ratio)], ["ledger"])

    assert [row.holds for row in rows if row.metric == METRIC] == [holds]


def test_a_goal_without_a_row_does_not_hold() -> None:
    missing = {row.metric: row for row in judged([], ["ledger"])}

    assert missing[METRIC].holds is False
    assert all(row.note == "missing" and row.bench == "ledger" for row in missing.values())


def test_a_figure_without_a_goal_is_only_told() -> None:
    rows = judged([Row("replay", "activities, subset", 1.0, "")], ["ledger"])

    assert rows[0].holds is None
