"""An example of a rule file: an activity, or steps of them, and what they must give; read with positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.expect import block_of, known_keys, required, text_of
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.node import Block, Items, Node, Text

TOTAL = "total"
NULLS = ("null", "~")
BUCKETS = ("available", "pending", "held", "deficit")

register(
    {
        "R400": (
            "`{text}` is not a whole number of points",
            "write a number such as 284, or -284 for a return",
        ),
        "R401": ("the activity of example `{example}` is not valid: {problem}", "correct the activity"),
        "R402": (
            "example `{example}`: `{rule}` gives {found}, not {expected}",
            "correct the rule or the example",
        ),
        "R403": (
            "example `{example}`: {what} is {found}, not {expected}",
            "correct the rules or the example",
        ),
        "R404": ("there is no rule `{name}`", "name a rule, or `total`"),
        "R405": ("example `{example}` was refused: {problem}", "correct the example"),
        "R406": ("example `{example}` asserts nothing", "write what it `gives`"),
        "R407": ("there is no example", "add some under `examples:`; they keep a wrong rule from going live"),
        "R408": ("example `{example}` has both `activity` and `steps`", "keep one of them"),
        "R409": ("there is no currency of points `{name}`", "name one of the currencies under `points:`"),
    }
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One number that an example asserts, and where it stands."""

    name: str  # a rule, `total`, or a bucket
    points: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class ExampleStep:
    """One activity as plain text data, what it must give, and the balance after it by currency."""

    activity: Mapping[str, Any]
    mark: Mark
    gives: tuple[Expected, ...]
    balance: Mapping[str, tuple[Expected, ...]]


@dataclass(frozen=True, slots=True)
class Example:
    """A named example; a sequence has its counters and balances computed, a single activity has none."""

    name: str
    mark: Mark
    steps: tuple[ExampleStep, ...]
    sequence: bool


def read_examples(
    block: Block | None, rules: Mapping[str, object], currencies: tuple[str, ...], report: Report
) -> list[Example]:
    """Every example that can be read; mistakes of form go to the report."""
    reader = _ExampleReader(rules, currencies, report)
    return [
        example for member in block or () if (example := reader.read(member.key, member.mark, member.node))
    ]


class _ExampleReader:
    def __init__(self, rules: Mapping[str, object], currencies: tuple[str, ...], report: Report) -> None:
        self._rules = rules
        self._currencies = currencies
        self._report = report

    def read(self, name: str, mark: Mark, node: Node) -> Example | None:
        what = f"example `{name}`"
        block = block_of(node, what, self._report)
        if block is None:
            return None
        known_keys(block, ("activity", "gives", "balance", "steps"), what, self._report)
        steps = block.get("steps")
        if steps is None:
            step = self._step(block, what, mark)
            return self._asserting(Example(name, mark, (step,), sequence=False)) if step else None
        if block.get("activity") is not None:
            self._report.error("R408", mark, example=name)
            return None
        read = [self._in_sequence(item, what) for item in self._items(steps, what)]
        if not all(read):
            return None
        return self._asserting(Example(name, mark, tuple(step for step in read if step), sequence=True))

    def _asserting(self, example: Example) -> Example:
        """The example, with a doubt when no step of it asserts anything."""
        if not (self._report.has_errors or any(step.gives or step.balance for step in example.steps)):
            self._report.warning("R406", example.mark, example=example.name)
        return example

    def _items(self, steps: Node, what: str) -> tuple[Node, ...]:
        if isinstance(steps, Items) and steps.items:
            return steps.items
        self._report.error("R026", steps.mark, what=f"`steps` of {what}")
        return ()

    def _in_sequence(self, item: Node, what: str) -> ExampleStep | None:
        block = block_of(item, f"a step of {what}", self._report)
        if block is None:
            return None
        known_keys(block, ("activity", "gives", "balance"), f"a step of {what}", self._report)
        return self._step(block, what, block.mark)

    def _step(self, block: Block, what: str, mark: Mark) -> ExampleStep | None:
        node = required(block, "activity", what, mark, self._report)
        activity = block_of(node, f"`activity` of {what}", self._report)
        if activity is None:
            return None
        gives = self._gives(block_of(block.get("gives"), f"`gives` of {what}", self._report))
        balance = self._balance(block_of(block.get("balance"), f"`balance` of {what}", self._report))
        return ExampleStep(_plain(activity), activity.mark, gives, balance)

    def _gives(self, block: Block | None) -> tuple[Expected, ...]:
        found = []
        for member in block or ():
            if member.key != TOTAL and member.key not in self._rules:
                help_text = did_you_mean(member.key, [*self._rules, TOTAL])
                self._report.error("R404", member.mark, name=member.key, help=help_text)
                continue
            found += self._number(member.key, member.node)
        return tuple(found)

    def _balance(self, block: Block | None) -> Mapping[str, tuple[Expected, ...]]:
        found: dict[str, tuple[Expected, ...]] = {}
        for member in block or ():
            if member.key not in self._currencies:
                help_text = did_you_mean(member.key, self._currencies)
                self._report.error("R409", member.mark, name=member.key, help=help_text)
            elif isinstance(member.node, Block):
                known_keys(member.node, BUCKETS, f"`{member.key}`", self._report)
                numbers = [self._number(bucket.key, bucket.node) for bucket in member.node]
                found[member.key] = tuple(number for several in numbers for number in several)
            else:
                found[member.key] = tuple(self._number(TOTAL, member.node))
        return found

    def _number(self, name: str, node: Node) -> list[Expected]:
        text = text_of(node, f"`{name}`", self._report)
        if text is None:
            return []
        digits = text.value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
            self._report.error("R400", text.mark, text=text.value)
            return []
        return [Expected(name, int(text.value), text.mark)]


def _plain(node: Node) -> Any:
    """The activity as data; `null` is a missing value here, as it is on the wire."""
    if isinstance(node, Text):
        return None if node.value in NULLS else node.value
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return {member.key: _plain(member.node) for member in node}
