"""The offers of a small program, read from a rule file as an operator writes it."""

from __future__ import annotations

from datetime import datetime

from loyalty_engine.engine.sections import SECTIONS
from loyalty_engine.redemption.catalogue import Catalogue
from loyalty_engine.redemption.reward import Reward
from loyalty_engine.redemption.tender import PointsTender
from loyalty_engine.rulebook.load import load_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from tests.samples.rule_files import completed

EARNING = "accrual: {base-earn: {stack: base, earn: 1 point per 1}}\n"


def rulebook(redemption: str, more: str = "") -> Rulebook:
    """The rulebook of a `redemption:` block in flow style; `more` are further top-level lines."""
    loaded = load_rulebook(completed({"a.yaml": f"{EARNING}{more}\nredemption: {redemption}\n"}), SECTIONS)
    assert loaded.rulebook is not None, [(d.code, d.message) for d in loaded.diagnostics]
    return loaded.rulebook


def catalogue(redemption: str, more: str = "") -> Catalogue:
    """Its offers."""
    found = rulebook(redemption, more).models["redemption"]
    assert isinstance(found, Catalogue)
    return found


def tender(settings: str, more: str = "") -> PointsTender:
    """The points tender of these settings."""
    return catalogue(f"{{pay: {{{settings}}}}}", more).paying()


def reward(settings: str, more: str = "") -> Reward:
    """The reward of these settings."""
    return catalogue(f"{{gift: {{{settings}}}}}", more).reward("gift")


def at(text: str) -> int:
    """The instant of a time with an offset."""
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000
