"""A replay of real baskets in a process of its own, and what it left in its database."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
JOURNEY = ROOT / "examples" / "complete_journey"
WHEN_RECORDED = {"recorded_at", "published_at", "digest"}  # columns that tell two equal histories apart


def write_slice(target: Path, rows: int) -> Path:
    """The first rows of the year, cut between two baskets."""
    table = pq.read_table(JOURNEY / "cj_transactions.parquet").slice(0, rows + 200)
    baskets = table["basket_id"].to_pylist()
    while rows < len(baskets) and baskets[rows] == baskets[rows - 1]:
        rows += 1
    pq.write_table(table.slice(0, rows), target)
    return target


@dataclass(frozen=True)
class Replayed:
    """A database and what its replays have said so far."""

    folder: Path
    history: Path

    @property
    def file(self) -> Path:
        """The database."""
        return self.folder / "shop.db"

    @property
    def url(self) -> str:
        """The database, as the command line names it."""
        return f"sqlite:///{self.file}"

    def start(self) -> subprocess.Popen[bytes]:
        """Begin a replay; receipts go to a file, one a line."""
        self.folder.mkdir(exist_ok=True)
        said = self.folder / f"said-{len(list(self.folder.glob('said-*')))}.jsonl"
        arguments = ["replay", self.history, "--mapping", JOURNEY / "mapping.yaml"]
        arguments += ["--invent", JOURNEY / "invented.yaml", "--rules", ROOT / "rules" / "retail"]
        arguments += ["--db", self.url, "--rejects", self.folder / "rejects.jsonl", "--json"]
        with said.open("wb") as out, (self.folder / "talk.txt").open("ab") as talk:
            return subprocess.Popen(
                [sys.executable, "-m", "loyalty_adapters.cli.main", *map(str, arguments)],
                stdout=out,
                stderr=talk,
                env={name: text for name, text in os.environ.items() if not name.startswith("LOYALTY_")},
            )

    def finish(self) -> dict[str, Any]:
        """Replay to the end; gives the summary."""
        process = self.start()
        assert process.wait(120) == 0, (self.folder / "talk.txt").read_text()
        *_, summary = self._said()
        return dict(json.loads(summary)["summary"])

    def acknowledged(self) -> list[str]:
        """Every receipt that any replay has told completely."""
        return [line for line in self._said() if not line.startswith('{"summary"')]

    def _said(self) -> Iterator[str]:
        for said in sorted(self.folder.glob("said-*"), key=lambda path: path.stat().st_mtime_ns):
            for line in said.read_text(encoding="utf-8").splitlines(keepends=True):
                if line.endswith("\n"):
                    yield line.rstrip("\n")

    def stored(self) -> int:
        """How many activities are recorded; 0 where there is no table yet."""
        if not self.file.exists():
            return 0
        with self.reading() as connection:
            try:
                found: int = connection.execute("SELECT count(*) FROM loyalty_activity").fetchone()[0]
            except sqlite3.OperationalError:
                return 0
        return found

    def receipts(self) -> set[str]:
        """Every receipt that is kept."""
        with self.reading() as connection:
            return {text for (text,) in connection.execute("SELECT receipt FROM loyalty_activity_key")}

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for a question."""
        with closing(sqlite3.connect(self.file, timeout=20)) as connection:
            yield connection


def state_of(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for the columns that say when it was recorded."""
    with closing(sqlite3.connect(file)) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
        ]
        return {name: _rows(connection, name) for name in names}


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    kept = ", ".join(column for column in columns if column not in WHEN_RECORDED)
    return sorted(connection.execute(f"SELECT {kept} FROM {table}").fetchall(), key=repr)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Until the condition holds, the process has ended or the time is up."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline and not condition():
        time.sleep(0.005)
