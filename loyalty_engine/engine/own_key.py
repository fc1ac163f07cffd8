"""Idempotency keys of commands that are no activities, beside those of activities."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from loyalty_engine.activity.activity import ActivityKey

SOURCE = "engine"
VERSION = 1  # of the content that is fingerprinted


def own_key(type_: str, key: str | None) -> ActivityKey | None:
    """The key of a command, None when it has none: then each call is a command of its own."""
    return None if key is None else ActivityKey(SOURCE, type_, key)


def fingerprint_of(type_: str, *content: Any) -> str:
    """SHA-256, hex, of what makes two commands with one key the same."""
    text = json.dumps([VERSION, type_, *content], ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
