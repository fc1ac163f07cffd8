"""The proof's own reading of the digest format that digest.py documents; nothing is shared with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from loyalty_engine.ledger.entry import Allocation, Entry

_WRITER = json.JSONEncoder(separators=(",", ":"))


def expected_digest(previous: int, entry: Entry, allocations: Sequence[Allocation]) -> int:
    """What an entry's digest must be after an entry with the digest `previous`."""
    assert Entry._fields[-1] == "digest"
    moves = sorted([move.lot, move.source, move.target, move.points] for move in allocations)
    text = _WRITER.encode([previous, entry[:-1], moves])
    number = int(hashlib.blake2b(text.encode(), digest_size=8).hexdigest(), 16)
    return number // 2
