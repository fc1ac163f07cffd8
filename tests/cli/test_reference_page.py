"""The page on the command line says what the commands' own help says."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_commands_say() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "write_reference.py"))["command_line_page"]()
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text("utf-8")
    assert page == made, "run .venv/bin/python scripts/write_reference.py"
