"""Runs what a page shows: commands in one shell, code in one interpreter, and compares what they say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path
from types import TracebackType
from typing import Self

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"# exits with (\d+)$")
END = "--- end of a command, it exited with"

INTERPRETER = f"""
import json, sys, traceback
names = {{"__name__": "__main__"}}
for line in sys.stdin:
    ended = 0
    try:
        exec(compile(json.loads(line), "the page", "exec"), names)
    except Exception:
        traceback.print_exc()
        ended = 1
    print("{END}", ended, flush=True)
"""


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it, with the output below it; `…` stands for whatever comes."""

    command: str
    output: str
    language: str = "console"  # or python

    @property
    def code(self) -> int:
        """The exit code that the page tells: 0 unless a comment behind the command says otherwise."""
        told = EXIT.search(self.command)
        return int(told[1]) if told else 0

    def matches(self, output: str) -> bool:
        """Whether an output is what the page shows; a line that is only `…` stands for any number."""
        pattern = "".join(
            r"(?:.*\n)*?" if line == "…" else _line(line) + r" *\n" for line in self.output.splitlines()
        )
        return re.fullmatch(pattern, output) is not None


def _line(shown: str) -> str:
    return ".*?".join(re.escape(part) for part in shown.split("…"))


def blocks(page: Path, kind: str) -> list[str]:
    """The texts of a page's blocks of one kind."""
    return [text for found, text in _blocks(page) if found == kind]


def shown_on(page: Path) -> list[Shown]:
    """Every command of a page, in order."""
    return [shown for block in blocks(page, "console") for shown in _commands(block)]


def walk_of(page: Path) -> list[Shown]:
    """Every command and every block of code of a page, in order.

    What code prints stands in a block `text` right below it; without one it prints nothing.
    """
    found: list[Shown] = []
    all_blocks = [*_blocks(page), ("", "")]
    for (kind, text), (next_kind, next_text) in pairwise(all_blocks):
        if kind == "console":
            found += _commands(text)
        elif kind == "python":
            found.append(Shown(text, next_text if next_kind == "text" else "", "python"))
    return found


def _blocks(page: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def _commands(block: str) -> list[Shown]:
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        first, *rest = part.splitlines(keepends=True)
        more = list(takewhile(lambda line: line.startswith("> "), rest))
        command = first + "".join(line.removeprefix("> ") for line in more)
        found.append(Shown(command.rstrip("\n"), "".join(rest[len(more) :])))
    return found


class Session:
    """One process for a whole page, as a reader has it, in a folder that was empty."""

    def __init__(self, folder: Path, *program: str) -> None:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("LOYALTY_")}
        environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self._process = subprocess.Popen(
            program,
            cwd=folder,
            env=environment | {"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def run(self, command: str) -> tuple[str, int]:
        """Output (both streams) and exit code of a command."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(self._asked(command))
        self._process.stdin.flush()
        output = ""
        for line in self._process.stdout:
            if line.startswith(END):
                return output, int(line.removeprefix(END))
            output += line
        raise AssertionError(f"the session ended at: {command}\n{output}")

    def _asked(self, command: str) -> str:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(20)


class Shell(Session):
    """One bash, `loyalty` on its path."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "bash", "--noprofile", "--norc")

    def _asked(self, command: str) -> str:
        return f"{command}\necho '{END}' $?\n"


class Interpreter(Session):
    """One Python: what a block of code defines the next one finds; the code is 1 when it raised."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, sys.executable, "-u", "-c", INTERPRETER)

    def _asked(self, command: str) -> str:
        return json.dumps(command) + "\n"


def walk(commands: Sequence[Shown], folder: Path) -> None:
    """Run what a page shows; raises AssertionError where it says or exits otherwise."""
    with Shell(folder) as shell, Interpreter(folder) as interpreter:
        for shown in commands:
            session = shell if shown.language == "console" else interpreter
            output, code = session.run(shown.command)
            assert code == shown.code, f"{shown.command}\n{output}"
            assert shown.matches(output), f"{shown.command}\n--- shown\n{shown.output}--- said\n{output}"
