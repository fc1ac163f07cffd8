"""Reading the `stacks:` section."""

from __future__ import annotations

from loyalty_engine.accrual.cap import Cap, parse_cap
from loyalty_engine.accrual.rule import TAKES, Stack
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.expect import block_of, known_keys, named, required, text_of, word_of
from loyalty_engine.rulebook.node import Items, Member, Node

STACK_KEYS = ("take", "per", "cap")


def read_stacks(member: Member | None, report: Report) -> tuple[Stack, ...]:
    """Every stack that can be read, in file order; mistakes go to the report."""
    block = block_of(member.node, "`stacks`", report) if member else None
    if block is None:
        return ()
    return tuple(_stack(entry, report) for entry in block if named(entry, report))


def _stack(entry: Member, report: Report) -> Stack:
    """A stack with mistakes is read as far as possible, so that its rules still find it."""
    what = f"stack `{entry.key}`"
    block = block_of(entry.node, what, report)
    if block is None:
        return Stack(entry.key, "all", False, (), entry.mark)
    known_keys(block, STACK_KEYS, what, report)
    take = required(block, "take", what, entry.mark, report)
    return Stack(
        name=entry.key,
        take=word_of(take, TAKES, f"`take` of {what}", report) or "all",
        per_line=word_of(block.get("per"), ("line",), f"`per` of {what}", report) is not None,
        caps=read_caps(block.get("cap"), report),
        mark=entry.mark,
    )


def read_caps(node: Node | None, report: Report) -> tuple[Cap, ...]:
    """One cap phrase or a list of them."""
    if node is None:
        return ()
    caps = []
    for item in node.items if isinstance(node, Items) else (node,):
        text = text_of(item, "`cap`", report)
        cap = parse_cap(text.value) if text else None
        if cap is not None:
            caps.append(cap)
        elif text is not None:
            report.error("R305", text.mark, text=text.value)
    return tuple(caps)
