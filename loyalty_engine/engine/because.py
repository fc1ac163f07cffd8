"""One sentence on what made an entry, for its explanation."""

from __future__ import annotations

from loyalty_engine.engine.ports.reader import AccountRecord
from loyalty_engine.ledger.entry import Entry, EntryKind, entry_id
from loyalty_engine.ledger.hold_release import HoldEnd
from loyalty_engine.money import format_money
from loyalty_engine.rulebook.program import Program

MOST_NAMED = 3  # lots in one sentence


def because(entry: Entry, record: AccountRecord, program: Program) -> str:
    """Why an entry of an account is there, without a full stop."""
    if entry.mirrors is not None:
        return f"it mirrors the award {entry_id(entry.account, entry.mirrors)} of rule `{entry.rule}`"
    lots = _lots(entry, record)
    match EntryKind(entry.kind):
        case EntryKind.ACCRUAL:
            return f"rule `{entry.rule}` granted {entry.points} {entry.currency}"
        case EntryKind.RELEASE:
            return f"the waiting time of {lots} was over, so its points became available"
        case EntryKind.EXPIRY:
            return _expiry(entry, lots)
        case EntryKind.REVERSAL:
            taken = f"{entry.reversed_points} {entry.currency}"
            return f"a return took back {taken} of an award of rule `{entry.rule}`"
        case EntryKind.ADJUSTMENT:
            return f"{entry.actor} corrected the balance: {entry.reason}"
        case EntryKind.ABSORPTION:
            return f"points that became available paid off a deficit from {lots}"
        case EntryKind.HOLD:
            return _hold(entry, record, lots, program)
        case EntryKind.REDEMPTION:
            return _redemption(entry, lots, program)
        case EntryKind.HOLD_RELEASE:
            return _hold_release(entry, record, lots)
        case EntryKind.RESTORATION:
            return _restoration(entry, lots)


def _lots(entry: Entry, record: AccountRecord) -> str:
    """The lots that an entry moved points of; of many only how many, for the explanation lists them."""
    own = dict.fromkeys(move.lot for move in record.allocations if move.seq == entry.seq)
    if len(own) > MOST_NAMED:
        return f"{len(own)} lots"
    return ", ".join(entry_id(entry.account, lot) for lot in own)


def _expiry(entry: Entry, lots: str) -> str:
    if entry.hold is None:
        return f"the life of {lots} ended, so what was left of it expired"
    hold = entry_id(entry.account, entry.hold)
    return f"hold {hold} ended after the life of {lots} had, so what it held of it expired"


def _hold(entry: Entry, record: AccountRecord, lots: str, program: Program) -> str:
    points = sum(move.points for move in record.allocations if move.seq == entry.seq)
    until = "" if entry.expires_at is None else f" until {program.calendar.text(entry.expires_at)}"
    return f"{points} {entry.currency} of {lots} were set aside for `{entry.rule}`{until}{_by(entry)}"


def _redemption(entry: Entry, lots: str, program: Program) -> str:
    spent = f"{-entry.points} {entry.currency} of {lots}"
    if entry.basis is None:
        return f"{spent} were spent on `{entry.rule}`{_by(entry)}"
    worth = format_money(entry.basis, program.places)
    return f"{spent} paid {worth} {program.currency} by `{entry.rule}`{_by(entry)}"


def _hold_release(entry: Entry, record: AccountRecord, lots: str) -> str:
    assert entry.hold is not None
    what = next((one.rule for one in record.entries if one.seq == entry.hold), None)
    hold = f"hold {entry_id(entry.account, entry.hold)} for `{what}`"
    back = f"the points of {lots} are available again" if lots else "nothing of it is left to be available"
    ends = {
        HoldEnd.RELEASED: f"{hold} was given up{_by(entry)}, and {back}",
        HoldEnd.TIMED_OUT: f"{hold} timed out, and {back}",
        HoldEnd.CAPTURED_IN_PART: f"{hold} was captured in part{_by(entry)}, and {back}",
    }
    return ends[HoldEnd(entry.reason or "")]


def _restoration(entry: Entry, lots: str) -> str:
    assert entry.reverses is not None
    where = f"to {lots}" if lots else "as a new lot"
    spent = f"redemption {entry_id(entry.account, entry.reverses)} by `{entry.rule}`"
    return f"a return gave {entry.points} {entry.currency} of {spent} back {where}{_by(entry)}"


def _by(entry: Entry) -> str:
    return "" if entry.actor is None else f", by {entry.actor}"
