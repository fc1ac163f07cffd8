"""Diagnostics as a person reads them: the line, a caret under the place, and what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from loyalty_engine.rulebook.diagnostic import Diagnostic, Mark
from loyalty_engine.rulebook.source_lines import lines_of

_TAB = " " * 4
_HIDDEN = "\N{REPLACEMENT CHARACTER}"
_WIDEST = 160  # characters of a line that are shown
_BEFORE = 60  # of them before the caret, when the line is cut


def render_text(diagnostics: Iterable[Diagnostic], files: Mapping[str, str]) -> str:
    """All diagnostics, parted by blank lines; `files` gives the texts that they point into."""
    lines = {name: lines_of(text) for name, text in files.items()}
    return "\n".join(_rendered(found, lines.get(found.mark.file, [])) for found in diagnostics)


def _rendered(found: Diagnostic, lines: list[str]) -> str:
    mark = found.mark
    pad = " " * len(str(mark.line))
    rows = [
        f"{found.severity}[{found.code}]: {found.message}",
        f"{pad}--> {mark.file}:{mark.line}:{mark.column}",
    ]
    if mark.line <= len(lines):
        shown, caret = _snippet(lines[mark.line - 1], mark)
        rows += [f"{pad} |", f"{mark.line} | {shown}", f"{pad} | {caret}"]
    if found.help:
        rows.append(f"{pad} = help: {found.help}")
    return "".join(f"{row.rstrip()}\n" for row in rows)


def _snippet(line: str, mark: Mark) -> tuple[str, str]:
    """The line and the carets below it, both cut around the place when the line is very long."""
    start = mark.column - 1
    first = 0 if len(line) <= _WIDEST else max(0, start - _BEFORE)
    cut = line[first : first + _WIDEST]
    lead = "…" if first else ""
    tail = "…" if first + _WIDEST < len(line) else ""
    inside = cut[start - first : start - first + mark.length]
    carets = "^" * max(1, _width(inside))
    return lead + _spaced(cut) + tail, " " * (len(lead) + _width(cut[: start - first])) + carets


def _spaced(text: str) -> str:
    """The text without anything that a terminal would act on or hide."""
    return "".join(_HIDDEN if unicodedata.category(c)[0] == "C" else c for c in text.replace("\t", _TAB))


def _width(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(_cells(c) for c in text)


def _cells(character: str) -> int:
    if character == "\t":
        return len(_TAB)
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
