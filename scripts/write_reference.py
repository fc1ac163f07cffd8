"""Writes the pages of docs/reference that are generated from the code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "adapters")]

from loyalty_engine.engine.sections import SECTIONS  # noqa: E402 - the checkout comes first
from loyalty_engine.rulebook.catalogue_page import catalogue_page  # noqa: E402

REFERENCE = ROOT / "docs" / "reference"


def command_line_page() -> str:
    """Every command with its arguments and options, as its own help says them."""
    typer = [sys.executable, "-m", "typer", "loyalty_adapters.cli.main", "utils", "docs"]
    made = subprocess.run(  # noqa: S603 - our own command line, nothing from outside
        [*typer, "--name", "loyalty"], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return made.stdout.replace("# `loyalty`", "# The command line: `loyalty`", 1)


if __name__ == "__main__":
    assert SECTIONS  # every family has registered its diagnostics
    (REFERENCE / "diagnostics.md").write_text(catalogue_page(), "utf-8")
    (REFERENCE / "command-line.md").write_text(command_line_page(), "utf-8")
