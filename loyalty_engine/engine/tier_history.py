"""Use case: a member's tier, what the next one takes, and every change with its reason."""

from __future__ import annotations

from typing import Any

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.calendar import Calendar
from loyalty_engine.engine.lookup import known_member
from loyalty_engine.engine.member_tier import MemberTier
from loyalty_engine.engine.ports.reader import Reader
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.engine.tier_documents import moment_or_none, standing_data
from loyalty_engine.tiers.change import TierChange
from loyalty_engine.tiers.timeline import Timeline


def tier_at(reader: Reader, account: int, at: int, known_at: int | None, rulebooks: Rulebooks) -> str | None:
    """The tier that a member had at an instant; as it was known at another, by what was recorded by then.

    What is due by `at` and not recorded yet is judged, unless another time's knowledge is asked for.
    """
    ladder = rulebooks.ladders.at(at)
    if ladder is None:
        return None
    record = reader.tier_record(account)
    if known_at is not None:
        return Timeline.of(record.changes, known_at).tier_at(at, ladder)
    return MemberTier(record, rulebooks, at, at).now


def tier_history_of(
    reader: Reader, ref: MemberRef, at: int, known_at: int | None, rulebooks: Rulebooks
) -> dict[str, Any]:
    """The history document: the standing at an instant, and the changes recorded by another, by number.

    A change that is not recorded yet but due by `at` has no number. Raises UnknownMember.
    """
    membership = known_member(reader, ref)
    calendar = rulebooks.newest.program.calendar
    record = reader.tier_record(membership.account)
    judged = MemberTier(record, rulebooks, at, at)
    known = Timeline.of(record.changes, known_at)
    rows = [(row, True) for row in known.rows]
    if known_at is None:
        rows += [(row, False) for row in judged.rows]
    standing = {(row.reason, row.number) for row in _final(known_at, known, judged)}
    return {
        "member": membership.member,
        "at": calendar.text(at),
        **standing_data(judged.standing(at), calendar),
        "changes": [
            {
                **_change_data(row, calendar, rulebooks, recorded),
                "replaced": (row.reason, row.number) not in standing,
            }
            for row, recorded in rows
        ],
    }


def _final(known_at: int | None, known: Timeline, judged: MemberTier) -> list[TierChange]:
    """The rows that stand in the end."""
    timeline = known if known_at is not None else judged.timeline
    return [*timeline.earned, *timeline.floors]


def _change_data(row: TierChange, calendar: Calendar, rulebooks: Rulebooks, recorded: bool) -> dict[str, Any]:
    return {
        "number": row.number if recorded else None,
        "effective_at": calendar.text(row.effective_at),
        "recorded_at": calendar.text(row.recorded_at) if recorded else None,
        "tier": row.tier,
        "until": moment_or_none(row.until, calendar),
        "reason": row.reason,
        "credits": row.credits,
        "needed": row.needed,
        "rulebook": None if row.rulebook is None else rulebooks.by_number(row.rulebook).hash,
        "activity": row.activity,
        "actor": row.actor,
        "note": row.note,
    }
