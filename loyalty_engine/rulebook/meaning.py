"""The hash that names a rulebook: of what its files mean, not of how they are laid out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from loyalty_engine.rulebook.node import Block, Items, Member, Node

_FORMAT = 1
_LEFT_OUT = ("examples",)


def meaning_hash(members: Mapping[str, Member]) -> str:
    """SHA-256 (hex) of the top-level keys' text trees, in sorted order; order inside a key counts.

    Comments, quoting, flow or block style, the split into files and the examples do not count.
    """
    tree = {key: _plain(members[key].node) for key in sorted(members) if key not in _LEFT_OUT}
    text = json.dumps({"format": _FORMAT, "program": tree}, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(node: Node) -> Any:
    if isinstance(node, Block):
        return {member.key: _plain(member.node) for member in node}
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return node.value
