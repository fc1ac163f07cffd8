"""The wording of every diagnostic, by code: (message, help). Families add theirs when they are composed.

R0xx reading files, R1xx program settings, R2xx conditions, R3xx accrual, R4xx examples, R5xx tiers, R6xx
redemption.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ENTRIES: dict[str, tuple[str, str]] = {}


def register(entries: Mapping[str, tuple[str, str]]) -> None:
    """Add a family's codes. Raises ValueError when a code is taken by another wording."""
    for code, wording in entries.items():
        if _ENTRIES.setdefault(code, wording) != wording:
            raise ValueError(f"diagnostic code {code} is taken")


def render(code: str, parameters: Mapping[str, Any]) -> tuple[str, str]:
    """Message and help of a code with its parameters filled in."""
    message, help_text = _ENTRIES[code]
    return message.format(**parameters), help_text.format(**parameters)


def entries() -> Mapping[str, tuple[str, str]]:
    """Every known code with its wording, sorted."""
    return dict(sorted(_ENTRIES.items()))
