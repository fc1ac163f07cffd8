"""The plain script runs as it stands, once and again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "embedding" / "plain_script.py"


def ran(folder: Path, *arguments: str) -> tuple[int, list[str], str]:
    """Exit code, lines printed, and what went to stderr."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(SCRIPT), *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_it_grants_and_spends_once_however_often_it_runs(tmp_path: Path) -> None:
    code, first, errors = ran(tmp_path, "points.db")
    assert (code, errors) == (0, "")
    assert first[:2] == ["earned: 730", "spent: 100"]
    assert [line.split()[1:] for line in first[2:-1]] == [
        ["accrual", "730"],
        ["hold", "0"],
        ["redemption", "-100"],
    ]
    assert first[-1] == "left: 630"

    code, again, errors = ran(tmp_path)  # the same file is the default
    assert (code, errors) == (0, "")
    assert again[:2] == ["earned before: 730", "spent before: 100"]
    assert again[2:] == first[2:]


def test_what_goes_wrong_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "points.db").write_text("no database" * 100)
    code, lines, errors = ran(tmp_path)
    assert (code, lines) == (1, [])
    assert errors.startswith("StoreFailure: ")
    assert errors.count("\n") == 1
