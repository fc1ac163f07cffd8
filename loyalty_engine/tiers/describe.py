"""The ladder as readable data, for `rules show`: in the words of the rule files, defaults included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.calendar import Duration
from loyalty_engine.rulebook.program import Program
from loyalty_engine.tiers.ladder import Ladder, Tier


def describe_tiers(ladder: Ladder | None, program: Program) -> Mapping[str, Any]:
    """The settings, and the tiers from the lowest up; nothing without a ladder."""
    if ladder is None:
        return {}
    rolling = isinstance(ladder.period, Duration)
    return {
        "tiers": {
            "count": ladder.count,
            "period": f"rolling {ladder.period}" if rolling else ladder.period,
            "valid": str(ladder.valid),
            "grace": str(ladder.grace) if ladder.grace else None,
            "landing": ladder.landing,
            "crossing": ladder.crossing,
            "returned_upgrade": ladder.returned_upgrade,
            "ladder": [_step(tier, ladder) for tier in ladder.tiers],
        }
    }


def _step(tier: Tier, ladder: Ladder) -> dict[str, Any]:
    return {
        "name": tier.name,
        "reach": f"{tier.reach} {ladder.count}",
        "keep": f"{tier.keep} {ladder.count}",
        "title": dict(tier.title) or None,
    }
