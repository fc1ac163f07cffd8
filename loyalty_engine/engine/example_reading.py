"""Reads the examples of a rule file, with positions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from loyalty_engine import errors
from loyalty_engine.engine.example import (
    BUCKETS,
    NO_TIER,
    TOTAL,
    Example,
    ExampleStep,
    Expected,
    ExpectedRefusal,
    ExpectedTier,
)
from loyalty_engine.errors import Refusal
from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.expect import block_of, known_keys, text_of
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.node import Block, Items, Node, Text

NULLS = ("null", "~")
STEP_KEYS = ("activity", "redeem", "gives", "balance", "refused")
IN_SEQUENCE = (*STEP_KEYS, "tier")  # a single example says what tier the member has, and makes none of it
REFUSALS = tuple(
    sorted(
        name
        for name, one in vars(errors).items()
        if isinstance(one, type) and issubclass(one, Refusal) and one is not Refusal
    )
)


@dataclass(frozen=True, slots=True)
class ExampleWords:
    """What the examples of a program may name."""

    rules: Collection[str]  # and rewards, and the way to pay
    currencies: Collection[str]
    redeem: Collection[str]  # keys of a redemption, the member's fields among them
    tiers: Collection[str] = ()  # of the ladder


def read_examples(block: Block | None, words: ExampleWords, report: Report) -> list[Example]:
    """Every example that can be read; mistakes of form go to the report."""
    reader = _ExampleReader(words, report)
    return [
        example for member in block or () if (example := reader.read(member.key, member.mark, member.node))
    ]


class _ExampleReader:
    def __init__(self, words: ExampleWords, report: Report) -> None:
        self._words = words
        self._report = report

    def read(self, name: str, mark: Mark, node: Node) -> Example | None:
        what = f"example `{name}`"
        block = block_of(node, what, self._report)
        if block is None:
            return None
        known_keys(block, (*STEP_KEYS, "steps"), what, self._report)
        steps = block.get("steps")
        if steps is None:
            step = self._step(block, name, what, mark)
            return self._asserting(Example(name, mark, (step,), sequence=False)) if step else None
        if self._both(block, name, mark, "activity", "steps") or self._both(
            block, name, mark, "redeem", "steps"
        ):
            return None
        read = [self._in_sequence(item, name, what) for item in self._items(steps, what)]
        if not all(read):
            return None
        return self._asserting(Example(name, mark, tuple(step for step in read if step), sequence=True))

    def _asserting(self, example: Example) -> Example:
        """The example, with a doubt when no step of it asserts anything."""
        if not (self._report.has_errors or any(step.asserts for step in example.steps)):
            self._report.warning("R406", example.mark, example=example.name)
        return example

    def _items(self, steps: Node, what: str) -> tuple[Node, ...]:
        if isinstance(steps, Items) and steps.items:
            return steps.items
        self._report.error("R026", steps.mark, what=f"`steps` of {what}")
        return ()

    def _in_sequence(self, item: Node, name: str, what: str) -> ExampleStep | None:
        block = block_of(item, f"a step of {what}", self._report)
        if block is None:
            return None
        known_keys(block, IN_SEQUENCE, f"a step of {what}", self._report)
        return self._step(block, name, what, block.mark)

    def _step(self, block: Block, name: str, what: str, mark: Mark) -> ExampleStep | None:
        if self._both(block, name, mark, "activity", "redeem"):
            return None
        redeem = block.get("redeem")
        node = block.get("activity") if redeem is None else redeem
        if node is None:
            self._report.error("R023", mark, key="activity", what=what)
        key = "activity" if redeem is None else "redeem"
        written = block_of(node, f"`{key}` of {what}", self._report)
        if written is None:
            return None
        if redeem is not None:
            known_keys(written, self._words.redeem, f"`redeem` of {what}", self._report)
        gives = self._gives(block_of(block.get("gives"), f"`gives` of {what}", self._report))
        balance = self._balance(block_of(block.get("balance"), f"`balance` of {what}", self._report))
        refused = self._refused(block.get("refused"))
        if refused is not None and self._both(block, name, refused.mark, "refused", "gives"):
            return None
        tier = self._tier(block.get("tier"))
        return ExampleStep(plain(written), redeem is not None, written.mark, gives, balance, refused, tier)

    def _both(self, block: Block, name: str, mark: Mark, one: str, other: str) -> bool:
        both = block.get(one) is not None and block.get(other) is not None
        if both:
            self._report.error("R408", mark, example=name, one=one, other=other)
        return both

    def _refused(self, node: Node | None) -> ExpectedRefusal | None:
        text = text_of(node, "`refused`", self._report)
        if text is None:
            return None
        if text.value not in REFUSALS:
            help_text = did_you_mean(text.value, REFUSALS)
            self._report.error("R411", text.mark, name=text.value, help=help_text)
            return None
        return ExpectedRefusal(text.value, text.mark)

    def _tier(self, node: Node | None) -> ExpectedTier | None:
        text = text_of(node, "`tier`", self._report)
        if text is None:
            return None
        if text.value not in (NO_TIER, *self._words.tiers):
            help_text = did_you_mean(text.value, self._words.tiers)
            self._report.error("R415", text.mark, name=text.value, help=help_text)
        return ExpectedTier(text.value, text.mark)

    def _gives(self, block: Block | None) -> tuple[Expected, ...]:
        found = []
        for member in block or ():
            if member.key != TOTAL and member.key not in self._words.rules:
                help_text = did_you_mean(member.key, [*self._words.rules, TOTAL])
                self._report.error("R404", member.mark, name=member.key, help=help_text)
                continue
            found += self._number(member.key, member.node)
        return tuple(found)

    def _balance(self, block: Block | None) -> Mapping[str, tuple[Expected, ...]]:
        found: dict[str, tuple[Expected, ...]] = {}
        for member in block or ():
            if member.key not in self._words.currencies:
                help_text = did_you_mean(member.key, self._words.currencies)
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


def plain(node: Node) -> Any:
    """What is written, as data; `null` is a missing value here, as it is on the wire."""
    if isinstance(node, Text):
        return None if node.value in NULLS else node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {member.key: plain(member.node) for member in node}
