"""Use case: a member's tier, what the next one takes, and every change with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.calendar import Calendar
from loyalty_engine.engine.lookup import known_member
from loyalty_engine.engine.member_tier import MemberTier, TierKnown
from loyalty_engine.engine.ports.reader import Reader
from loyalty_engine.engine.ports.store import TierRecord
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.engine.tier_documents import moment_or_none, standing_data, tier_named
from loyalty_engine.ledger.entry import Entry, EntryKind
from loyalty_engine.ledger.proof_credits import rebuilt_credits
from loyalty_engine.tiers.change import Reason, TierChange

BRINGING_CREDITS = frozenset((EntryKind.ACCRUAL, EntryKind.REVERSAL, EntryKind.ADJUSTMENT))


def tier_at(reader: Reader, account: int, at: int, known_at: int | None, rulebooks: Rulebooks) -> str | None:
    """The tier that a member had at an instant, as it was known at another (None: as it is known now).

    What is due by `at` and not recorded yet is judged.
    """
    return None if rulebooks.ladders.at(at) is None else _judged(reader, account, at, known_at, rulebooks).now


def tier_history_of(
    reader: Reader, ref: MemberRef, at: int, known_at: int | None, rulebooks: Rulebooks
) -> dict[str, Any]:
    """The history document as it was known at an instant: the standing at another, and every change.

    A change that is not recorded by then but due by `at` has no number. Raises UnknownMember.
    """
    membership = known_member(reader, ref)
    calendar = rulebooks.newest.program.calendar
    judged = _judged(reader, membership.account, at, known_at, rulebooks)
    standing = {(row.reason, row.number) for row in (*judged.timeline.earned, *judged.timeline.floors)}
    recorded = len(judged.known.rows)
    return {
        "member": membership.member,
        "at": calendar.text(at),
        **standing_data(judged.standing(), calendar),
        "changes": [
            {
                **_change_data(row, calendar, rulebooks, recorded=place < recorded),
                "replaced": (row.reason, row.number) not in standing,
            }
            for place, row in enumerate(judged.timeline.rows)
        ],
    }


def _judged(reader: Reader, account: int, at: int, known_at: int | None, rulebooks: Rulebooks) -> MemberTier:
    record = reader.tier_record(account)
    if known_at is not None:
        record = known_record(record, reader.record(account).entries, known_at)
    return MemberTier(TierKnown.of(record), rulebooks, at, at)


def known_record(record: TierRecord, entries: Iterable[Entry], known_at: int) -> TierRecord:
    """What was known of an account's tiers at an instant: what had been recorded then.

    Whoever posted the last of its credits had judged the tier at least to when that took effect.
    """
    known = [entry for entry in entries if entry.recorded_at <= known_at]
    return TierRecord(
        changes=[change for change in record.changes if change.recorded_at <= known_at],
        credits=rebuilt_credits(known),
        clock=max((entry.effective_at for entry in known if entry.kind in BRINGING_CREDITS), default=0),
    )


def _change_data(
    row: TierChange, calendar: Calendar, rulebooks: Rulebooks, *, recorded: bool
) -> dict[str, Any]:
    ladder = None if row.reason == Reason.GRANTED else rulebooks.ladders.at(row.effective_at)
    return {
        "number": row.number if recorded else None,
        "effective_at": calendar.text(row.effective_at),
        "recorded_at": calendar.text(row.recorded_at) if recorded else None,
        "tier": tier_named(row.tier, ladder),
        "until": moment_or_none(row.until, calendar),
        "reason": str(row.reason),
        "credits": row.credits,
        "needed": row.needed,
        "rulebook": None if row.rulebook is None else rulebooks.by_number(row.rulebook).hash,
        "activity": row.activity,
        "actor": row.actor,
        "note": row.note,
    }
