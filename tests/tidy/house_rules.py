"""The rules of the house that no linter knows: each takes a file's text and says what breaks the rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LARGE = 300  # lines: reported
TOO_LARGE = 500  # lines
LONGEST_FUNCTION = 70  # lines
BANNED_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
SKIPPED = {".git", ".venv", "__pycache__", "dist", "build", "node_modules"}
TEXT_ENDINGS = {
    "",
    ".cfg",
    ".css",
    ".html",
    ".ini",
    ".json",
    ".jsonl",
    ".md",
    ".py",
    ".sh",
    ".sql",
    ".toml",
    ".txt",
}
TEXT_ENDINGS |= {".yaml", ".yml"}

NOTES = re.compile(r"\b(TODO|FIXME|HACK|XXX(?!\"))\b")  # "XXX" is ISO 4217's word for no currency
PLACES = re.compile(r"/work/|/root/|/home/\w|/Users/\w|pypi\.org|pythonhosted\.org|npmjs\.org|index-url\b")

Rule = Callable[[Path, str], Iterator[str]]


def python_files(*folders: str) -> list[Path]:
    """All Python files below these folders of the project, sorted."""
    return [
        path for path in text_files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders
    ]


def text_files() -> list[Path]:
    """All text files of the project, sorted; what tools leave behind is not of the project."""
    found = []
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        inside = [part for part in parts if part in SKIPPED or part.endswith(("_cache", ".egg-info"))]
        hidden = parts[0].startswith(".") and parts[0] not in (".ci", ".gitignore")
        if path.is_file() and not inside and not hidden and path.suffix in TEXT_ENDINGS:
            found.append(path)
    return found


def size(path: Path, text: str) -> Iterator[str]:
    """No file is longer than TOO_LARGE lines."""
    lines = text.count("\n")
    if lines > TOO_LARGE:
        yield f"{path}: {lines} lines"


def function_length(path: Path, text: str) -> Iterator[str]:
    """No function is longer than LONGEST_FUNCTION lines."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines"


def names(path: Path, text: str) -> Iterator[str]:
    """No file, folder or class is named by a word that says nothing."""
    if set(re.split(r"[^a-z]+", str(path).lower())) & BANNED_WORDS:
        yield f"{path}: the path"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            words = {word.lower() for word in re.findall(r"[A-Z][a-z]*", node.name)}
            if words & BANNED_WORDS:
                yield f"{path}:{node.lineno}: {node.name}"


def forgotten_notes(path: Path, text: str) -> Iterator[str]:
    """Nothing is left to do later."""
    for number, line in enumerate(text.splitlines(), start=1):
        if NOTES.search(line):
            yield f"{path}:{number}: {line.strip()[:60]}"


def docstrings(path: Path, text: str) -> Iterator[str]:
    """Every module, public class and public function says what it is."""
    tree = ast.parse(text)
    if ast.get_docstring(tree) is None:
        yield f"{path}: the module"
    yield from _undocumented(path, tree.body)


def _undocumented(path: Path, body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.If | ast.Try):
            yield from _undocumented(path, node.body)
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("_") or _is_overload(node):
            continue
        if ast.get_docstring(node) is None:
            yield f"{path}:{node.lineno}: {node.name}"
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(path, node.body)


def _is_overload(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    named = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return bool(named & {"overload", "setter"})


def floats(path: Path, text: str) -> Iterator[str]:
    """Where points and money are computed no float is written and nothing is converted to one.

    A division is left to the types: of fractions it is exact, of integers mypy sees the float.
    """
    for node in ast.walk(ast.parse(text)):
        written = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
        converted = isinstance(node, ast.Call) and ast.unparse(node.func) == "float"
        if written or converted:
            yield f"{path}:{node.lineno}: {ast.unparse(node)}"  # type: ignore[attr-defined]


CHANCE = {"time", "random", "secrets", "uuid"}
CLOCK = re.compile(r"(datetime|date)\.(now|utcnow|today)")


def clock_and_chance(path: Path, text: str) -> Iterator[str]:
    """The core reads no clock and throws no dice: both are handed in."""
    for node in ast.walk(ast.parse(text)):
        imported: set[str] = set()
        if isinstance(node, ast.Import):
            imported = {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported = {node.module.partition(".")[0]}
        if imported & CHANCE:
            yield f"{path}:{node.lineno}: {ast.unparse(node)}"  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and CLOCK.search(ast.unparse(node.func)):
            yield f"{path}:{node.lineno}: {ast.unparse(node)}"


def places(path: Path, text: str) -> Iterator[str]:
    """Nothing names a folder of one machine or the address of a package registry."""
    for number, line in enumerate(text.splitlines(), start=1):
        if PLACES.search(line):
            yield f"{path}:{number}: {line.strip()[:80]}"
