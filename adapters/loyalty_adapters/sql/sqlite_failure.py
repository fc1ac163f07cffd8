"""What SQLite's errors mean to a caller of ours."""

from __future__ import annotations

import sqlite3

from loyalty_engine.errors import DatabaseBusy, InvariantViolation, LoyaltyError, StoreFailure

FAILURES = (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeEncodeError)
"""What running a statement can raise."""

_CONSTRAINT_DATATYPE = sqlite3.SQLITE_CONSTRAINT | 12 << 8  # sqlite3 has no name for it
_BROKEN_PROMISES = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT_CHECK,
        _CONSTRAINT_DATATYPE,
        sqlite3.SQLITE_CONSTRAINT_NOTNULL,
        sqlite3.SQLITE_CONSTRAINT_TRIGGER,
    }
)


def failure(error: Exception) -> LoyaltyError:
    """Our error for one of `FAILURES`.

    A violated CHECK, type or trigger is a bug of ours: InvariantViolation. A key that stands already is a
    StoreFailure: another writer may have been first, and a fresh load will see what it wrote.
    """
    if isinstance(error, UnicodeEncodeError):
        return StoreFailure(f"a text cannot be stored: {error.reason} at position {error.start}")
    if isinstance(error, OverflowError):
        return InvariantViolation("a number is beyond 64 bits")
    extended = getattr(error, "sqlite_errorcode", None)
    if extended in _BROKEN_PROMISES:
        return InvariantViolation(f"the database refuses what was to be written: {error}")
    primary = None if extended is None else extended & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusy(f"another connection holds the database's lock for too long: {error}")
    return StoreFailure(f"the database cannot do this: {error}")
