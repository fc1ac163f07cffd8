"""What is selected of each table: its account first, then the fields of what `rows` makes of it."""

from __future__ import annotations

from loyalty_adapters.sql.tables import (
    account,
    activity,
    allocation,
    attribute,
    balance,
    counter,
    hold,
    identity,
    lot,
    member,
    tier_change,
    tier_credit,
)

MEMBERSHIP = (member.c.member, member.c.account_id, member.c.enrolled_at)
ACCOUNT = (
    account.c.account_id,
    account.c.seq,
    account.c.digest,
    account.c.recorded_at,
    account.c.activities,
    account.c.clock,
)
BALANCE = (
    balance.c.account_id,
    balance.c.currency,
    balance.c.available,
    balance.c.pending,
    balance.c.held,
    balance.c.deficit,
)
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
HOLD = (
    hold.c.account_id,
    hold.c.number,
    hold.c.currency,
    hold.c.points,
    hold.c.status,
    hold.c.until,
    hold.c.lots,
    hold.c.reward,
    hold.c.worth,
    hold.c.made_at,
    hold.c.captured,
)
"""A hold as its account and then the fields of a `Hold`, its lots as JSON."""
ALLOCATION = (
    allocation.c.account_id,
    allocation.c.seq,
    allocation.c.lot,
    allocation.c.source,
    allocation.c.target,
    allocation.c.points,
)
TIER_CREDIT = (
    tier_credit.c.account_id,
    tier_credit.c.currency,
    tier_credit.c.counts_at,
    tier_credit.c.counts_from,
    tier_credit.c.points,
)
TIER_CHANGE = (
    tier_change.c.account_id,
    tier_change.c.number,
    tier_change.c.effective_at,
    tier_change.c.recorded_at,
    tier_change.c.tier,
    tier_change.c.until,
    tier_change.c.reason,
    tier_change.c.credits,
    tier_change.c.needed,
    tier_change.c.rulebook,
    tier_change.c.activity,
    tier_change.c.actor,
    tier_change.c.note,
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
