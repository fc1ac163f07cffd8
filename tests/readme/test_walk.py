"""The pages keep their word: every command that they show runs as written and says what they show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme.console import Shell, Shown, blocks, shown_on

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
TUTORIAL = ROOT / "docs" / "tutorial.md"


@pytest.mark.parametrize("page", [README, TUTORIAL], ids=lambda page: page.name)
def test_a_walk_runs_as_it_is_written(page: Path, tmp_path: Path) -> None:
    commands = shown_on(page)
    assert len(commands) >= 9
    with Shell(tmp_path) as shell:
        for shown in commands:
            output, code = shell.run(shown.command)
            assert code == shown.code, f"{shown.command}\n{output}"
            assert shown.matches(output), f"{shown.command}\n--- shown\n{shown.output}--- said\n{output}"


def test_the_readme_walks_the_way_from_nothing_to_the_proof() -> None:
    commands = iter(shown.command for shown in shown_on(README))
    for step in ("init", "sed", "rules check", "rules test", "replay", "balance", "explain", "ledger verify"):
        assert any(step in command for command in commands), f"no {step} after what stands before it"


def test_the_ten_lines_of_code_run_as_they_are_written(tmp_path: Path) -> None:
    (code,), (output,) = blocks(README, "python"), blocks(README, "text")
    with Shell(tmp_path) as shell:
        assert shell.run("loyalty init my-program --template retail")[1] == 0
    for _ in range(2):  # a second run finds everything recorded and says the same
        ran = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, output, "")


def test_the_two_scripts_are_there_and_can_be_run() -> None:
    for name in ("demo", "test", "setup", "check", "bench"):
        assert name == "setup" or f"scripts/{name}" in README.read_text(encoding="utf-8")
        assert os.access(ROOT / "scripts" / name, os.X_OK)


# -- controls ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "said", "same"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a  \n", True),
        ("a\n", "b\n", False),
        ("a\n", "a\nb\n", False),
        ("", "a\n", False),
        ("a … d\n", "a b c d\n", True),
        ("a … d\n", "a b c\n", False),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\nd\n", "a\nd\n", True),
        ("a\n…\nd\n", "a\nb\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_another_output_would_be_seen(shown: str, said: str, same: bool) -> None:
    assert Shown("command", shown).matches(said) is same


def test_another_exit_code_would_be_seen(tmp_path: Path) -> None:
    with Shell(tmp_path) as shell:
        assert shell.run("false")[1] == 1
        assert shell.run("x=7; echo said; (exit $x)") == ("said\n", 7)
        assert shell.run("echo $x >&2") == ("7\n", 0)
    assert Shown("loyalty rules check x   # exits with 3", "").code == 3
