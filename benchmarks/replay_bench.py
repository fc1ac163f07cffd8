"""Real baskets end to end: `loyalty replay` as an operator runs it, on the subset and on the whole file.

Each replay is a process of its own on a fresh database; its wall time, CPU time and peak memory come from
the operating system. The whole Complete Journey is looked for in LOYALTY_COMPLETE_JOURNEY.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.row import Row

ROOT = Path(__file__).parent.parent
SUBSET = ROOT / "examples" / "complete_journey"
WHOLE = Path(os.environ.get("LOYALTY_COMPLETE_JOURNEY", ROOT.parent / "shared" / "data"))


@dataclass(frozen=True, slots=True)
class Replayed:
    """One finished replay: activities recorded, seconds, CPU seconds, peak memory in MB."""

    activities: int
    wall: float
    cpu: float
    memory: float


def run(*, long: bool) -> list[Row]:
    """Every row of the `replay` benchmark."""
    subset = _replay(SUBSET / "cj_transactions.parquet")
    rows = _rows("subset", subset)
    whole_file = WHOLE / "cj_transactions.parquet"
    if not whole_file.exists():
        return [
            *rows,
            Row("replay", "whole", None, "", note=f"no {whole_file.name} in LOYALTY_COMPLETE_JOURNEY"),
        ]
    whole = _replay(whole_file)
    growth = (whole.cpu / whole.activities) / (subset.cpu / subset.activities)
    rows += _rows("whole", whole)
    rows.append(
        Row(
            "replay",
            "cost per activity, whole against subset",
            whole.cpu / whole.activities * 1e6,
            "us",
            "subset",
            growth,
        )
    )
    return rows


def _rows(name: str, done: Replayed) -> list[Row]:
    return [
        Row("replay", f"activities, {name}", float(done.activities), ""),
        Row("replay", f"activities a second, {name}", done.activities / done.wall, "/s"),
        Row("replay", f"CPU per activity, {name}", done.cpu / done.activities * 1e6, "us"),
        Row("replay", f"peak memory, {name}", done.memory, "MB"),
    ]


def _replay(data: Path) -> Replayed:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        command = [
            sys.executable, "-m", "loyalty_adapters.cli.main", "replay", str(data),
            "--mapping", str(SUBSET / "mapping.yaml"), "--invent", str(SUBSET / "invented.yaml"),
            "--rules", str(ROOT / "rules" / "retail"), "--db", f"sqlite:///{folder}/bench.db",
            "--rejects", str(Path(folder) / "rejects.jsonl"), "--json",
        ]  # fmt: skip
        start = time.perf_counter()
        with out.open("wb") as stdout:
            pid = os.posix_spawn(
                sys.executable, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, stdout.fileno(), 1)]
            )
            _, status, used = os.wait4(pid, 0)
        wall = time.perf_counter() - start
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            raise SystemExit(f"the replay of {data} failed")
        summary = _last_line(out)["summary"]
        activities = summary["recorded"] + summary["refused"]
        return Replayed(activities, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _last_line(path: Path) -> dict[str, dict[str, int]]:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 4096, 0))
        found: dict[str, dict[str, int]] = json.loads(file.read().splitlines()[-1])
        return found
