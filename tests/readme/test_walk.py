"""The pages keep their word: every command that they show runs as written and says what they show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme.console import Interpreter, Shell, Shown, blocks, shown_on, walk, walk_of

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
TUTORIAL = ROOT / "docs" / "tutorial.md"
HOW_TO = ROOT / "docs" / "how-to"


@pytest.mark.parametrize("page", [README, TUTORIAL], ids=lambda page: page.name)
def test_a_walk_runs_as_it_is_written(page: Path, tmp_path: Path) -> None:
    commands = shown_on(page)
    assert len(commands) >= 9
    walk(commands, tmp_path)


@pytest.mark.parametrize("page", ["spend-points.md", "run-tiers.md"])
def test_commands_and_code_run_as_they_are_written(page: str, tmp_path: Path) -> None:
    shown = walk_of(HOW_TO / page)
    assert len(shown) >= 9
    walk(shown, tmp_path)


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


def test_code_keeps_its_names_and_a_raise_is_seen(tmp_path: Path) -> None:
    with Interpreter(tmp_path) as interpreter:
        assert interpreter.run("x = 7\n\ndef twice():\n    return 2 * x\n") == ("", 0)
        assert interpreter.run("print(twice())") == ("14\n", 0)
        output, code = interpreter.run("print(1)\nraise ValueError('no')")
        assert (output.splitlines()[0], output.splitlines()[-1], code) == ("1", "ValueError: no", 1)
        assert interpreter.run("print(x)") == ("7\n", 0)


def test_the_blocks_of_a_page_are_taken_in_order(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ true\n```\n```python\nx = 1\nprint(x)\n```\nsays\n```text\n1\n```\n"
        "```python\ny = 2\n```\n```yaml\na: 1\n```\n```console\n$ echo a\na\n```\n"
    )
    assert walk_of(page) == [
        Shown("true", ""),
        Shown("x = 1\nprint(x)\n", "1\n", "python"),
        Shown("y = 2\n", "", "python"),
        Shown("echo a", "a\n"),
    ]
