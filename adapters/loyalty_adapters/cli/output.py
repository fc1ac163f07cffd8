"""What a command says: results on stdout, talk on stderr, each as a person or a program reads it."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping
from typing import IO, Any, NoReturn

import typer
from rich.console import Console, RenderableType

from loyalty_adapters.cli.visible import visible

PIPE_CLOSED = 141  # what a shell shows for a process that wrote into a closed pipe
_WIDE = 10_000  # columns: what is piped or kept in a file is never folded


class Output:
    """Made once for each run; `json` says whether results are JSON. Colours go to a terminal only."""

    def __init__(self) -> None:
        self.json = False
        self.out = _console(sys.stdout)
        self.err = _console(sys.stderr)

    def answer_in_json(self) -> None:
        """JSON is UTF-8 wherever it goes; half a character in a name leaves as its escape."""
        self.json = True
        _set_stream(self.out.file, encoding="utf-8")

    def document(self, document: Mapping[str, Any], *shown: RenderableType) -> None:
        """One result: the JSON document, or how a person reads it."""
        if self.json:
            self.block(document)
        else:
            self.show(*shown)

    def block(self, document: Mapping[str, Any]) -> None:
        """A result that is JSON for persons too."""
        _set_stream(self.out.file, encoding="utf-8")
        _write(self.out.file, _json(document, indent=2))

    def line(self, line: str | Mapping[str, Any]) -> None:
        """One line of a stream: text as it is, or an object as one line of JSON."""
        _write(self.out.file, line if isinstance(line, str) else _json(line))

    def show(self, *shown: RenderableType) -> None:
        """Results for a person, one below the other; around a table there is an empty line."""
        for position, one in enumerate(shown):
            if position and not (isinstance(one, str) and isinstance(shown[position - 1], str)):
                _write(self.out.file, "")
            _print(self.out, one)

    def say(self, talk: str) -> None:
        """Talk: what is no result."""
        _print(self.err, talk)

    def flush(self) -> None:
        """Hand on everything that was written; the reader may have gone."""
        try:
            self.out.file.flush()
        except BrokenPipeError:
            _stop()


class _Console(Console):
    """Rich's console, with our way of noticing that nobody reads any more."""

    def on_broken_pipe(self) -> None:
        _stop()


def output_of(context: typer.Context) -> Output:
    """The output of the run that a command belongs to."""
    output = context.obj
    assert isinstance(output, Output)
    return output


def _console(file: IO[str]) -> Console:
    """Text is printed as it is: no markup, no emoji codes, no highlighting of what looks like a number."""
    _set_stream(file)
    width = None if file.isatty() else _WIDE
    return _Console(file=file, width=width, markup=False, emoji=False, highlight=False)


def _print(console: Console, one: RenderableType) -> None:
    """Text is never folded: a terminal does that, and whoever searches it finds whole lines."""
    if isinstance(one, str):
        _write(console.file, visible(one))
        return
    with console.capture() as drawn:
        console.print(one)
    lines = drawn.get().rstrip("\n").split("\n")
    _write(console.file, "\n".join(line.rstrip() for line in lines))


def _write(file: IO[str], text: str) -> None:
    try:
        file.write(f"{text}\n")
    except BrokenPipeError:
        _stop()


def _set_stream(stream: IO[str], encoding: str | None = None) -> None:
    """What a stream's encoding cannot say is escaped, never an error."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _json(document: Mapping[str, Any], indent: int | None = None) -> str:
    return json.dumps(document, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))


def _stop() -> NoReturn:
    """Nobody reads stdout any more; Python would complain when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(PIPE_CLOSED)
