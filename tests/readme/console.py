"""Runs what a page shows: each `$ command` of its console blocks, in one shell, and compares what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from types import TracebackType
from typing import Self

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"# exits with (\d+)$")
END = "--- end of a command, it exited with"


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it, with the output below it; `…` stands for whatever comes."""

    command: str
    output: str

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
    return [text for found, text in BLOCK.findall(page.read_text(encoding="utf-8")) if found == kind]


def shown_on(page: Path) -> list[Shown]:
    """Every command of a page, in order."""
    found = []
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, *rest = part.splitlines(keepends=True)
            more = list(takewhile(lambda line: line.startswith("> "), rest))
            command = first + "".join(line.removeprefix("> ") for line in more)
            found.append(Shown(command.rstrip("\n"), "".join(rest[len(more) :])))
    return found


class Shell:
    """One bash for a whole page, as a reader has it: in an empty folder, `loyalty` on its path."""

    def __init__(self, folder: Path) -> None:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("LOYALTY_")}
        environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment | {"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def run(self, command: str) -> tuple[str, int]:
        """Output (both streams) and exit code of a command."""
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.write(f"{command}\necho '{END}' $?\n")
        self._bash.stdin.flush()
        output = ""
        for line in self._bash.stdout:
            if line.startswith(END):
                return output, int(line.removeprefix(END))
            output += line
        raise AssertionError(f"the shell ended at: {command}\n{output}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.close()
        self._bash.stdout.close()
        self._bash.wait(20)
