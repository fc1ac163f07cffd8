"""Use case: what a member's points are set aside for, as of any instant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.engine.lookup import known_member
from loyalty_engine.engine.ports.reader import Reader
from loyalty_engine.engine.redemption_data import hold_data
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.ledger.entry import Entry, EntryKind
from loyalty_engine.ledger.hold import Hold, HoldStatus

ENDS = (EntryKind.REDEMPTION, EntryKind.HOLD_RELEASE)


def holds_of(reader: Reader, ref: MemberRef, at: int, rulebooks: Rulebooks, resolved: bool) -> dict[str, Any]:
    """The holds document: those open at an instant, or with `resolved` every one made until then.

    Raises UnknownMember.
    """
    membership = known_member(reader, ref)
    record = reader.record(membership.account)
    program = rulebooks.newest.program
    ended = _ended(record.entries, at)
    seen = [
        _seen(hold, hold.number in ended, at)
        for _, hold in sorted(record.holds.items())
        if hold.made_at <= at
    ]
    return {
        "member": membership.member,
        "at": program.calendar.text(at),
        "holds": [
            hold_data(hold, membership.account, program.calendar, program.places)
            for hold in seen
            if resolved or hold.status is HoldStatus.OPEN
        ],
    }


def _ended(entries: Iterable[Entry], at: int) -> set[int]:
    return {
        entry.hold
        for entry in entries
        if entry.hold is not None and entry.kind in ENDS and entry.effective_at <= at
    }


def _seen(hold: Hold, ended: bool, at: int) -> Hold:
    """A hold as it stood at an instant; a time-out holds from its instant on, whatever was posted."""
    if ended:
        return hold
    seen = hold.copy()
    timed_out = hold.until is not None and hold.until <= at
    seen.status = HoldStatus.TIMED_OUT if timed_out else HoldStatus.OPEN
    seen.captured = 0
    return seen
