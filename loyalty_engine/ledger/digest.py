"""The digest that chains an account's entries, so that an altered, missing or added column shows.

Format 1. The text is JSON in ASCII without blanks:

    [previous,[account,seq,currency,kind,...,hold],[[lot,source,target,points],...]]

`previous` is the digest of the account's entry before, 0 for the first; then every column of the entry
in the order of `Entry` but the digest itself, null where empty; then its allocations by lot, then source.
The digest is BLAKE2b of 8 bytes, read big-endian, without its last bit: it fits a signed 64-bit column.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b

from pydantic_core import to_json

Column = int | str | None


def chained_digest(
    previous: int, columns: Sequence[Column], moves: Sequence[tuple[int, str, str, int]]
) -> int:
    """The digest of an entry: 0 <= digest < 2**63. Each move is (lot, source, target, points)."""
    document = (previous, columns, moves)
    text = to_json(document)  # the hot path: quicker than `json`, and in ASCII the same text but for DEL
    if not text.isascii() or b"\x7f" in text:
        text = json.dumps(document, separators=(",", ":")).encode("ascii")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big") >> 1
