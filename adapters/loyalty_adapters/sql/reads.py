"""The statements of the write path's reads. None of them looks at more of an account than it needs.

Each is hot: its query plan is tested at two table sizes. `rows` is a JSON text, see `given`.
"""

from __future__ import annotations

from sqlalchemy import Text, and_, bindparam, func, literal_column, select

from loyalty_adapters.sql.statement import Statement, given, given_values
from loyalty_adapters.sql.tables import (
    ACCRUES,
    LINKED,
    NUMBER,
    OPEN,
    REVERSES,
    account,
    activity,
    activity_key,
    allocation,
    attribute,
    award,
    balance,
    counter,
    entry,
    identity,
    indexed_by,
    lot,
    member,
    returned_line,
    rulebook,
)

PROGRAM = bindparam("program", type_=Text())
NOW = bindparam("now", type_=NUMBER)

_ACCOUNT = (
    account.c.account_id,
    account.c.seq,
    account.c.digest,
    account.c.recorded_at,
    account.c.activities,
)
_SAME_ACCOUNT = account.c.account_id == member.c.account_id
LOT = (
    lot.c.account_id,
    lot.c.number,
    lot.c.currency,
    lot.c.original,
    lot.c.pending,
    lot.c.available,
    lot.c.held,
    lot.c.earned_at,
    lot.c.available_at,
    lot.c.expires_at,
)
"""A lot as its account and then the fields of a `Lot`; due_at follows from them."""
ACTIVITY = (
    activity.c.account_id,
    activity.c.number,
    activity.c.source,
    activity.c.type,
    activity.c.id,
    activity.c.occurred_at,
    activity.c.utc_offset,
    activity.c.recorded_at,
    activity.c.rulebook,
    activity.c.content,
    activity.c.facts,
)
COUNTER = (
    counter.c.account_id,
    counter.c.period,
    counter.c.starts_at,
    counter.c.name,
    counter.c.measure,
    counter.c.currency,
    counter.c.used,
)
ATTRIBUTE = (attribute.c.account_id, attribute.c.name, attribute.c.effective_at, attribute.c.value)
LINK = (
    identity.c.kind,
    identity.c.value,
    identity.c.account_id,
    identity.c.linked_at,
    identity.c.unlinked_at,
)

own_members = Statement(
    select(member.c.member, member.c.enrolled_at, *_ACCOUNT)
    .select_from(given(member.c.member).join(account, _SAME_ACCOUNT))
    .where(member.c.program == PROGRAM)
)
linked_members = Statement(
    select(identity.c.kind, identity.c.value, member.c.member, member.c.enrolled_at, *_ACCOUNT)
    .select_from(
        given(identity.c.kind, identity.c.value)
        .join(member, member.c.account_id == identity.c.account_id)
        .join(account, _SAME_ACCOUNT)
    )
    .where(identity.c.program == PROGRAM, LINKED)
    .with_hint(identity, indexed_by("identity_in_force"), "sqlite")
)
highest_account = Statement(select(func.max(account.c.account_id)))
accounts = Statement(select(*_ACCOUNT).select_from(given(account.c.account_id)))
balances = Statement(
    select(
        balance.c.account_id,
        balance.c.currency,
        balance.c.available,
        balance.c.pending,
        balance.c.held,
        balance.c.deficit,
    ).select_from(given(balance.c.account_id))
)
open_lots = Statement(
    select(*LOT)
    .select_from(given(lot.c.account_id))
    .where(OPEN)
    .with_hint(lot, indexed_by("lot_open"), "sqlite")
)
due_lots = Statement(
    select(*LOT)
    .select_from(given(lot.c.account_id))
    .where(OPEN, lot.c.due_at <= NOW)
    .with_hint(lot, indexed_by("lot_open"), "sqlite")
)
known_keys = Statement(
    select(
        activity_key.c.source,
        activity_key.c.type,
        activity_key.c.id,
        activity_key.c.account_id,
        activity_key.c.fingerprint,
        activity_key.c.receipt,
    )
    .select_from(given(activity_key.c.source, activity_key.c.type, activity_key.c.id))
    .where(activity_key.c.program == PROGRAM)
)
counters = Statement(
    select(*COUNTER).select_from(given(counter.c.account_id, counter.c.period, counter.c.starts_at))
)
all_counters = Statement(select(*COUNTER).select_from(given(counter.c.account_id)))
attributes = Statement(
    select(*ATTRIBUTE)
    .select_from(given(attribute.c.account_id))
    .order_by(attribute.c.account_id, attribute.c.name, attribute.c.effective_at)
)
links = Statement(
    select(*LINK)
    .select_from(given(identity.c.account_id))
    .order_by(identity.c.account_id, identity.c.kind, identity.c.value, identity.c.linked_at)
)


def _first_of_type() -> Statement:
    """The earliest instant per (account, type) given: one index entry each, however many there are."""
    of_account, of_type = given_values(2)
    of_both = (activity.c.account_id == of_account, activity.c.type == of_type)
    earliest = select(func.min(activity.c.occurred_at)).where(*of_both).scalar_subquery()
    return Statement(select(of_account, of_type, earliest))


first_of_type = _first_of_type()

# What a return needs of the activity it names: found by id and account, then loaded by (account, number).
originals = Statement(
    select(
        activity_key.c.id,
        activity_key.c.source,
        activity_key.c.type,
        activity_key.c.account_id,
        activity_key.c.activity,
    )
    .select_from(given(activity_key.c.id, activity_key.c.account_id))
    .where(activity_key.c.program == PROGRAM, activity_key.c.activity.is_not(None))
    .order_by(activity_key.c.id, activity_key.c.source, activity_key.c.type)
)
original_activities = Statement(
    select(*ACTIVITY).select_from(given(activity.c.account_id, activity.c.number))
)
original_accruals = Statement(
    select(entry)
    .select_from(given(entry.c.account_id, entry.c.activity))
    .where(ACCRUES)
    .with_hint(entry, indexed_by("entry_by_activity"), "sqlite")
)
original_reversals = Statement(
    select(entry)
    .select_from(given(entry.c.account_id, entry.c.reverses))
    .where(REVERSES)
    .with_hint(entry, indexed_by("entry_by_reversed"), "sqlite")
)
original_awards = Statement(
    select(award.c.account_id, award.c.seq, award.c.weights).select_from(
        given(award.c.account_id, award.c.seq)
    )
)
original_returned = Statement(
    select(
        returned_line.c.account_id,
        returned_line.c.activity,
        returned_line.c.line,
        returned_line.c.quantity,
        returned_line.c.amount,
        returned_line.c.complete,
    ).select_from(given(returned_line.c.account_id, returned_line.c.activity))
)
_SAME_ENTRY = and_(entry.c.account_id == allocation.c.account_id, entry.c.seq == allocation.c.seq)
original_expired = Statement(
    select(allocation.c.account_id, allocation.c.lot, func.sum(allocation.c.points))
    .select_from(given(allocation.c.account_id, allocation.c.lot).join(entry, _SAME_ENTRY))
    .where(
        allocation.c.target == literal_column("'out'"),
        entry.c.kind == literal_column("'expiry'"),
    )
    .group_by(allocation.c.account_id, allocation.c.lot)
)

latest_rulebook = Statement(select(func.coalesce(func.max(rulebook.c.number), literal_column("0"))))
