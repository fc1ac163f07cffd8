"""The statements of the read path that no posting waits for; some of them look at everything."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, and_, bindparam, exists, func, literal_column, or_, select, union

from loyalty_adapters.sql import columns, reads
from loyalty_adapters.sql.statement import Statement
from loyalty_adapters.sql.tables import (
    DUE,
    ENDS,
    NUMBER,
    account,
    activity,
    activity_key,
    allocation,
    award,
    balance,
    counter,
    entry,
    hold,
    lot,
    member,
    tier_change,
    tier_credit,
)

_NUMBER = bindparam("number", type_=NUMBER)
_ANY_PROGRAM = reads.PROGRAM.is_(None)


def _ours(table: Table) -> ColumnElement[bool]:
    """Rows of accounts of the session's program; of all when none is chosen."""
    owner = and_(account.c.account_id == table.c.account_id, account.c.program == reads.PROGRAM)
    return or_(_ANY_PROGRAM, exists().where(owner))


membership_of = Statement(
    select(*columns.MEMBERSHIP).where(
        member.c.account_id == _NUMBER, or_(_ANY_PROGRAM, member.c.program == reads.PROGRAM)
    )
)
activity_of = Statement(
    select(*columns.ACTIVITY).where(
        activity.c.account_id == bindparam("account"), activity.c.number == _NUMBER
    )
)
activity_by_key = Statement(
    select(activity_key.c.account_id, activity_key.c.activity).where(
        activity_key.c.program == reads.PROGRAM,
        activity_key.c.source == bindparam("source"),
        activity_key.c.type == bindparam("type"),
        activity_key.c.id == bindparam("id"),
    )
)
awards_of = Statement(
    select(award.c.seq, award.c.weights).where(award.c.account_id == _NUMBER).order_by(award.c.seq)
)
counters_of = Statement(select(*columns.COUNTER).where(counter.c.account_id == _NUMBER))

# Ledgers and tiers, account by account: streams in the order of accounts, from `low` to `high`.
_RANGE = (bindparam("low", type_=NUMBER), bindparam("high", type_=NUMBER))
accounts = Statement(
    select(*columns.ACCOUNT)
    .where(account.c.account_id.between(*_RANGE), or_(_ANY_PROGRAM, account.c.program == reads.PROGRAM))
    .order_by(account.c.account_id)
)
entries = Statement(
    select(entry)
    .where(entry.c.account_id.between(*_RANGE), _ours(entry))
    .order_by(entry.c.account_id, entry.c.seq)
)
allocations = Statement(
    select(*columns.ALLOCATION)
    .where(allocation.c.account_id.between(*_RANGE), _ours(allocation))
    .order_by(allocation.c.account_id)
)
lots = Statement(
    select(*columns.LOT)
    .where(lot.c.account_id.between(*_RANGE), _ours(lot))
    .order_by(lot.c.account_id, lot.c.number)
)
balances = Statement(
    select(*columns.BALANCE)
    .where(balance.c.account_id.between(*_RANGE), _ours(balance))
    .order_by(balance.c.account_id, balance.c.currency)
)
holds = Statement(
    select(*columns.HOLD)
    .where(hold.c.account_id.between(*_RANGE), _ours(hold))
    .order_by(hold.c.account_id, hold.c.number)
)
tier_credits = Statement(
    select(*columns.TIER_CREDIT)
    .where(tier_credit.c.account_id.between(*_RANGE), _ours(tier_credit))
    .order_by(tier_credit.c.account_id)
)
tier_changes = Statement(
    select(*columns.TIER_CHANGE)
    .where(tier_change.c.account_id.between(*_RANGE), _ours(tier_change))
    .order_by(tier_change.c.account_id, tier_change.c.number)
)
memberships = Statement(
    select(*columns.MEMBERSHIP)
    .where(member.c.account_id.between(*_RANGE), or_(_ANY_PROGRAM, member.c.program == reads.PROGRAM))
    .order_by(member.c.account_id)
)

account_count = Statement(
    select(func.count()).select_from(account).where(or_(_ANY_PROGRAM, account.c.program == reads.PROGRAM))
)
totals = Statement(
    select(
        entry.c.kind,
        entry.c.rule,
        entry.c.currency,
        func.count(),
        func.sum(entry.c.points),
        func.coalesce(func.sum(entry.c.reversed_points), literal_column("0")),
    )
    .where(_ours(entry))
    .group_by(entry.c.kind, entry.c.rule, entry.c.currency)
    .order_by(entry.c.kind, entry.c.rule, entry.c.currency)
)
balance_sums = Statement(
    select(
        balance.c.currency,
        func.sum(balance.c.available),
        func.sum(balance.c.pending),
        func.sum(balance.c.held),
        func.sum(balance.c.deficit),
    )
    .where(_ours(balance))
    .group_by(balance.c.currency)
    .order_by(balance.c.currency)
)
due_accounts = Statement(
    union(
        select(lot.c.account_id).where(DUE, lot.c.due_at <= reads.NOW, _ours(lot)),
        select(hold.c.account_id).where(ENDS, hold.c.until <= reads.NOW, _ours(hold)),
    )
)
last_activity_at = Statement(select(func.max(activity.c.occurred_at)).where(_ours(activity)))
counts = {
    name: Statement(select(func.count()).select_from(table).where(_ours(table)))
    for name, table in {"members": member, "activities": activity, "entries": entry, "lots": lot}.items()
}
