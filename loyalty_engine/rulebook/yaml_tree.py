"""From YAML text to blocks of text with positions, over the parser's events.

The event stream shows what loading hides: anchors, aliases, tags, repeated keys, depth. Nothing is typed
here: `NO`, `012345` and `1e3` stay what was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.node import Block, Items, Member, Node, Text
from loyalty_engine.rulebook.source_lines import lines_of

DEEPEST = 50
MOST_NODES = 200_000  # in all files of a program

register(
    {
        "R007": ("this is not YAML: {problem}", "correct the punctuation or indentation here or just before"),
        "R008": ("a second document begins here", "a rule file is one document: remove the `---`"),
        "R009": (
            "anchors and aliases are not allowed: `{text}`",
            "write the value out, or use `lists:` and `$name`",
        ),
        "R010": ("tags are not allowed: `{text}`", "remove the tag; the field decides the type of its value"),
        "R011": ("`{key}` is given twice", "the first stands at line {line}; remove one of them"),
        "R014": ("a key must be a single word or text", "write `key: value`"),
        "R015": ("the file nests deeper than 50 levels", "flatten it"),
        "R016": (
            "the files hold more than 200000 values",
            "split the program, or move values into your own data",
        ),
        "R017": ("a rule file must be a block of `key: value`", "begin with a key such as `program:`"),
        "R033": ("merge keys are not allowed", "write the settings out"),
    }
)

_UNQUOTED_COMPARISON = re.compile(r":\s+>=?\s*[0-9]")


class _Stopped(Exception):
    """The rest of the file cannot be read."""


class NodeBudget:
    """How many values may still be read, over all files."""

    def __init__(self, left: int = MOST_NODES) -> None:
        self._left = left

    def take(self) -> bool:
        """Count one; False when there are none left."""
        self._left -= 1
        return self._left >= 0


def read_tree(file: str, text: str, report: Report, budget: NodeBudget) -> Block | None:
    """The file's block of top-level keys, None when something in it cannot be known.

    Then the file's diagnostics are in the report; a repeated key, an anchor or a tag is reported too,
    yet leaves a block to go on with.
    """
    return _TreeReader(file, text, report, budget).read()


class _TreeReader:
    def __init__(self, file: str, text: str, report: Report, budget: NodeBudget) -> None:
        self._file = file
        self._text = text
        self._lines = lines_of(text)
        self._report = report
        self._budget = budget
        self._whole = True

    def read(self) -> Block | None:
        try:
            root = self._document(self._events())
        except _Stopped:
            return None
        except yaml.YAMLError as problem:
            self._syntax_error(problem)
            return None
        return root if self._whole else None

    def _events(self) -> Iterator[Any]:
        loader = getattr(yaml, "CLoader", yaml.Loader)
        return iter(yaml.parse(self._text, Loader=loader))

    def _document(self, events: Iterator[Any]) -> Block:
        root: Block | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._stop("R008", event)
                root = self._root(events)
        return root or Block(Mark(self._file, 1, 1), ())

    def _root(self, events: Iterator[Any]) -> Block:
        event = next(events)
        node = self._node(event, events, 1)
        if isinstance(node, Text) and node.value == "":
            return Block(node.mark, ())
        if not isinstance(node, Block):
            self._stop("R017", event)
        return node

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if depth > DEEPEST:
            self._stop("R015", event)
        if not self._budget.take():
            self._stop("R016", event)
        self._check_decoration(event)
        mark = self._mark(event)
        if isinstance(event, yaml.MappingStartEvent):
            return Block(mark, tuple(self._members(events, depth)))
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(mark, tuple(self._items(events, depth)))
        value = event.value if isinstance(event, yaml.ScalarEvent) else ""
        return Text(mark, unicodedata.normalize("NFC", value))

    def _check_decoration(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._whole = False
            self._error("R009", event, text=f"*{event.anchor}")
        elif event.anchor is not None:
            self._error("R009", event, text=f"&{event.anchor}")
        if getattr(event, "tag", None) is not None:
            self._error("R010", event, text=event.tag)

    def _items(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, events, depth + 1)

    def _members(self, events: Iterator[Any], depth: int) -> Iterator[Member]:
        first_lines: dict[str, int] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = self._key(event, events, depth)
            node = self._node(next(events), events, depth + 1)
            if key is None:
                self._whole = False
            elif key.value in first_lines:
                self._report.error("R011", key.mark, key=key.value, line=first_lines[key.value])
            else:
                first_lines[key.value] = key.mark.line
                yield Member(key.value, key.mark, node)

    def _key(self, event: Any, events: Iterator[Any], depth: int) -> Text | None:
        node = self._node(event, events, depth + 1)
        if not isinstance(node, Text) or node.value == "":
            self._error("R014", event)
            return None
        if node.value == "<<" and not event.style:
            self._error("R033", event)
            return None
        return node

    def _mark(self, event: Any) -> Mark:
        start, end = event.start_mark, event.end_mark
        if not isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            return Mark(self._file, start.line + 1, start.column + 1)
        last = end.column if end.line == start.line else len(self._lines[start.line])
        return Mark(self._file, start.line + 1, start.column + 1, max(1, last - start.column))

    def _error(self, code: str, event: Any, **parameters: Any) -> None:
        self._report.error(code, self._mark(event), **parameters)

    def _stop(self, code: str, event: Any) -> NoReturn:
        self._error(code, event)
        raise _Stopped

    def _syntax_error(self, problem: yaml.YAMLError) -> None:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        line, column = (mark.line, mark.column) if mark is not None else (0, 0)
        said = getattr(problem, "problem", None) or str(problem)
        context = getattr(problem, "context", None)
        text = f"{said} {context}" if context else said
        unquoted = line < len(self._lines) and _UNQUOTED_COMPARISON.search(self._lines[line])
        advice = 'put the test in quotes: ">= 5.00"' if unquoted else None
        self._report.error("R007", Mark(self._file, line + 1, column + 1), help=advice, problem=text)
