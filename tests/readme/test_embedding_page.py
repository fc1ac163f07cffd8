"""The code on the page about embedding runs as it stands, block after block, on the ready retail program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.readme.console import Shell, blocks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "embedding.md"


def test_the_code_runs_as_it_is_written(tmp_path: Path) -> None:
    with Shell(tmp_path) as shell:
        assert shell.run("loyalty init my-program --template retail")[1] == 0
    code = "\n".join(blocks(PAGE, "python"))
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
