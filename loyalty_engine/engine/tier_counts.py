"""Use cases: how many members have each tier, and how they moved between tiers in a stretch of time."""

from __future__ import annotations

from collections import Counter
from typing import Any

from loyalty_engine.engine.member_tier import MemberTier, TierKnown
from loyalty_engine.engine.ports.reader import Reader
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.engine.tier_documents import tiers_data
from loyalty_engine.tiers.timeline import Timeline

GRANT_ENDED = "grant ended"

Move = tuple[str, str | None, str | None, str]
"""Month, tier before, tier after, reason."""


def tiers_of(reader: Reader, at: int, rulebooks: Rulebooks) -> dict[str, Any]:
    """Members by tier at an instant, of those enrolled by then; what is due by then is judged."""
    members = Counter(
        MemberTier(TierKnown.of(record), rulebooks, at, at).now
        for membership, record in reader.tier_records()
        if membership.enrolled_at <= at
    )
    calendar = rulebooks.newest.program.calendar
    return {"at": calendar.text(at), "tiers": tiers_data(members, rulebooks.ladders.at(at))}


def tier_moves_of(reader: Reader, since: int, until: int, rulebooks: Rulebooks) -> dict[str, Any]:
    """How many members moved from which tier to which and why, by month, from `since` to before `until`.

    `before` counts those enrolled before `since`, `after` those enrolled before the end; as known now.
    """
    calendar = rulebooks.newest.program.calendar
    moves: Counter[Move] = Counter()
    before: Counter[str | None] = Counter()
    after: Counter[str | None] = Counter()
    for membership, record in reader.tier_records():
        timeline = MemberTier(TierKnown.of(record), rulebooks, until, until).timeline
        for instant, tiers, reason in _moves(timeline, since, until, rulebooks):
            moves[calendar.local(instant).strftime("%Y-%m"), *tiers, reason] += 1
        for tally, instant in ((before, since), (after, until)):
            if membership.enrolled_at < instant:
                tally[timeline.tier_at(instant - 1, rulebooks.ladders.at(instant - 1))] += 1
    rows = sorted(moves.items(), key=lambda pair: tuple(part or "" for part in pair[0]))
    return {
        "since": calendar.text(since),
        "until": calendar.text(until),
        "before": tiers_data(before, rulebooks.ladders.at(since)),
        "after": tiers_data(after, rulebooks.ladders.at(until)),
        "moves": [
            {"month": month, "from": first, "to": then, "reason": reason, "members": members}
            for (month, first, then, reason), members in rows
        ],
    }


def _moves(
    timeline: Timeline, since: int, until: int, rulebooks: Rulebooks
) -> list[tuple[int, tuple[str | None, str | None], str]]:
    """Each instant of the stretch at which the tier became another: the tiers before and after, and why."""
    reasons: dict[int, str] = {}
    for floor in timeline.floors:
        if floor.until is not None:
            reasons[floor.until] = GRANT_ENDED
        reasons[floor.effective_at] = GRANT_ENDED if floor.tier is None else floor.reason
    reasons |= {row.effective_at: row.reason for row in timeline.earned}
    found = []
    for instant in sorted(at for at in reasons if since <= at < until):
        first = timeline.tier_at(instant - 1, rulebooks.ladders.at(instant - 1))
        then = timeline.tier_at(instant, rulebooks.ladders.at(instant))
        if first != then:
            found.append((instant, (first, then), str(reasons[instant])))
    return found
