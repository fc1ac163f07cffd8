"""The tables, in SQLAlchemy Core. Whole numbers and text only; a member's tables lead with account_id.

The last line of defence stands here, as CHECK constraints: a bucket that falls below zero is refused by the
database even when every sum still balances.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    literal_column,
)

PREFIX = "loyalty_"
METADATA = MetaData()
# SQLite's STRICT tables know no BIGINT; their INTEGER has 64 bits.
NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def number(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    """A column of whole numbers."""
    return Column(name, NUMBER, primary_key=key, nullable=optional, autoincrement=False)


def text(name: str, *, key: bool = False, optional: bool = False) -> Column[str]:
    """A column of text."""
    return Column(name, Text(), primary_key=key, nullable=optional)


def _table(name: str, *parts: Any, clustered: bool = False) -> Table:
    """A table of ours; `clustered` where rows are small and read by key: one tree instead of two."""
    return Table(PREFIX + name, METADATA, *parts, sqlite_with_rowid=not clustered, sqlite_strict=True)


def _check(name: str, condition: str) -> CheckConstraint:
    return CheckConstraint(condition, name=PREFIX + name)


def _index(name: str, *columns: Any, unique: bool = False, where: Any = None) -> Index:
    partial = {} if where is None else {"sqlite_where": where, "postgresql_where": where}
    return Index(PREFIX + name, *columns, unique=unique, **partial)


def indexed_by(name: str) -> str:
    """The hint that names an index of ours to SQLite."""
    return f"INDEXED BY {PREFIX}{name}"


member = _table(
    "member",
    number("account_id", key=True),
    text("program"),
    text("member"),
    number("enrolled_at"),
    _check("member_account", "account_id > 0"),
)
_index("member_by_id", member.c.program, member.c.member, unique=True)

identity = _table(
    "identity",
    number("account_id", key=True),
    text("kind", key=True),
    text("value", key=True),
    number("linked_at", key=True),
    text("program"),
    number("unlinked_at", optional=True),
    clustered=True,
)
LINKED = identity.c.unlinked_at.is_(None)
_index(
    "identity_in_force",
    identity.c.program,
    identity.c.kind,
    identity.c.value,
    unique=True,
    where=LINKED,
)

attribute = _table(
    "attribute",
    number("account_id", key=True),
    text("name", key=True),
    number("effective_at", key=True),
    text("value", optional=True),  # JSON; null: taken away
    number("recorded_at"),
    clustered=True,
)

account = _table(
    "account",
    number("account_id", key=True),
    text("program"),
    number("seq"),
    number("digest"),
    number("recorded_at"),
    number("activities"),
    number("clock"),
    _check("account_counts", "account_id > 0 AND seq >= 0 AND digest >= 0 AND activities >= 0"),
)

balance = _table(
    "balance",
    number("account_id", key=True),
    text("currency", key=True),
    number("available"),
    number("pending"),
    number("held"),
    number("deficit"),
    _check("balance_buckets", "available >= 0 AND pending >= 0 AND held >= 0 AND deficit >= 0"),
    _check("balance_deficit", "deficit = 0 OR available = 0"),
    clustered=True,
)

activity = _table(
    "activity",
    number("account_id", key=True),
    number("number", key=True),
    text("source"),
    text("type"),
    text("id"),
    number("occurred_at"),
    number("utc_offset"),  # minutes east of UTC
    number("recorded_at"),
    number("rulebook"),
    text("content"),  # JSON
    text("facts"),  # JSON
    _check("activity_number", "number > 0"),
)
_index("activity_by_type", activity.c.account_id, activity.c.type, activity.c.occurred_at)

activity_key = _table(
    "activity_key",
    text("program", key=True),
    text("id", key=True),  # before source and type: a return may name its purchase by the id alone
    text("source", key=True),
    text("type", key=True),
    number("account_id"),
    number("activity", optional=True),  # its number in the account; null for keys of other commands
    text("fingerprint"),
    text("receipt"),  # JSON, given back word for word
)

award = _table(
    "award",
    number("account_id", key=True),
    number("seq", key=True),
    text("weights"),  # JSON: [[line id, weight], ...]
    clustered=True,
)

returned_line = _table(
    "returned_line",
    number("account_id", key=True),
    number("activity", key=True),
    text("line", key=True),
    number("quantity"),  # thousandths
    number("amount"),
    number("complete"),  # 1: all of the line has come back
    _check("returned_line_bounds", "quantity >= 0 AND complete IN (0, 1)"),
    clustered=True,
)

entry = _table(
    "entry",
    number("account_id", key=True),
    number("seq", key=True),
    text("currency"),
    text("kind"),
    number("points"),
    number("balance_after"),
    number("effective_at"),
    number("counts_at"),
    number("recorded_at"),
    number("available_at", optional=True),
    number("expires_at", optional=True),
    number("activity", optional=True),
    number("rulebook", optional=True),
    text("rule", optional=True),
    number("mirrors", optional=True),
    number("reverses", optional=True),
    number("reversed_points", optional=True),
    number("basis", optional=True),
    text("actor", optional=True),
    text("reason", optional=True),
    text("request", optional=True),
    text("funder", optional=True),
    text("unit_price", optional=True),
    number("hold", optional=True),
    number("digest"),
    _check("entry_sequence", "seq > 0 AND digest >= 0"),
    _check("entry_opening", "available_at IS NULL OR points > 0"),
    clustered=True,
)
# Literals, not parameters: with a parameter no planner may use a partial index.
# What an activity granted, and the points that paid for it.
OF_ACTIVITY = and_(
    entry.c.kind.in_([literal_column("'accrual'"), literal_column("'redemption'")]),
    entry.c.activity.is_not(None),
)
REVERSES = entry.c.reverses.is_not(None)
_index("entry_by_activity", entry.c.account_id, entry.c.activity, where=OF_ACTIVITY)
_index("entry_by_reversed", entry.c.account_id, entry.c.reverses, where=REVERSES)

lot = _table(
    "lot",
    number("account_id", key=True),
    number("number", key=True),  # the seq of the entry that opened it
    text("currency"),
    number("original"),
    number("pending"),
    number("available"),
    number("held"),
    number("earned_at"),
    number("available_at"),
    number("expires_at", optional=True),
    number("due_at", optional=True),  # when time alone changes it next; null: never
    _check("lot_buckets", "pending >= 0 AND available >= 0 AND held >= 0"),
    _check("lot_bounds", "original > 0 AND pending + available + held <= original"),
    _check("lot_due", "due_at IS NULL OR pending + available > 0"),
    clustered=True,
)
# A lot that is due is open, so one index by account answers both questions.
OPEN = lot.c.pending + lot.c.available + lot.c.held > literal_column("0")
DUE = lot.c.due_at.is_not(None)
_index("lot_open", lot.c.account_id, lot.c.due_at, where=OPEN)
_index("lot_due", lot.c.due_at, lot.c.account_id, where=DUE)

# By lot: a return asks what has expired of one. By entry it asks only what a redemption took, and what was
# restored of it.
allocation = _table(
    "allocation",
    number("account_id", key=True),
    number("lot", key=True),
    number("seq", key=True),
    text("source", key=True),
    text("target", key=True),
    number("points"),
    _check("allocation_points", "points > 0 AND source <> target"),
    clustered=True,
)
SPENDING = allocation.c.source.in_([literal_column("'held'"), literal_column("'out'")])
_index("allocation_of_spending", allocation.c.account_id, allocation.c.seq, where=SPENDING)

hold = _table(
    "hold",
    number("account_id", key=True),
    number("number", key=True),  # the seq of the entry that made it
    text("currency"),
    number("points"),
    text("status"),
    number("until", optional=True),
    text("lots"),  # JSON: [[lot, points], ...] that it still holds
    text("reward", optional=True),
    number("worth", optional=True),
    number("made_at"),
    number("captured"),
    _check("hold_points", "number > 0 AND points > 0 AND captured BETWEEN 0 AND points"),
    _check("hold_status", "status IN ('open', 'captured', 'released', 'timed out')"),
    _check("hold_resolved", "(status = 'open') = (lots <> '[]')"),
    clustered=True,
)
HOLDS = hold.c.status == literal_column("'open'")
ENDS = and_(HOLDS, hold.c.until.is_not(None))
_index("hold_open", hold.c.account_id, hold.c.until, where=HOLDS)
# With the status, which is the same in all of it, nothing else of a row is looked at.
_index("hold_due", hold.c.until, hold.c.account_id, hold.c.status, where=ENDS)

# By the instant they are dated: what is asked for is a period, of every currency.
tier_credit = _table(
    "tier_credit",
    number("account_id", key=True),
    number("counts_at", key=True),
    text("currency", key=True),
    number("counts_from", key=True),
    number("points"),  # signed; what is given back again leaves 0
    clustered=True,
)

tier_change = _table(
    "tier_change",
    number("account_id", key=True),
    number("number", key=True),
    number("effective_at"),
    number("recorded_at"),
    text("tier", optional=True),
    number("until", optional=True),
    text("reason"),
    number("credits", optional=True),
    number("needed", optional=True),
    number("rulebook", optional=True),
    number("activity", optional=True),
    text("actor", optional=True),
    text("note", optional=True),
    _check("tier_change_number", "number > 0"),
    clustered=True,
)

counter = _table(
    "counter",
    number("account_id", key=True),
    text("period", key=True),
    number("starts_at", key=True),
    text("name", key=True),
    text("measure", key=True),
    text("currency", key=True),
    number("used"),
    _check("counter_used", "used >= 0"),
    clustered=True,
)

rulebook = _table(
    "rulebook",
    number("number", key=True),
    text("program"),
    text("hash"),
    number("effective_at"),
    number("published_at"),
    text("actor", optional=True),
    text("files"),  # JSON: {name: text}
    _check("rulebook_number", "number > 0"),
)

schema_version = _table("schema_version", number("version", key=True))

APPEND_ONLY = (entry, allocation, activity, award, tier_change)
