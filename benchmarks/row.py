"""One measured figure, and whether it reaches its goal."""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

GOALS = Path(__file__).with_name("goals.toml")
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Row:
    """`value` in `unit`; `ratio` to the `floor` (or peer) of the same run; a failed peer has no value."""

    bench: str
    metric: str
    value: float | None
    unit: str
    floor: str | None = None
    ratio: float | None = None
    note: str = ""
    goal: str | None = None
    holds: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return asdict(self)


def judged(rows: Iterable[Row], benches: Iterable[str]) -> list[Row]:
    """Rows with their goals; a goal of these benches without a row becomes a row that does not hold."""
    goals = {(g["bench"], g["metric"]): g["goal"] for g in tomllib.loads(GOALS.read_text())["goal"]}
    found = []
    for row in rows:
        goal = goals.pop((row.bench, row.metric), None)
        found.append(row if goal is None else replace(row, goal=goal, holds=_holds(row, goal)))
    ran = set(benches)
    found += [
        Row(bench, metric, None, "", note="missing", goal=goal, holds=False)
        for (bench, metric), goal in goals.items()
        if bench in ran
    ]
    return found


def _holds(row: Row, goal: str) -> bool:
    """A goal such as `ratio <= 4` or `value <= 300`."""
    what, sign, bound = goal.split()
    measured = row.ratio if what == "ratio" else row.value
    return measured is not None and _COMPARE[sign](measured, float(bound))
