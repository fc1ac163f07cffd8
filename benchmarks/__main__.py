"""`python -m benchmarks [NAME...] [--json] [--long]`: run benchmarks and print a row per figure."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence

from benchmarks.row import Row, judged

NAMES = ("rules", "ledger", "redemption", "replay")


def main(arguments: Sequence[str]) -> int:
    """Run what is named (all by default); 1 when a goal is not reached."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", action="store_true", help="one object a row")
    parser.add_argument("--long", action="store_true", help="ten times larger work")
    chosen = parser.parse_args(arguments)
    names = chosen.names or list(NAMES)
    measured: list[Row] = []
    for name in names:
        measured += importlib.import_module(f"benchmarks.{name}_bench").run(long=chosen.long)
    rows = judged(measured, names)
    for row in rows:
        print(json.dumps(row.as_json()) if chosen.json else _line(row))
    return 0 if all(row.holds is not False for row in rows) else 1


def _line(row: Row) -> str:
    value = "-" if row.value is None else f"{row.value:,.2f} {row.unit}"
    ratio = "" if row.ratio is None else f"  x{row.ratio:.2f} of {row.floor}"
    goal = "" if row.goal is None else f"  [{row.goal}: {'holds' if row.holds else 'NOT REACHED'}]"
    note = f"  ({row.note})" if row.note else ""
    return f"{row.bench:10} {row.metric:46} {value:>16}{ratio}{goal}{note}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
