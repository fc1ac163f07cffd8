"""The page about spending names every refusal that the calls it is about may raise, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from loyalty_engine import errors
from loyalty_engine.engine.spending import SpendingFace

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "spend-points.md"
CALLS = (SpendingFace.redeem, SpendingFace.reserve, SpendingFace.capture, SpendingFace.release)


def named_refusals(text: str) -> set[str]:
    """Names of refusals in a text."""
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.Refusal)
    }
    return kinds & set(re.findall(r"\w+", text)) - {"Refusal"}


def test_every_refusal_of_spending_has_a_row() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
    may_come = named_refusals("".join(call.__doc__ or "" for call in CALLS))
    assert "InsufficientPoints" in may_come
    assert told == may_come


def test_a_refusal_in_a_docstring_is_seen() -> None:
    assert named_refusals("Raises UnknownHold, InvalidCommand and Refusal.") == {"UnknownHold"}
