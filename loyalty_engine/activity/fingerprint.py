"""The fingerprint of an activity: two sendings with one key are the same when their fingerprints are."""

from __future__ import annotations

from hashlib import sha256


def fingerprint(content: str) -> str:
    """SHA-256, hex, of an activity's canonical content.

    The member is not part of it, nor is the key under which it is compared, nor the offset of the time.
    """
    return sha256(content.encode()).hexdigest()
