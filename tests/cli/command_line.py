"""Running `loyalty` in this process, and a small program to run it on."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from loyalty_adapters.cli.main import main

PROGRAM = """\
program: corner-shop
effective: 2026-01-01
time_zone: Europe/Riga
currency: EUR
points:
  points: {expires: 12 months, at: end of month}
  credits: {spendable: false, mirrors: points}
fields:
  plan: {type: choice, of: [S, M], on: member}
  newsletter: {type: boolean, on: member}
returns: {deficit: allow}
"""
ACCRUAL = """\
stacks: {base: {take: first}, promo: {take: all}}
accrual:
  everyday: {stack: base, when: {type: purchase}, earn: 1 point per 1.00}
  big-basket: {stack: promo, when: {type: purchase, total: ">= 50.00"}, earn: 10 points}
  plan-m: {stack: promo, when: {type: purchase, plan: M, newsletter: true}, earn: 5 points, pending: 14 days}
"""
EXAMPLES = """\
examples:
  a small basket: {activity: {amount: 20.00}, gives: {everyday: 20, total: 20}}
  a big basket: {activity: {amount: 50.00}, gives: {everyday: 50, big-basket: 10, total: 60}}
  a member with plan M:
    steps:
      - activity: {amount: 20.00, plan: M, newsletter: true}
        gives: {plan-m: 5}
        balance: {points: {available: 20, pending: 5}}
"""


@dataclass(frozen=True)
class Ran:
    """What one run of the command line left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON objects of a stream on stdout, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Mapping[str, Any]:
        """The error in the last line on stdout."""
        found: Mapping[str, Any] = json.loads(self.out.splitlines()[-1])["error"]
        return found


def run(*arguments: object, stdin: bytes = b"") -> Ran:
    """Run `loyalty` with these arguments; a traceback anywhere is a failure."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    source = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err), patch("sys.stdin", source):
        code = main([str(argument) for argument in arguments])
    ran = Ran(code, _text(out), _text(err))
    assert "Traceback" not in ran.out + ran.err, ran
    return ran


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


def succeed(*arguments: object, stdin: bytes = b"") -> Ran:
    """Run `loyalty`, which must end with 0."""
    ran = run(*arguments, stdin=stdin)
    assert ran.code == 0, ran
    return ran


def purchase(number: int, amount: str = "20.00", **fields: Any) -> dict[str, Any]:
    """A purchase of M-1 on a day of March 2026."""
    return {
        "type": "purchase",
        "id": f"R-{number}",
        "source": "pos",
        "member": "M-1",
        "at": f"2026-03-{number:02d}T10:00:00+02:00",
        "amount": amount,
        **fields,
    }


def return_of(number: int, original: int, **fields: Any) -> dict[str, Any]:
    """A return by M-1 of one of his purchases, on a day of April 2026."""
    return {
        "type": "return",
        "id": f"X-{number}",
        "source": "pos",
        "member": "M-1",
        "at": f"2026-04-{number:02d}T10:00:00+03:00",
        "of": f"R-{original}",
        **fields,
    }


def jsonl(path: Path, activities: Iterable[Mapping[str, Any] | str]) -> Path:
    """A file of JSON lines; text goes into it as it is."""
    lines = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in activities)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def dump(database: Path) -> list[str]:
    """Everything in a database, as statements."""
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())
