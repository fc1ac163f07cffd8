"""Rule files as they come in: bytes or text by file name, checked for size and characters."""

from __future__ import annotations

import re
from collections.abc import Mapping

from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.source_lines import mark_at

LARGEST_FILE = 2 * 1024 * 1024  # bytes
LARGEST_SUM = 10 * 1024 * 1024

register(
    {
        "R001": ("there are no rule files", "name a folder with *.yaml files, or one file"),
        "R002": ("the file is too large: {size} bytes", f"a rule file has at most {LARGEST_FILE} bytes"),
        "R003": ("all files together are too large: {size} bytes", f"at most {LARGEST_SUM} bytes are read"),
        "R004": ("byte {byte} is not UTF-8", "save the file as UTF-8"),
        "R005": ("the character {character} may not stand in a rule file", "remove it"),
        "R006": ("a tab indents this line", "indent with spaces"),
    }
)

# What YAML cannot carry: control characters, lone surrogates, the byte order mark within a text. And the
# line ends that YAML knows but most editors do not show: what looks like a comment would decide something.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_TAB_INDENT = re.compile("^ *\t", re.MULTILINE)


def read_sources(files: Mapping[str, str | bytes], report: Report) -> dict[str, str]:
    """The texts that can be parsed, by file name in sorted order; each that cannot is reported."""
    if not files:
        report.error("R001", Mark("program.yaml", 1, 1))
    sizes = {name: _size(content) for name, content in sorted(files.items())}
    if sum(sizes.values()) > LARGEST_SUM:
        report.error("R003", Mark(min(files), 1, 1), size=sum(sizes.values()))
        return {}
    texts = {name: _text(name, files[name], size, report) for name, size in sizes.items()}
    return {name: text for name, text in texts.items() if text is not None}


def _size(content: str | bytes) -> int:
    return len(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))


def _text(name: str, content: str | bytes, size: int, report: Report) -> str | None:
    if size > LARGEST_FILE:
        report.error("R002", Mark(name, 1, 1), size=size)
        return None
    text = _decoded(name, content, report) if isinstance(content, bytes) else content
    if text is None:
        return None
    text = text.removeprefix("\ufeff")
    return text if _characters_fit(name, text, report) else None


def _decoded(name: str, content: bytes, report: Report) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        good = content[: problem.start].decode("utf-8")
        report.error("R004", mark_at(name, good, len(good)), byte=f"0x{content[problem.start]:02X}")
        return None


def _characters_fit(name: str, text: str, report: Report) -> bool:
    bad = _FORBIDDEN.search(text)
    if bad is not None:
        report.error("R005", mark_at(name, text, bad.start()), character=f"U+{ord(bad[0]):04X}")
        return False
    tab = _TAB_INDENT.search(text)
    if tab is not None:
        report.error("R006", mark_at(name, text, tab.end() - 1))
        return False
    return True
