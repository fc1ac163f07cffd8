"""What documents say of tiers: a change, a standing, and how many members have which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.calendar import Calendar
from loyalty_engine.tiers.change import TierChange
from loyalty_engine.tiers.ladder import Ladder
from loyalty_engine.tiers.standing import TierStanding


def move_data(
    member: str, before: str | None, change: TierChange, ladder: Ladder | None, calendar: Calendar
) -> dict[str, Any]:
    """One member's change of earned tier, by the ladder in force then."""
    return {
        "member": member,
        "from": tier_named(before, ladder),
        "to": tier_named(change.tier, ladder),
        "effective_at": calendar.text(change.effective_at),
        "reason": str(change.reason),
        "credits": change.credits,
        "needed": change.needed,
        "until": moment_or_none(change.until, calendar),
    }


def standing_data(standing: TierStanding | None, calendar: Calendar) -> dict[str, Any]:
    """Where a member stands: his tier and its term, his credits, what the next tier and keeping his take."""
    if standing is None:
        empty = ("tier", "until", "grace_until", "granted", "credits", "pending", "next", "keep", "kept_by")
        return dict.fromkeys(empty)
    floor_until = moment_or_none(standing.floor_until, calendar)
    return {
        "tier": standing.tier,
        "until": moment_or_none(standing.until, calendar),
        "grace_until": moment_or_none(standing.grace_until, calendar),
        "granted": {"tier": standing.floor, "until": floor_until} if standing.floor else None,
        "credits": standing.credits,
        "pending": standing.pending,
        "next": {"tier": standing.next_tier, "missing": standing.missing} if standing.next_tier else None,
        "keep": standing.keep,
        "kept_by": standing.kept,
    }


def tiers_data(members: Mapping[str | None, int], ladder: Ladder | None) -> list[dict[str, Any]]:
    """Members by tier, from the highest down; tiers that the ladder does not have stand before them."""
    on_ladder: list[str | None] = [tier.name for tier in reversed(ladder.tiers)] if ladder else []
    others = sorted(tier for tier in members if tier is not None and tier not in on_ladder)
    names = [*others, *on_ladder]
    if members.get(None) or ladder is None or ladder.base is None:
        names.append(None)
    return [{"tier": name, "members": members.get(name, 0)} for name in names]


def tier_named(tier: str | None, ladder: Ladder | None) -> str | None:
    """A tier of an earned history by its name: where it has none, that of the ladder's base."""
    return ladder.base.name if tier is None and ladder and ladder.base else tier


def moment_or_none(instant: int | None, calendar: Calendar) -> str | None:
    """ISO 8601 with the program's offset; None where there is no instant."""
    return None if instant is None else calendar.text(instant)
