"""The fingerprint of an activity: two sendings with one key are the same when their fingerprints are."""

from __future__ import annotations

from hashlib import sha256


def fingerprint(content: str) -> str:
    """SHA-256, hex, of an activity's canonical content; the member is not part of it."""
    return sha256(content.encode()).hexdigest()
