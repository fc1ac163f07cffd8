"""A node on one line, as it could have been written in a rule file."""

from __future__ import annotations

from loyalty_engine.rulebook.node import Block, Items, Node


def written(node: Node) -> str:
    """The node in flow style: `[sat, sun]`, `{not: $no-earn}`, `>= 5.00`."""
    if isinstance(node, Block):
        return "{" + ", ".join(f"{member.key}: {written(member.node)}" for member in node) + "}"
    if isinstance(node, Items):
        return "[" + ", ".join(written(item) for item in node.items) + "]"
    return " ".join(node.value.split())
